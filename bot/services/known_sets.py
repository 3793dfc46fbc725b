"""Pictures whose classes are known, on which two models are compared: golden images, and held-out ones from use."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from bot.domain import versions
from bot.domain.endpoints import Endpoint
from bot.errors import GoneError
from bot.ports import DataSets, GoldenImages, KeptPictures

# Each is asked of two models; beyond this, more of them would change little.
MOST_FROM_USE = 100
_CONTENT_TYPES = {".jpg": "image/jpeg", ".png": "image/png"}


class Shelf(Protocol):
    """Where kept pictures lie."""

    def read(self, address: str) -> bytes:
        """GoneError: it is kept no longer."""


@dataclass(frozen=True, slots=True)
class KnownPicture:
    """A picture with the class that it shows."""

    image: bytes
    content_type: str
    label: str


class KnownSets:
    """The same pictures for both models."""

    def __init__(self, golden: GoldenImages, kept: KeptPictures, data_sets: DataSets, shelf: Shelf) -> None:
        self._golden = golden
        self._kept = kept
        self._data_sets = data_sets
        self._shelf = shelf

    def golden(self, live: Endpoint) -> Iterator[KnownPicture]:
        """Those that were kept with the live release, where an image has one class."""
        for one in self._golden.of(live) or ():
            if len(one.labels) == 1:
                yield KnownPicture(one.image, one.content_type, live.classes[one.labels[0]])

    def from_use(self, candidate: Endpoint) -> Iterator[KnownPicture]:
        """Those that people have labelled and no version of its data set may contain, the newest ones."""
        names = sorted(versions.family(candidate.data_set, self._data_sets.all()))
        kept = [one for name in names for one in self._kept.learned(name)]
        held = [one for one in kept if one.held_out and one.label in candidate.classes]
        for one in sorted(held, key=lambda one: (one.labelled_at, one.id))[-MOST_FROM_USE:]:
            try:
                image = self._shelf.read(one.key)
            except GoneError:
                continue
            yield KnownPicture(image, _CONTENT_TYPES[one.key[-4:]], one.label)
