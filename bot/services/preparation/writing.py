"""Writes a split's images in cuts that stand on their own: parts of a RecordIO file, or so many files each."""

import re
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Protocol

from bot.domain.datasets import Format
from bot.formats import recordio
from bot.ports import Target
from bot.services.preparation.journal import SplitState

# https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html says 5 MiB at least, and 10,000 parts at most.
PART_BYTES = 8 * 1024 * 1024
FILES_IN_A_CUT = 256
_CONTENT_TYPES = {"JPEG": "image/jpeg", "PNG": "image/png"}
_SUFFIXES = {"JPEG": ".jpg", "PNG": ".png"}
_ODD = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\\:*?\"<>|]")


@dataclass(frozen=True, slots=True)
class Packed:
    """An image that is taken: its label in the written data set, and the folder of its class."""

    key: str
    label: int
    folder: str
    format: str
    payload: bytes


@dataclass(frozen=True, slots=True)
class Cut:
    """What was handed to the pool at once; `state` holds once all of `writes` are done, with their answers added."""

    state: SplitState
    writes: tuple[Future[str], ...] = ()


class SplitWriter(Protocol):
    """Takes a split's images in order."""

    @property
    def state(self) -> SplitState: ...
    def begin(self) -> SplitState:
        """Make ready; what it returns is to be kept before anything is added."""

    def add(self, image: Packed) -> tuple[int, int]:
        """The image's number in its split, and its place."""

    @property
    def due(self) -> bool:
        """Whether it is time to cut."""

    @property
    def empty(self) -> bool:
        """Whether nothing was added since the last cut."""

    def cut(self) -> Cut: ...
    def complete(self, etags: Sequence[str]) -> None: ...


class RecWriter:
    """One `.rec`, by multipart upload: a part is so many whole records."""

    def __init__(self, target: Target, pool: ThreadPoolExecutor, split: str, state: SplitState) -> None:
        self._target = target
        self._pool = pool
        self._name = f"{split}/{split}.rec"
        self._pieces: list[bytes] = []
        self._parts = len(state.etags)
        self._part_began = state.place
        self.state = state

    def begin(self) -> SplitState:
        if not self.state.upload_id:
            # Whatever was begun before, its id was not kept.
            self._target.remove(self._name.partition("/")[0] + "/")
            self.state = replace(self.state, upload_id=self._target.begin(self._name))
        return self.state

    def add(self, image: Packed) -> tuple[int, int]:
        number, place = self.state.number, self.state.place
        pieces = recordio.pieces(recordio.Record(number, (float(image.label),), image.payload))
        self._pieces += pieces
        self.state = replace(self.state, number=number + 1, place=place + sum(map(len, pieces)))
        return number, place

    @property
    def due(self) -> bool:
        return self.state.place - self._part_began >= PART_BYTES

    @property
    def empty(self) -> bool:
        return not self._pieces

    def cut(self) -> Cut:
        if self.empty:
            return Cut(self.state)
        body, self._pieces, self._parts = b"".join(self._pieces), [], self._parts + 1
        self._part_began = self.state.place
        write = self._pool.submit(self._target.part, self._name, self.state.upload_id, self._parts, body)
        return Cut(self.state, (write,))

    def complete(self, etags: Sequence[str]) -> None:
        if etags:
            self._target.complete(self._name, self.state.upload_id, etags)


class FileWriter:
    """One object for each image, below a folder of its class; by number, so that no two have one name."""

    def __init__(self, target: Target, pool: ThreadPoolExecutor, split: str, state: SplitState) -> None:
        self._target = target
        self._pool = pool
        self._split = split
        self._writes: list[Future[str]] = []
        self._bytes = 0
        self.state = state

    def begin(self) -> SplitState:
        return self.state

    def add(self, image: Packed) -> tuple[int, int]:
        number = self.state.number
        name = f"{self._split}/{file_name(image.folder, image.key, number, image.format)}"
        self._writes.append(self._pool.submit(self._put, name, image.payload, _CONTENT_TYPES[image.format]))
        self._bytes += len(image.payload)
        self.state = replace(self.state, number=number + 1)
        return number, 0

    @property
    def due(self) -> bool:
        return len(self._writes) >= FILES_IN_A_CUT or self._bytes >= PART_BYTES

    @property
    def empty(self) -> bool:
        return not self._writes

    def cut(self) -> Cut:
        writes, self._writes, self._bytes = tuple(self._writes), [], 0
        return Cut(self.state, writes)

    def complete(self, etags: Sequence[str]) -> None:
        """Each object is complete by itself."""

    def _put(self, name: str, body: bytes, content_type: str) -> str:
        self._target.put(name, body, content_type)
        return ""


class NoWriter:
    """Writes nothing: the pass only checks."""

    due = False
    empty = True

    def __init__(self, target: Target, pool: ThreadPoolExecutor, split: str, state: SplitState) -> None:  # noqa: ARG002 - as the others are made
        self.state = state

    def begin(self) -> SplitState:
        return self.state

    def add(self, image: Packed) -> tuple[int, int]:  # noqa: ARG002 - it is only counted
        number = self.state.number
        self.state = replace(self.state, number=number + 1)
        return number, 0

    def cut(self) -> Cut:
        return Cut(self.state)

    def complete(self, etags: Sequence[str]) -> None:
        """There is nothing to complete."""


Writers = Callable[[Target, ThreadPoolExecutor, str, SplitState], SplitWriter]


def file_name(folder: str, key: str, number: int, kind: str) -> str:
    """Where an image lies below its split: still to be recognised by people, and free of what a `.lst` cannot hold."""
    stem = _ODD.sub("_", PurePosixPath(key).stem).strip(" .")[:80] or "image"
    return f"{_ODD.sub('_', folder).strip(' ') or 'class'}/{number:06d}-{stem}{_SUFFIXES[kind]}"


def writers_of(kind: Format) -> Writers:
    return RecWriter if kind == Format.REC else FileWriter
