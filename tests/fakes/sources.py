"""The ports ImageSource, Sources, Target and Targets in memory, and instruments that decode nothing."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from hashlib import sha256
from io import BytesIO
from typing import BinaryIO

from bot.domain.checks import Finding, Rule
from bot.domain.preparations import Options, Preparation
from bot.domain.sources import SourceObject
from bot.errors import GoneError, RefusedError
from bot.services.preparation.instruments import Examine, Instruments

JPEG = b"\xff\xd8\xff"
# What follows is no part of the picture.
METADATA = b"taken by"


@dataclass
class FakeSource:
    """Objects by key; `failing` has what reading a key raises instead, taken from the front of its list."""

    held: dict[str, bytes]
    failing: dict[str, list[Exception]] = field(default_factory=dict)
    found: tuple[Finding, ...] = ()
    address: str = "s3://team-pictures/pets/"
    reads: list[str] = field(default_factory=list)

    def objects(self) -> Iterator[SourceObject]:
        return iter([SourceObject(key, len(body)) for key, body in sorted(self.held.items())])

    def read(self, key: str, most_bytes: int) -> bytes:
        self.reads.append(key)
        if self.failing.get(key):
            raise self.failing[key].pop(0)
        if key not in self.held:
            raise GoneError(f"`{key}` is gone.")
        if len(self.held[key]) > most_bytes:
            raise RefusedError(f"`{key}` is too large.")
        return self.held[key]

    def opened(self, key: str) -> AbstractContextManager[BinaryIO]:
        if key not in self.held:
            raise GoneError(f"`{key}` is gone.")
        return BytesIO(self.held[key])

    def findings(self) -> Sequence[Finding]:
        return self.found


class FakeSources:
    """The same source for every preparation."""

    def __init__(self, source: FakeSource) -> None:
        self.source = source

    def opened(self, preparation: Preparation) -> AbstractContextManager[FakeSource]:
        return nullcontext(self.source)


class Killed(BaseException):
    """As if the process had ended here."""


@dataclass
class FakeBucket:
    """All that was written, by address; `writes_left` is after how many writes the process ends, and None: never."""

    held: dict[str, bytes] = field(default_factory=dict)
    begun: dict[str, dict[int, bytes]] = field(default_factory=dict)
    writes_left: int | None = None
    after: bool = True
    lock: threading.Lock = field(default_factory=threading.Lock)

    def write(self, change: Callable[[], object]) -> None:
        """Carry a write out; the one that is the last may take effect before the process ends, or not."""
        with self.lock:
            if self.writes_left is None:
                change()
                return
            self.writes_left -= 1
            if self.writes_left > 0 or (self.writes_left == 0 and self.after):
                change()
            if self.writes_left <= 0:
                raise Killed


class FakeTarget:
    """A folder of the bucket."""

    def __init__(self, bucket: FakeBucket, address: str) -> None:
        self.bucket = bucket
        self.address = address

    def put(self, name: str, body: bytes, content_type: str = "application/octet-stream") -> None:
        self.bucket.write(lambda: self.bucket.held.update({self.address + name: body}))

    def read(self, name: str) -> bytes | None:
        return self.bucket.held.get(self.address + name)

    def begin(self, name: str) -> str:
        with self.bucket.lock:
            upload_id = f"{self.address}{name}?{len(self.bucket.begun)}"
        self.bucket.write(lambda: self.bucket.begun.update({upload_id: {}}))
        return upload_id

    def part(self, name: str, upload_id: str, number: int, body: bytes) -> str:
        if upload_id not in self.bucket.begun:
            raise GoneError("There is no such upload.")
        self.bucket.write(lambda: self.bucket.begun[upload_id].update({number: body}))
        return f"{number}-{len(body)}"

    def complete(self, name: str, upload_id: str, etags: Sequence[str]) -> None:
        if upload_id not in self.bucket.begun:
            if self.address + name not in self.bucket.held:
                raise GoneError("There is no such upload.")
            return
        parts = self.bucket.begun[upload_id]
        whole = b"".join(parts[number] for number in range(1, len(etags) + 1))
        self.bucket.write(lambda: self._appear(name, upload_id, whole))

    def _appear(self, name: str, upload_id: str, whole: bytes) -> None:
        self.bucket.held[self.address + name] = whole
        del self.bucket.begun[upload_id]

    def remove(self, prefix: str = "") -> None:
        self.bucket.write(lambda: self._remove(self.address + prefix))

    def _remove(self, prefix: str) -> None:
        for held in (self.bucket.held, self.bucket.begun):
            for name in [one for one in held if one.startswith(prefix)]:
                del held[name]


class FakeTargets:
    """The data sets' folder of a bucket."""

    def __init__(self, bucket: FakeBucket) -> None:
        self.bucket = bucket
        self.root = "s3://darkroom-artifacts/datasets/"

    def at(self, folder: str) -> FakeTarget:
        return FakeTarget(self.bucket, self.root + folder)

    def describe(self, name: str, descriptor: bytes) -> None:
        self.at(f"{name}/").put("dataset.json", descriptor)

    def forget(self, name: str) -> None:
        self.at(f"{name}/").remove()


@dataclass(frozen=True, slots=True)
class Looked:
    findings: tuple[Finding, ...]
    payload: bytes | None
    digest: bytes
    format: str = "JPEG"
    width: int = 256
    height: int = 300


def looked(image: bytes, name: str) -> Looked:
    """Whatever begins as a JPEG does is taken as it is."""
    digest = sha256(image).digest()[:16]
    if not image.startswith(JPEG):
        return Looked((Finding(Rule.NO_IMAGE, "", "is no image that I know"),), None, digest)
    return Looked((), image, digest)


def examiner(_: Options) -> Examine:
    return looked


def sheet_of(thumbnails: Mapping[str, Sequence[bytes]]) -> bytes:
    return repr({name: list(some) for name, some in thumbnails.items()}).encode()


def instruments() -> Instruments:
    return Instruments(
        examiner,
        lambda image: sha256(image.partition(METADATA)[0]).digest(),
        lambda size: None,
        lambda payload: payload[:8],
        sheet_of,
        lambda data_set: repr(data_set).encode(),
    )


def images(**classes: int) -> dict[str, bytes]:
    """So many different images in a folder of each class."""
    return {
        f"{name}/{number:04d}.jpg": JPEG + f"{name} {number}".encode() * 20
        for name, count in classes.items()
        for number in range(count)
    }
