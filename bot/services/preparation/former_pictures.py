"""The pictures that a former set has, so that a version neither trains on what it validates with nor on one twice."""

from collections.abc import Callable, Generator, Iterator
from contextlib import closing

from bot.domain.checks import Rule
from bot.domain.datasets import Format
from bot.domain.image_rules import MAX_BYTES
from bot.domain.placing import Split
from bot.errors import DeniedError, GoneError, RefusedError
from bot.ports import ImageSource
from bot.services.preparation.former_set import FormerSet
from bot.services.preparation.lookahead import ahead
from bot.services.preparation.packing import AHEAD_BYTES, Threads, thread_pool

# What is under way counts with this, for its size is not known before it is there.
_USUAL_BYTES = 128 * 1024
Fingerprint = Callable[[bytes], bytes]


class FormerPictures:
    """All of them are read once, when the first picture is compared with them; `tell` is called after each."""

    def __init__(self, former: FormerSet, fingerprint: Fingerprint, threads: Threads, tell: Callable[[], None]) -> None:
        self._former = former
        self._fingerprint = fingerprint
        self._threads = threads
        self._tell = tell
        self._splits: dict[bytes, Split] | None = None

    def said_of(self, payload: bytes) -> tuple[Rule, str] | None:
        """Why a picture, as it would be packed, is to be left out; None: it is none of them."""
        if self._splits is None:
            self._splits = self._read()
        match self._splits.get(self._fingerprint(payload)):
            case Split.VALIDATION:
                return Rule.BOTH_SPLITS, "is the same picture as one that the data set validates with"
            case Split.TRAIN:
                return Rule.DOUBLE, "is in the data set already"
            case _:
                return None

    def _read(self) -> dict[bytes, Split]:
        found: dict[bytes, Split] = {}
        # Those that validate come last: what is in both must not be trained on.
        for split in (Split.TRAIN, Split.VALIDATION):
            with closing(self._images(split)) as images:
                for image in images:
                    found[self._fingerprint(image)] = split
                    self._tell()
        return found

    def _images(self, split: Split) -> Generator[bytes]:
        if self._former.kind == Format.REC:
            yield from self._former.packed(split)
            return
        if self._former.kind == Format.LST:
            source = self._former.source(self._former.address(str(split)))
            yield from self._files(source, (one.path for one in self._former.listed(split)))
        else:
            yield from self._files(self._former.whole_bucket(), self._former.named(split))

    def _files(self, source: ImageSource, keys: Iterator[str]) -> Iterator[bytes]:
        def read(key: str) -> bytes:
            try:
                return source.read(key, MAX_BYTES)
            except (GoneError, DeniedError, RefusedError):
                # No job can train on it either.
                return b""

        with thread_pool("read", self._threads.reading) as pool:
            bounds = (self._threads.reading * 3, AHEAD_BYTES)
            with closing(ahead(pool, read, ((_USUAL_BYTES, key) for key in keys), bounds, self._tell)) as images:
                yield from images
