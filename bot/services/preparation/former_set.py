"""Reads a finished data set where it lies: its files, the labels of its images, and the images that its lists name."""

from collections import Counter
from collections.abc import Generator, Iterator
from contextlib import ExitStack
from dataclasses import replace
from itertools import chain

from bot.domain.datasets import DataSet, Format
from bot.domain.placing import Split
from bot.domain.preparations import Preparation
from bot.formats import listings, manifests, recordio
from bot.formats.listings import Entry
from bot.formats.manifests import LabelFormat
from bot.ports import ImageSource, Sources

CHUNK = 1024 * 1024


class FormerSet:
    """The data set of which a version is made; what is opened is let go of with `close`."""

    def __init__(self, base: DataSet, sources: Sources, preparation: Preparation) -> None:
        self._base = base
        self._sources = sources
        self._preparation = preparation
        self._opened = ExitStack()

    @property
    def kind(self) -> Format:
        return self._base.format

    def close(self) -> None:
        self._opened.close()

    def address(self, channel: str) -> str:
        """Where an input channel of it lies."""
        return self._base.locations.get(channel) or f"{self._base.s3_prefix.rstrip('/')}/{channel}/"

    def source(self, address: str) -> ImageSource:
        where = replace(self._preparation, source=address, file_ids=())
        return self._opened.enter_context(self._sources.opened(where))

    def chunks(self, split: Split) -> Generator[bytes]:
        """The bytes of its RecordIO files, or of its manifest, which ends with its last line's end."""
        last = b"\n"
        for source, key in self._files(split):
            with source.opened(key) as stream:
                while chunk := stream.read(CHUNK):
                    last = chunk[-1:]
                    yield chunk
        if self._base.format == Format.MANIFEST and last != b"\n":
            yield b"\n"

    def listed(self, split: Split) -> list[Entry]:
        """What the list of a split names; the paths are those below its channel."""
        found: list[Entry] = []
        for source, key in self._files(split):
            with source.opened(key) as stream:
                found += listings.read(stream, f"`{key}`")
        return found

    def packed(self, split: Split) -> Iterator[bytes]:
        """The images in its RecordIO files."""
        for source, key in self._files(split):
            with source.opened(key) as stream:
                yield from (one.image for _, one in recordio.read(stream, f"`{key}`"))

    def named(self, split: Split) -> Iterator[str]:
        """The addresses of the images that its manifest names."""
        for source, key in self._files(split):
            with source.opened(key) as stream:
                yield from (one.source_ref for one in manifests.read(stream, f"`{key}`", self._base.label_attribute))

    def whole_bucket(self) -> ImageSource:
        """What reads images by their whole addresses."""
        return self.source(self._base.s3_prefix)

    def counts(self, split: Split) -> Counter[int]:
        """How many images each class has, by its index."""
        return Counter(chain.from_iterable(self._labels(split)))

    def _labels(self, split: Split) -> Iterator[tuple[int, ...]]:
        if self._base.format == Format.LST:
            yield from (entry.labels for entry in self.listed(split))
            return
        for source, key in self._files(split):
            with source.opened(key) as stream:
                if self._base.format == Format.REC:
                    yield from (tuple(map(int, one.labels)) for _, one in recordio.read(stream, f"`{key}`"))
                else:
                    lines = manifests.read(stream, f"`{key}`", self._base.label_attribute)
                    yield from (manifests.classes_of(line, LabelFormat.CLASS) for line in lines)

    def _files(self, split: Split) -> Iterator[tuple[ImageSource, str]]:
        """A split's files: its channel's address is one, or a folder of some."""
        kind = self._base.format
        address = self.address(f"{split}_lst" if kind == Format.LST else str(split))
        extension = f".{kind}"
        if kind == Format.MANIFEST or address.endswith(extension):
            folder, _, key = address.rstrip("/").rpartition("/")
            yield self.source(f"{folder}/"), key
            return
        source = self.source(address if address.endswith("/") else f"{address}/")
        yield from ((source, one.key) for one in source.objects() if one.key.endswith(extension))
