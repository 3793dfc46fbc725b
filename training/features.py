"""Turns pictures into the backbone's features, once for each picture and view.

Each worker thread decodes a small batch and runs it on one processor core. Pillow and onnxruntime both release the
interpreter's lock, so decoding overlaps with the network and every core stays busy.
"""

import hashlib
import os
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from threading import Event
from typing import cast

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from training.backbone import CACHE_KEY, FEATURES, INPUT
from training.cache import Cache
from training.errors import CustomerError, JobStoppedError
from training.pictures import BadImageError, Pixels
from training.samples import Sample
from training.views import SIDE, SmallImageError, View, render

BATCH = 4  # larger ones are no faster and take more memory
MAX_WORKERS = 8
CHUNKS_AHEAD = 2  # for each worker: enough to keep it busy, few enough to hold only some pictures in memory

Features = NDArray[np.float32]  # (pictures, 1280)


@dataclass(frozen=True, slots=True)
class Described:
    """A sample without its bytes: its features in each view, or None where it could not be read."""

    name: str
    label: int
    rows: tuple[Features, ...] | None


@dataclass(frozen=True, slots=True)
class Extractor:
    """A loaded backbone (one thread a run; runs may overlap), where it keeps results, and when it must stop."""

    session: onnxruntime.InferenceSession
    cache: Cache
    stop: Event

    def extract(self, samples: Iterable[Sample], views: Sequence[View]) -> Iterator[Described]:
        """Describes the samples in their order, each read once and let go of."""
        with ThreadPoolExecutor(worker_count(), thread_name_prefix="extract") as workers:
            waiting: deque[Future[list[Described]]] = deque()
            for chunk in batches(samples):
                waiting.append(workers.submit(self._chunk, chunk, views))
                if len(waiting) > CHUNKS_AHEAD * worker_count():
                    yield from waiting.popleft().result()
            while waiting:
                yield from waiting.popleft().result()

    def _chunk(self, samples: Sequence[Sample], views: Sequence[View]) -> list[Described]:
        if self.stop.is_set():
            raise JobStoppedError
        contents = [_content(sample) for sample in samples]
        by_view = [self._rows(samples, contents, view) for view in views]
        rows = zip(*by_view, strict=True)
        return [Described(sample.name, sample.label, _all(row)) for sample, row in zip(samples, rows, strict=True)]

    def _rows(self, samples: Sequence[Sample], contents: Sequence[bytes | None], view: View) -> list[Features | None]:
        rows: list[Features | None] = [None] * len(contents)
        waiting: dict[int, tuple[str, Pixels]] = {}
        for index, (sample, content) in enumerate(zip(samples, contents, strict=True)):
            found = self._kept_or_pixels(sample.name, content, view)
            if isinstance(found, tuple):
                waiting[index] = found
            else:
                rows[index] = found
        for index, row in zip(waiting, self._run([pixels for _, pixels in waiting.values()]), strict=True):
            self.cache.write("features", waiting[index][0], row.tobytes())
            rows[index] = row
        return rows

    def _kept_or_pixels(self, name: str, content: bytes | None, view: View) -> Features | tuple[str, Pixels] | None:
        """The picture's features if they are kept, else its key and pixels; None where it cannot be read."""
        if content is None:
            return None
        key = feature_key(content, view)
        kept = self.cache.read("features", key)
        if kept is not None and len(kept) == FEATURES * 4:
            return np.frombuffer(kept, "<f4")
        try:
            return key, render(content, view)
        except BadImageError:
            return None
        except SmallImageError as error:
            raise CustomerError(
                f"{name} is {error} pixels, which is smaller than image_shape; without the hyperparameter 'resize' "
                f"every image must have at least {SIDE}x{SIDE}"
            ) from None

    def _run(self, pixels: Sequence[Pixels]) -> Features:
        if not pixels:
            return np.empty((0, FEATURES), "<f4")
        return cast("Features", self.session.run(None, {INPUT: np.stack(pixels)})[0])


def batches(samples: Iterable[Sample]) -> Iterator[list[Sample]]:
    rest = iter(samples)
    while chunk := list(islice(rest, BATCH)):
        yield chunk


def _content(sample: Sample) -> bytes | None:
    try:
        return sample.read()
    except OSError:
        return None


def _all(rows: tuple[Features | None, ...]) -> tuple[Features, ...] | None:
    found = tuple(row for row in rows if row is not None)
    return found if len(found) == len(rows) else None


def feature_key(content: bytes, view: View) -> str:
    return f"{hashlib.sha256(content).hexdigest()}-{CACHE_KEY}-{view.key}"


def worker_count() -> int:
    available = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(available, MAX_WORKERS)
