"""The bytes of a version's files: the former set's as they are, and behind them the pictures from use."""

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import chain, islice

from bot.domain.datasets import DataSet, Format
from bot.domain.image_rules import MAX_BYTES
from bot.domain.placing import Split
from bot.domain.preparations import Preparation
from bot.errors import GoneError
from bot.formats import manifests, recordio
from bot.formats.manifests import Labelling
from bot.formats.recordio import Record
from bot.ports import Target
from bot.services.preparation.former_set import FormerSet
from bot.services.preparation.lookahead import ahead
from bot.services.preparation.packing import AHEAD_BYTES, Threads, thread_pool
from bot.services.preparation.version_journal import Added
from bot.services.preparation.writing import PART_BYTES

# Where pictures are laid aside until they are packed.
ADDED = "work/added/"
# What is under way counts with this, for its size is not known before it is there.
_USUAL_BYTES = 128 * 1024


@dataclass(frozen=True, slots=True)
class Places:
    """Where the former set's images are read, and where the version is written."""

    former: FormerSet
    target: Target


@dataclass(frozen=True, slots=True)
class _Task:
    """One image that becomes a record: where it lies (our own below `ADDED`), its number and its label."""

    key: str
    number: int
    label: int


class VersionBlocks:
    """A split's one file, in blocks that are always the same."""

    def __init__(
        self,
        preparation: Preparation,
        base: DataSet,
        added: Sequence[Added],
        places: Places,
        process: tuple[Threads, Callable[[], None]],
    ) -> None:
        self._preparation = preparation
        self._base = base
        self._added = added
        self._images, self._target = places.former, places.target
        self._threads, self._tell = process

    def of(self, split: Split, start: int) -> Generator[bytes]:
        """The split's bytes in blocks that are always the same, from the one with this number on."""
        if self._base.format == Format.LST:
            yield from self._records([*self._listed(split), *self._new(split)][start:], split)
            return
        own = self._lines() if self._base.format == Format.MANIFEST else self._records(self._new(split), split)
        with closing(self._images.chunks(split)) as chunks:
            for block in islice(chain(chunks, own), start, None):
                self._tell()
                yield block

    def _listed(self, split: Split) -> list[_Task]:
        return [_Task(entry.path, number, entry.labels[0]) for number, entry in enumerate(self._images.listed(split))]

    def _new(self, split: Split) -> list[_Task]:
        if split != Split.TRAIN:
            return []
        return [
            _Task(one.name, self._base.train_images + number, self._index(one.label))
            for number, one in enumerate(self._added)
        ]

    def _records(self, tasks: list[_Task], split: Split) -> Iterator[bytes]:
        if not tasks:
            return
        channel = self._images.source(self._images.address(str(split)))

        def packed(task: _Task) -> bytes:
            ours = task.key.startswith(ADDED)
            image = self._target.read(task.key) if ours else channel.read(task.key, MAX_BYTES)
            if image is None:
                raise GoneError(f"`{task.key}` is gone.")
            return recordio.packed(Record(task.number, (float(task.label),), image))

        with thread_pool("read", self._threads.reading) as pool:
            bounds = (self._threads.reading * 3, AHEAD_BYTES)
            sized = ((_USUAL_BYTES, task) for task in tasks)
            with closing(ahead(pool, packed, sized, bounds, self._tell)) as records:
                yield from records

    def _lines(self) -> Iterator[bytes]:
        labelling = Labelling(
            self._base.label_attribute, f"darkroom/{self._preparation.name}", self._preparation.requested_at
        )
        for one in self._added:
            address, index = f"{self._target.address}{one.name}", self._index(one.label)
            line = manifests.Line(address, (index,), (one.label,), listed=self._base.class_ids)
            yield manifests.written(line, labelling).encode("utf-8", "backslashreplace")

    def _index(self, label: str) -> int:
        return self._base.classes.index(label)


def in_parts(blocks: Iterable[bytes], first: int) -> Iterator[tuple[bytes, int]]:
    """Blocks joined into parts as large as S3 wants them, each with the number of blocks that have gone by then."""
    gathered: list[bytes] = []
    size, number = 0, first
    for number, block in enumerate(blocks, start=first + 1):
        gathered.append(block)
        size += len(block)
        if size >= PART_BYTES:
            yield b"".join(gathered), number
            gathered, size = [], 0
    if gathered:
        yield b"".join(gathered), number
