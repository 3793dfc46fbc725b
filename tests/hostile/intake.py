"""`python -m tests.hostile.intake FOLDER`: runs its files through the intake, and prints a line of JSON for each.

A good image comes first: what was imported and allocated by then is not a file's doing.
"""

import contextlib
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
    """One file's way: what came of it, its seconds of processor time, and memory in MB.

    `grown` is by how much we grew meanwhile, at most, and `apart` the most that any process had by then that we
    started, each of which begins with what we have.
    """

    name: str
    outcome: str
    seconds: float
    grown: float
    apart: float


def main() -> None:
    images = PillowImages()
    images.cleaned(a_jpeg())
    for path in sorted(Path(sys.argv[1]).iterdir()):
        _tell(_passed(images, path))


def _tell(passage: Passage) -> None:
    sys.stdout.write(json.dumps(asdict(passage)) + "\n")
    sys.stdout.flush()


def _passed(images: PillowImages, path: Path) -> Passage:
    before, begun = _forgotten_peak(), _seconds()
    outcome = _outcome(images, path.read_bytes())
    seconds = _seconds() - begun
    grown = (_peak() or _most(resource.RUSAGE_SELF)) - before
    return Passage(path.name, outcome, seconds, grown, _most(resource.RUSAGE_CHILDREN))


def _outcome(images: PillowImages, image: bytes) -> str:
    """What happens to an upload, and to one whose sender or channel wants it converted."""
    try:
        check_image("it", images.look(image))
        images.cleaned(image)
        return "taken"
    except RefusedError as refusal:
        if not convertible(refusal.code):
            return refusal.code
    try:
        check_image("it", images.look(images.converted(image)))
        return "converted"
    except RefusedError as refusal:
        return refusal.code


def _seconds() -> float:
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)


def _most(who: int) -> float:
    return resource.getrusage(who).ru_maxrss / (MEGABYTE if sys.platform == "darwin" else 1024)


def _forgotten_peak() -> float:
    """The peak from now on: https://man7.org/linux/man-pages/man5/proc_pid_clear_refs.5.html."""
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", encoding="utf-8")
    return _peak() or _most(resource.RUSAGE_SELF)


def _peak() -> float:
    """By Linux's own count; 0: there is none."""
    status = Path("/proc/self/status")
    if not status.exists():
        return 0
    lines = dict(line.split(":", 1) for line in status.read_text(encoding="utf-8").splitlines())
    return int(lines["VmHWM"].split()[0]) / 1024


if __name__ == "__main__":
    main()
