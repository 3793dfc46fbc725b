"""Reads which pictures a job trains on and validates with, and their labels, from SageMaker's .lst files.

Other ways of giving pictures (RecordIO, augmented manifests) belong beside `read_listing`, and give the same samples.
"""

from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from training.container import Container
from training.errors import CustomerError
from training.hyperparameters import Hyperparameters

IMAGE_CONTENT_TYPES = ("application/x-image", "image/jpeg", "image/png")


@dataclass(frozen=True, slots=True)
class Sample:
    """A picture and the index of its class."""

    path: Path
    label: int


@dataclass(frozen=True, slots=True)
class Listing:
    """All samples of a job, as its channels list them."""

    train: tuple[Sample, ...]
    validation: tuple[Sample, ...]


def read_listing(container: Container) -> Listing:
    return Listing(read_channel(container, "train"), read_channel(container, "validation"))


def read_channel(container: Container, channel: str) -> tuple[Sample, ...]:
    """The samples of `train` or `validation`. Raises CustomerError naming the file and line at fault."""
    _refuse_content_type(container, channel)
    pictures = container.channel_folder(channel)
    listing = _only_listing(container.channel_folder(f"{channel}_lst"))
    lines = listing.read_text(encoding="utf-8", errors="replace").splitlines()
    samples = tuple(
        _sample(line, f"{listing.name}, line {number}", pictures)
        for number, line in enumerate(lines, start=1)
        if line.strip()
    )
    if not samples:
        raise CustomerError(f"{listing.name} lists no pictures")
    return samples


def _refuse_content_type(container: Container, channel: str) -> None:
    content_type = container.content_type(channel)
    if content_type not in (None, *IMAGE_CONTENT_TYPES):
        raise CustomerError(
            f"the content type {content_type!r} of the input channel '{channel}' is not available in the local engine; "
            "it reads application/x-image with .lst files"
        )


def _only_listing(folder: Path) -> Path:
    found = sorted(path for path in folder.rglob("*.lst") if path.is_file())
    if len(found) != 1:
        raise CustomerError(f"the input channel '{folder.name}' must hold one .lst file and holds {len(found)}")
    return found[0]


def _sample(line: str, place: str, pictures: Path) -> Sample:
    fields = line.rstrip("\r\n").split("\t")
    if len(fields) != 3:
        raise CustomerError(f"{place}: expected index, label and path separated by tabs, found {len(fields)} fields")
    relative = PurePosixPath(fields[2].strip())
    if relative.is_absolute() or ".." in relative.parts or not relative.parts:
        raise CustomerError(f"{place}: the path must lie inside the channel's folder")
    return Sample(pictures / relative, _label(fields[1], place))


def _label(text: str, place: str) -> int:
    """im2rec writes labels as floats (`5.000000`)."""
    try:
        value = float(text)
        label = int(value)
    except (ValueError, OverflowError):
        raise CustomerError(f"{place}: the label {text.strip()!r} is not a number") from None
    if label != value or label < 0:
        raise CustomerError(f"{place}: the label {text.strip()!r} is not a class index counted from 0")
    return label


def check_listing(listing: Listing, chosen: Hyperparameters) -> list[str]:
    """Holds the data against the hyperparameters: refuses what cannot be trained, returns what deserves a warning."""
    labels = {sample.label for sample in listing.train}
    if labels != set(range(chosen.num_classes)):
        found = f"{len(labels)} labels from {min(labels)} to {max(labels)}"
        raise CustomerError(f"num_classes={chosen.num_classes} does not match the training data, which has {found}")
    beyond = max(sample.label for sample in listing.validation)
    if beyond >= chosen.num_classes:
        raise CustomerError(
            f"num_classes={chosen.num_classes} does not match the validation data: it has label {beyond}"
        )
    count = len(listing.train)
    if chosen.mini_batch_size > count:
        raise CustomerError(f"mini_batch_size={chosen.mini_batch_size} is more than the {count} training samples")
    if chosen.num_training_samples != count:
        return [f"num_training_samples={chosen.num_training_samples}, but {count} are listed; going on with {count}"]
    return []
