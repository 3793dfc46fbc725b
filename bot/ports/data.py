"""Where data sets and their images come from, and where prepared ones go."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from typing import BinaryIO, Protocol

from bot.domain.checks import Finding
from bot.domain.datasets import DataSet
from bot.domain.endpoints import Endpoint
from bot.domain.golden import Golden
from bot.domain.image_rules import ImageFacts
from bot.domain.preparations import Preparation
from bot.domain.sources import SourceObject


class DataSetSource(Protocol):
    """Where data sets are found."""

    def found(self) -> tuple[DataSet, ...]:
        """All data sets in the bucket now; a descriptor that cannot be read is logged and left out."""


class ImageSource(Protocol):
    """Where a data set's images come from: a folder, an S3 prefix or zip files. It is only ever read.

    Keys are relative to `address`. GoneError, DeniedError, RefusedError (too large); BusyError: try later.
    """

    @property
    def address(self) -> str: ...
    def objects(self) -> Iterator[SourceObject]:
        """All objects, in the order of their keys."""

    def read(self, key: str, most_bytes: int) -> bytes: ...
    def opened(self, key: str) -> AbstractContextManager[BinaryIO]:
        """A large object as a stream."""

    def findings(self) -> Sequence[Finding]:
        """What is to be said of the place as a whole: its region, and whether it is public."""


class Sources(Protocol):
    """Opens the source that a preparation names, and lets go of it afterwards."""

    def opened(self, preparation: Preparation) -> AbstractContextManager[ImageSource]: ...


class Target(Protocol):
    """Where a data set is written: a folder of its own, locally or in the bucket. Names are relative to `address`."""

    @property
    def address(self) -> str: ...
    def put(self, name: str, body: bytes, content_type: str = "application/octet-stream") -> None: ...
    def read(self, name: str) -> bytes | None:
        """None: there is no such object."""

    def begin(self, name: str) -> str:
        """Begin a large object that is written in parts; returns its upload's id."""

    def part(self, name: str, upload_id: str, number: int, body: bytes) -> str:
        """Write part `number` (from 1; 5 MiB at least, but for the last); returns its ETag. Again: overwrites."""

    def complete(self, name: str, upload_id: str, etags: Sequence[str]) -> None: ...
    def remove(self, prefix: str = "") -> None:
        """Remove everything below, and give up what was begun there."""


class Targets(Protocol):
    """The places below the data sets' folder of the bucket."""

    def at(self, folder: str) -> Target: ...
    def describe(self, name: str, descriptor: bytes) -> None:
        """Make the data set `name` be what the descriptor says, at once."""

    def forget(self, name: str) -> None:
        """Remove the descriptor and all that was ever prepared under the name."""


class Images(Protocol):
    """What can be said of an image's bytes, and what they become."""

    def look(self, image: bytes) -> ImageFacts:
        """What `image_rules.check_image` judges by. It never refuses: what is wrong is among the facts."""

    def as_jpeg(self, image: bytes) -> bytes:
        """An image that keeps the rules, upright and as a JPEG without metadata. RefusedError: it cannot be decoded."""

    def cleaned(self, image: bytes) -> bytes:
        """An image that keeps the rules without its metadata, upright. One that is upright keeps its very pixels."""

    def converted(self, image: bytes) -> bytes:
        """An image that breaks convertible rules alone as a JPEG or PNG that keeps all, upright and without metadata.

        RefusedError: it breaks another rule, or decoding it fails, or takes more time or memory than it may.
        Any other DarkroomError: there is no converter here.
        """


class GoldenImages(Protocol):
    """The pictures kept with each release of an endpoint, with which it is tried before it is announced."""

    def of(self, release: Endpoint) -> Sequence[Golden] | None:
        """Those kept with it; None: none are yet."""

    def keep(self, release: Endpoint, data_set: DataSet) -> Sequence[Golden]:
        """Choose some of the data set's validation images and keep them. RefusedError: they cannot be read."""

    def forget(self, release: Endpoint) -> None: ...
