"""The images of a ready-made set, one at a time, out of its RecordIO files, its lists or its manifests."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice

from bot.domain.datasets import Format
from bot.domain.placing import Split
from bot.domain.ready_made import ReadyMade
from bot.errors import RefusedError
from bot.formats import listings, manifests, recordio
from bot.formats.manifests import LabelFormat
from bot.ports import ImageSource

# So many of a list's paths tell the folder that they start from.
_ASKED = 50


@dataclass(frozen=True, slots=True)
class Sample:
    """One image: what the report calls it, the indexes of its classes, its size, and its bytes where they are known."""

    key: str
    classes: tuple[int, ...]
    size: int
    body: bytes | None = None


@dataclass(slots=True)
class Labels:
    """What the labels are as a whole.

    `width` is that of multi-hot rows (0: single labels, -1: not known yet), `names` what a manifest calls its classes.
    """

    multiple: bool = False
    width: int = -1
    class_ids: bool = False
    attribute: str = ""
    names: dict[int, str] = field(default_factory=dict)
    roots: dict[Split, str] = field(default_factory=dict)


class ReadySamples:
    """Reads the tables of one set; `labels` is complete once all samples were taken."""

    def __init__(self, ready: ReadyMade, source: ImageSource) -> None:
        self._ready = ready
        self._source = source
        self.labels = Labels()

    def of(self, split: Split) -> Iterator[Sample]:
        """The samples of a split; RefusedError where its table cannot be read."""
        match self._ready.format:
            case Format.REC:
                return self._records(split)
            case Format.LST:
                return self._listed(split)
            case Format.MANIFEST:
                return self._manifested(split)

    def _records(self, split: Split) -> Iterator[Sample]:
        key = self._ready.tables[split]
        with self._source.opened(key) as stream:
            for _, record in recordio.read(stream, f"`{key}`"):
                place = f"{key}#{record.id}"
                yield Sample(place, self._indexes(record.labels, place), len(record.image), record.image)

    def _listed(self, split: Split) -> Iterator[Sample]:
        key = self._ready.tables[split]
        with self._source.opened(key) as stream:
            entries = list(listings.read(stream, f"`{key}`"))
        root = self._ready.rooted(split, (entry.path for entry in islice(entries, _ASKED)))
        self.labels.roots[split] = root
        for entry in entries:
            place = root + entry.path
            yield Sample(place, self._indexes(entry.labels, place), self._ready.files.get(place, 1))

    def _manifested(self, split: Split) -> Iterator[Sample]:
        key = self._ready.tables[split]
        with self._source.opened(key) as stream:
            lines = list(manifests.read(stream, f"`{key}`", self.labels.attribute))
        told = manifests.summary(lines, f"`{key}`")
        self._take(told, key)
        for line in lines:
            place = line.source_ref.removeprefix(self._source.address)
            yield Sample(place, manifests.classes_of(line, told.label_format), self._ready.files.get(place, 1))

    def _take(self, told: manifests.Summary, key: str) -> None:
        labels, multiple = self.labels, told.label_format is not LabelFormat.CLASS
        class_ids = told.label_format is LabelFormat.CLASS_ID
        if labels.attribute and (labels.multiple, labels.class_ids) != (multiple, class_ids):
            raise RefusedError(f"`{key}` gives its labels in another way than the other manifest.")
        if told.label_format is LabelFormat.MULTI_HOT:
            self._fits(told.classes, f"`{key}`")
        labels.attribute, labels.multiple, labels.class_ids = told.attribute, multiple, class_ids
        for label, name in told.names.items():
            if labels.names.setdefault(label, name) != name:
                raise RefusedError(
                    f"The class {label} is `{labels.names[label]}` in one manifest, `{name}` in the other."
                )

    def _indexes(self, row: Iterable[float], place: str) -> tuple[int, ...]:
        labels = tuple(row)
        if len(labels) == 1:
            self._fits(0, place)
            if labels[0] < 0 or labels[0] != int(labels[0]):
                raise RefusedError(f"{place}: the label {labels[0]:g} is not a class index counted from 0.")
            return (int(labels[0]),)
        if not set(labels) <= {0, 1}:
            raise RefusedError(f"{place}: several labels are a row of zeros and ones, one for each class.")
        self._fits(len(labels), place)
        self.labels.multiple = True
        return tuple(index for index, label in enumerate(labels) if label)

    def _fits(self, width: int, place: str) -> None:
        """All rows have the same length; 0 stands for a single label."""
        if self.labels.width == -1:
            self.labels.width = width
        if self.labels.width != width:
            before = self.labels.width or 1
            raise RefusedError(f"{place}: the number of labels is {width or 1}, and {before} before.")


def class_list(labels: Labels, highest: int, named: tuple[str, ...]) -> tuple[str, ...]:
    """The classes' names in label order: as they were named, as the manifest tells, or else by number."""
    count = max(labels.width, highest + 1, len(named))
    if named and max(labels.width, highest + 1) > len(named):
        raise RefusedError(
            f"{len(named)} classes are named, and the labels count to {max(labels.width - 1, highest)}.",
            next_step="Name all of them, in the order of the labels.",
        )
    return named or _distinct(labels.names, count)


def _distinct(names: Mapping[int, str], count: int) -> tuple[str, ...]:
    told = [names.get(label, f"class {label}") for label in range(count)]
    return tuple(name if told.count(name) == 1 else f"{name} ({label})" for label, name in enumerate(told))
