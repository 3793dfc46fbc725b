"""Turns pictures into the backbone's features, once for each picture and view.

Each worker thread decodes a small batch and runs it on one processor core. Pillow and onnxruntime both release the
interpreter's lock, so decoding overlaps with the network and every core stays busy.
"""

import hashlib
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import cast

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from training.backbone import CACHE_KEY, FEATURES, INPUT
from training.cache import Cache
from training.errors import JobStoppedError
from training.inference import BadImageError, Pixels
from training.views import View, render

BATCH = 4  # larger ones are no faster and take more memory
MAX_WORKERS = 8

Features = NDArray[np.float32]  # (pictures, 1280)


@dataclass(frozen=True, slots=True)
class Extractor:
    """A loaded backbone (one thread a run; runs may overlap), where it keeps results, and when it must stop."""

    session: onnxruntime.InferenceSession
    cache: Cache
    stop: Event

    def extract(self, paths: Sequence[Path], view: View) -> tuple[Features, NDArray[np.bool_]]:
        """Features of each path, and which of them could be read; the rows of the others are zero."""
        chunks = [paths[start : start + BATCH] for start in range(0, len(paths), BATCH)]
        with ThreadPoolExecutor(worker_count(), thread_name_prefix="extract") as workers:
            rows = [row for chunk in workers.map(lambda chunk: self._chunk(chunk, view), chunks) for row in chunk]
        readable = np.array([row is not None for row in rows], dtype=np.bool_)
        return np.stack([np.zeros(FEATURES, "<f4") if row is None else row for row in rows]), readable

    def _chunk(self, paths: Sequence[Path], view: View) -> list[Features | None]:
        if self.stop.is_set():
            raise JobStoppedError
        rows: list[Features | None] = [None] * len(paths)
        waiting: dict[int, tuple[str, Pixels]] = {}
        for index, path in enumerate(paths):
            found = self._kept_or_pixels(path, view)
            if isinstance(found, tuple):
                waiting[index] = found
            else:
                rows[index] = found
        for index, row in zip(waiting, self._run([pixels for _, pixels in waiting.values()]), strict=True):
            self.cache.write("features", waiting[index][0], row.tobytes())
            rows[index] = row
        return rows

    def _kept_or_pixels(self, path: Path, view: View) -> Features | tuple[str, Pixels] | None:
        """The picture's features if they are kept, else its key and pixels; None where it cannot be read."""
        try:
            content = path.read_bytes()
            key = feature_key(content, view)
            kept = self.cache.read("features", key)
            if kept is not None and len(kept) == FEATURES * 4:
                return np.frombuffer(kept, "<f4")
            return key, render(content, view)
        except (OSError, BadImageError):
            return None

    def _run(self, pixels: Sequence[Pixels]) -> Features:
        if not pixels:
            return np.empty((0, FEATURES), "<f4")
        return cast("Features", self.session.run(None, {INPUT: np.stack(pixels)})[0])


def feature_key(content: bytes, view: View) -> str:
    return f"{hashlib.sha256(content).hexdigest()}-{CACHE_KEY}-{view.key}"


def worker_count() -> int:
    available = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(available, MAX_WORKERS)
