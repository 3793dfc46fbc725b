"""`python -m tests.hostile.intake FOLDER`: runs its files through the intake, and prints a line of JSON for each.

The first line is of a good image: what was imported and allocated by then is not a file's doing.
"""

import json
import resource
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from bot.domain.image_rules import check_image, convertible
from bot.errors import RefusedError
from bot.imaging.images import PillowImages
from tests.pictures import a_jpeg

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Passage:
    """One file's way: what came of it, its seconds of processor time, and the peak of memory by then, in MB.

    `memory` is ours, and `apart` that of the largest process that we started.
    """

    name: str
    outcome: str
    seconds: float
    memory: float
    apart: float


def main() -> None:
    images = PillowImages()
    _tell(_passed(images, "", a_jpeg()))
    for path in sorted(Path(sys.argv[1]).iterdir()):
        _tell(_passed(images, path.name, path.read_bytes()))


def _tell(passage: Passage) -> None:
    sys.stdout.write(json.dumps(asdict(passage)) + "\n")
    sys.stdout.flush()


def _passed(images: PillowImages, name: str, image: bytes) -> Passage:
    begun = _seconds()
    outcome = _outcome(images, image)
    seconds = _seconds() - begun
    return Passage(name, outcome, seconds, _peak(), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * _UNIT)


def _outcome(images: PillowImages, image: bytes) -> str:
    """What happens to an upload, and to one whose sender or channel wants it converted."""
    try:
        check_image("it", images.look(image))
        _answered(images, images.cleaned(image))
        return "taken"
    except RefusedError as refusal:
        if not convertible(refusal.code):
            return refusal.code
    try:
        made = images.converted(image)
        check_image("it", images.look(made))
        _answered(images, made)
        return "converted"
    except RefusedError as refusal:
        return refusal.code


def _answered(images: PillowImages, image: bytes) -> None:
    """What is left to be done before a model sees it, of which some take JPEG alone."""
    if image.startswith(b"\x89PNG"):
        images.as_jpeg(image)


def _seconds() -> float:
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)


_UNIT = 1 / MEGABYTE if sys.platform == "darwin" else 1024 / MEGABYTE


def _peak() -> float:
    """By Linux's own count where there is one: getrusage counts what the process was forked from, too."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _UNIT
    lines = dict(line.split(":", 1) for line in status.read_text(encoding="utf-8").splitlines())
    return int(lines["VmHWM"].split()[0]) / 1024


if __name__ == "__main__":
    main()
