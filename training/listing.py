"""Reads which pictures a job trains on and validates with, and their labels, from SageMaker's .lst files."""

from pathlib import Path, PurePosixPath

from training.container import Container
from training.errors import CustomerError
from training.labels import only_class
from training.samples import Sample


def read_listing(container: Container, channel: str, classes: int) -> tuple[Sample, ...]:
    """The samples of `train` or `validation`. Raises CustomerError naming the file and line at fault."""
    pictures = container.channel_folder(channel)
    listing = _only_listing(container.channel_folder(f"{channel}_lst"))
    lines = listing.read_text(encoding="utf-8-sig", errors="replace").splitlines()
    samples = tuple(
        _sample(line, f"{listing.name}, line {number}", pictures, classes)
        for number, line in enumerate(lines, start=1)
        if line.strip()
    )
    if not samples:
        raise CustomerError(f"{listing.name} lists no pictures")
    return samples


def _only_listing(folder: Path) -> Path:
    found = sorted(path for path in folder.rglob("*.lst") if path.is_file())
    if len(found) != 1:
        raise CustomerError(f"the input channel '{folder.name}' must hold one .lst file and holds {len(found)}")
    return found[0]


def _sample(line: str, place: str, pictures: Path, classes: int) -> Sample:
    fields = line.rstrip("\r\n").split("\t")
    if len(fields) < 3:
        raise CustomerError(f"{place}: expected index, label and path separated by tabs, found {len(fields)} fields")
    relative = PurePosixPath(fields[-1].strip())
    if relative.is_absolute() or ".." in relative.parts or not relative.parts:
        raise CustomerError(f"{place}: the path must lie inside the channel's folder")
    path = pictures / relative
    label = only_class([_number(text, place) for text in fields[1:-1]], classes, place)
    return Sample(f"{path.parent.name}/{path.name}", label, path.read_bytes)


def _number(text: str, place: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise CustomerError(f"{place}: the label {text.strip()!r} is not a number") from None
