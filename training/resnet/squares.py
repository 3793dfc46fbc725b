"""Turns a job's samples into squares of pixels: decoded by several threads, kept in memory as far as they fit.

The same squares are drawn from in every epoch, each time cropped and mirrored anew.
"""

import logging
import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from threading import Event
from typing import IO, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from training.errors import CustomerError, JobStoppedError
from training.pictures import BadImageError, Pixels, opened, squashed
from training.samples import Sample

# Training pictures are this much larger than what is cropped of them.
MARGIN = 8 / 7
KEPT_BYTES = 1_500_000_000
NAMED_AT_MOST = 5
MAX_WORKERS = 8

Labels = NDArray[np.int64]
Batch = tuple[NDArray[np.uint8], Labels]  # (N, side, side, 3)

Item = TypeVar("Item")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Squares:
    """The readable pictures of a channel; `kept` has the pixels of as many as fit, from the first on."""

    samples: tuple[Sample, ...]
    side: int
    kept: tuple[Pixels, ...]

    def __len__(self) -> int:
        return len(self.samples)

    def pixels(self, index: int) -> Pixels:
        return self.kept[index] if index < len(self.kept) else _square(self.samples[index], self.side)

    def label(self, index: int) -> int:
        return self.samples[index].label


@dataclass(frozen=True, slots=True)
class Decoder:
    """Decodes in threads of its own, which Pillow lets run beside each other."""

    threads: ThreadPoolExecutor
    stop: Event

    def squares(self, samples: Sequence[Sample], side: int, budget: int) -> Squares:
        """Looks at every picture once; those that cannot be read are left out, and named."""
        log.info("Reading %d pictures", len(samples))
        fitting = budget // (side * side * 3)
        readable: list[Sample] = []
        kept: list[Pixels] = []
        unreadable: list[str] = []
        for sample, pixels in self._looked_at(samples, side):
            if pixels is None:
                unreadable.append(sample.name)
                continue
            readable.append(sample)
            if len(kept) < fitting:
                kept.append(pixels)
        _report(unreadable, len(samples))
        return Squares(tuple(readable), side, tuple(kept))

    def training_batches(self, squares: Squares, side: int, size: int, draw: np.random.Generator) -> Iterator[Batch]:
        """All pictures in a new order, each cropped and mirrored at random."""
        order = draw.permutation(len(squares))
        crops = [(int(index), _drawn_crop(squares.side - side, draw)) for index in order]
        cut = partial(_cropped, squares, side)
        for chunk in chunks(crops, size):
            yield self._batch(list(self.threads.map(cut, chunk)), [squares.label(index) for index, _ in chunk])

    def plain_batches(self, squares: Squares, size: int) -> Iterator[Batch]:
        for chunk in chunks(range(len(squares)), size):
            yield self._batch(list(self.threads.map(squares.pixels, chunk)), [squares.label(index) for index in chunk])

    def _batch(self, pixels: list[Pixels], labels: list[int]) -> Batch:
        if self.stop.is_set():
            raise JobStoppedError
        return np.stack(pixels), np.array(labels, dtype=np.int64)

    def _looked_at(self, samples: Sequence[Sample], side: int) -> Iterator[tuple[Sample, Pixels | None]]:
        look = partial(_readable, side=side)
        for chunk in chunks(samples, 4 * MAX_WORKERS):
            if self.stop.is_set():
                raise JobStoppedError
            yield from zip(chunk, self.threads.map(look, chunk), strict=True)


Crop = tuple[int, int, bool]


def worker_count() -> int:
    available = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(available, MAX_WORKERS)


def training_side(side: int) -> int:
    return round(side * MARGIN)


@dataclass(frozen=True, slots=True)
class Spool:
    """An open file for what comes once, through a pipe, so that it can be read again."""

    file: IO[bytes]

    def samples(self, given: Iterable[Sample]) -> tuple[Sample, ...]:
        if isinstance(given, tuple):
            return given
        kept = tuple(self._keep(sample) for sample in given)
        self.file.flush()
        return kept

    def _keep(self, sample: Sample) -> Sample:
        content = sample.read()
        offset = self.file.tell()
        self.file.write(content)
        return Sample(sample.name, sample.label, partial(self._read, offset, len(content)))

    def _read(self, offset: int, length: int) -> bytes:
        return os.pread(self.file.fileno(), length, offset)


def _readable(sample: Sample, side: int) -> Pixels | None:
    try:
        return _square(sample, side)
    except (OSError, BadImageError):
        return None


def _square(sample: Sample, side: int) -> Pixels:
    """The whole picture, whatever that does to its aspect ratio; an endpoint does the same."""
    return cast("Pixels", np.asarray(squashed(opened(sample.read()), side, side)))


def _drawn_crop(room: int, draw: np.random.Generator) -> Crop:
    across, down = draw.integers(0, room + 1, 2)
    return int(across), int(down), bool(draw.random() < 0.5)


def _cropped(squares: Squares, side: int, which: tuple[int, Crop]) -> Pixels:
    index, (across, down, mirrored) = which
    crop = squares.pixels(index)[down : down + side, across : across + side]
    return crop[:, ::-1] if mirrored else crop


def chunks(items: Sequence[Item], size: int) -> Iterator[Sequence[Item]]:
    """In pieces of a size, the last of which may be smaller; but never a single item where it can be avoided.

    A batch norm has nothing to norm a single number by, which the smallest pictures come down to.
    """
    starts = list(range(0, len(items), size))
    if len(starts) > 1 and len(items) % size == 1:
        starts.pop()
    for start, end in zip(starts, [*starts[1:], len(items)], strict=True):
        yield items[start:end]


def _report(names: Sequence[str], count: int) -> None:
    if len(names) == count:
        raise CustomerError(f"none of the {count} pictures can be read, {names[0]} for one")
    for name in names[:NAMED_AT_MOST]:
        log.warning("Left out, because it cannot be read as a picture: %s", name)
    if len(names) > NAMED_AT_MOST:
        log.warning("Left out %d pictures in all", len(names))
