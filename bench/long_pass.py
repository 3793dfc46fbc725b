"""`python -m bench.long_pass COUNT`: packs so many images that are made up, and prints the peak of its memory."""

import io
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from PIL import Image

from bot.adapters.data.folders import FolderTarget
from bot.adapters.data.instruments import instruments
from bot.domain.checks import Finding
from bot.domain.preparations import Options
from bot.domain.sources import SourceObject
from bot.services.preparation.closing import Order
from bot.services.preparation.dataset_pass import DataSetPass
from bot.services.preparation.packing import Threads

CLASSES = 10


class MadeUpSource:
    """The same picture under every key, with other bytes after its end."""

    address = "s3://made-up/"

    def __init__(self, count: int) -> None:
        self._count = count
        out = io.BytesIO()
        Image.new("RGB", (64, 64), "teal").save(out, "JPEG")
        self._image = out.getvalue()

    def objects(self) -> Iterator[SourceObject]:
        size = len(self._image) + 8
        return (SourceObject(_key(number), size) for number in range(self._count))

    def read(self, key: str, most_bytes: int) -> bytes:  # noqa: ARG002 - none is large
        return self._image + key[-12:-4].encode()

    def opened(self, key: str) -> AbstractContextManager[BinaryIO]:
        return io.BytesIO(self.read(key, 0))

    def findings(self) -> Sequence[Finding]:
        return ()


def _key(number: int) -> str:
    return f"class-{number % CLASSES}/a-folder-as-people-name-them/IMG_{number:08}.jpg"


def main(count: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        order = Order("bench", Options(), "", datetime.now(UTC), {})
        passing = DataSetPass(instruments(), Threads(2))
        passing.run(order, MadeUpSource(count), FolderTarget(Path(folder)), lambda _: None)
    sys.stdout.write(f"{_peak_megabytes():.1f}\n")


def _peak_megabytes() -> float:
    # Not by getrusage, whose peak counts what this process was before it became this program: a copy of the bench.
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    lines = dict(line.split(":", 1) for line in status.splitlines())
    return int(lines["VmHWM"].split()[0]) / 1024


if __name__ == "__main__":
    main(int(sys.argv[1]))
