"""Checks a ready-made set where it lies: nothing of it is written anew, so that it is taken whole or not at all."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import islice

from bot.domain import wholes
from bot.domain.checks import EFFECTS, Effect, Finding, Rule
from bot.domain.datasets import DataSet, Format
from bot.domain.placing import Split
from bot.domain.preparations import ClassCount, Progress, Summary
from bot.domain.ready_made import ReadyMade, named_classes
from bot.ports import ImageSource, Target
from bot.services.preparation import results
from bot.services.preparation.closing import Order, Outcome
from bot.services.preparation.image_reading import ImageReader, Verdict
from bot.services.preparation.instruments import Instruments
from bot.services.preparation.lookahead import ahead
from bot.services.preparation.packing import AHEAD_BYTES, Threads, Watch, thread_pool
from bot.services.preparation.ready_samples import ReadySamples, Sample, class_list
from bot.services.preparation.tally import SHEET_CLASSES, SHEET_IMAGES

SPLITS = (Split.VALIDATION, Split.TRAIN)
_TOGETHER = 8
_MOST_NAMES = 1024 * 1024
# What is said of images that are packed does not hold here, where none is left out or changed.
_UNSAID = (Rule.DOUBLE, *(rule for rule, effect in EFFECTS.items() if effect == Effect.CONVERTED))


@dataclass(slots=True)
class _Counts:
    """What was found so far."""

    images: Counter[Split] = field(default_factory=Counter)
    classes: Counter[tuple[Split, int]] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    lines: list[tuple[Finding, str]] = field(default_factory=list)
    taken: dict[bytes, tuple[Split, str]] = field(default_factory=dict)
    sheet: dict[int, list[bytes]] = field(default_factory=dict)
    checked: int = 0
    broken: int = 0
    smallest_side: int | None = None

    @property
    def highest(self) -> int:
        return max((label for _, label in self.classes), default=-1)


class ReadyCheck:
    """One check; a restart begins it anew, for it writes next to nothing."""

    def __init__(self, ready: ReadyMade, source: ImageSource, target: Target, instruments: Instruments) -> None:
        self._ready = ready
        self._source = source
        self._target = target
        self._instruments = instruments
        self._samples = ReadySamples(ready, source)
        self._counts = _Counts()

    def run(self, order: Order, listed: tuple[Finding, ...], threads: Threads, watch: Watch) -> Outcome:
        reader = ImageReader(self._source, self._instruments, order.options)
        with thread_pool("read", threads.reading) as pool:
            try:
                for split in SPLITS:
                    bounds = (threads.reading * 3, AHEAD_BYTES)
                    tasks = _together(self._samples.of(split))
                    look = self._look(watch)
                    with closing(ahead(pool, lambda some: _judged(reader, some), tasks, bounds, look)) as judged:
                        for some in judged:
                            self._take(split, some)
                            look()
            except BaseException:
                reader.halt()
                raise
        counts = self._counts
        watch(Progress(counts.checked, counts.checked, counts.broken, counts.checked - counts.broken))
        return self._told(order, listed)

    def _look(self, watch: Watch) -> Callable[[], None]:
        return lambda: watch(Progress(None, self._counts.checked, self._counts.broken, 0))

    def _take(self, split: Split, some: list[tuple[Sample, Verdict]]) -> None:
        counts = self._counts
        for sample, verdict in some:
            counts.checked += 1
            counts.images[split] += 1
            counts.classes.update((split, label) for label in sample.classes)
            counts.lines += [(one, split) for one in verdict.findings if one.rule not in _UNSAID]
            if verdict.payload is None:
                counts.broken += 1
                continue
            counts.kinds[verdict.format] += 1
            counts.smallest_side = min(verdict.side, counts.smallest_side or verdict.side)
            self._compare(split, sample, verdict)
            self._keep_thumbnail(sample, verdict.payload)

    def _compare(self, split: Split, sample: Sample, verdict: Verdict) -> None:
        first = self._counts.taken.setdefault(verdict.digest, (split, sample.key))
        if first[0] != split:
            said = f"is the same picture as `{first[1]}` of the validation split; it is not left out here"
            self._counts.lines.append((Finding(Rule.BOTH_SPLITS, sample.key, said), split))

    def _keep_thumbnail(self, sample: Sample, payload: bytes) -> None:
        label = sample.classes[0] if sample.classes else SHEET_CLASSES
        if label < SHEET_CLASSES and len(self._counts.sheet.get(label, ())) < SHEET_IMAGES:
            self._counts.sheet.setdefault(label, []).append(self._instruments.thumbnail(payload))

    def _told(self, order: Order, listed: tuple[Finding, ...]) -> Outcome:
        names = class_list(self._samples.labels, self._counts.highest, self._named(order))
        summary = self._summary(names, listed)
        problem = self._problem(names)
        lines = [(one.key, "", split, one.rule, one.effect, one.said) for one, split in self._counts.lines]
        self._target.put("report.csv", results.report_of([*summary.warnings, *listed], lines), results.CSV)
        if problem:
            return Outcome(summary, problem=problem)
        if self._counts.sheet:
            sheet = {name: self._counts.sheet.get(label, []) for label, name in enumerate(names)}
            self._target.put("contact-sheet.jpg", self._instruments.contact_sheet(sheet), "image/jpeg")
        self._target.put("classes.txt", results.class_names(names), results.TEXT)
        self._target.put("summary.json", results.summary_json(summary), "application/json")
        return Outcome(summary, self._data_set(order, names, summary))

    def _named(self, order: Order) -> tuple[str, ...]:
        if order.options.classes or not self._ready.names_key:
            return order.options.classes
        return named_classes(self._ready.names_key, self._source.read(self._ready.names_key, _MOST_NAMES))

    def _summary(self, names: tuple[str, ...], listed: tuple[Finding, ...]) -> Summary:
        counts = self._counts
        classes = tuple(
            ClassCount(name, counts.classes[Split.TRAIN, label], counts.classes[Split.VALIDATION, label])
            for label, name in enumerate(names)
        )
        by_rule: Counter[Rule] = Counter(one.rule for one, _ in counts.lines)
        shown: dict[Rule, int] = {Rule.UNDER_SHAPE: by_rule[Rule.UNDER_SHAPE]}
        whole = [*listed, *_in_both(by_rule[Rule.BOTH_SPLITS])]
        return Summary(
            classes=classes,
            by_rule=dict(sorted(by_rule.items())),
            warnings=wholes.concluded(wholes.Tally(classes, shown, counts.kinds), whole),
            locations=self._ready.locations(self._source.address, self._samples.labels.roots),
            smallest_side=counts.smallest_side,
        )

    def _problem(self, names: tuple[str, ...]) -> str:
        """Why it cannot be trained on as it is; a job would fail over one image that cannot be read."""
        counts = self._counts
        if counts.broken:
            images = "1 image" if counts.broken == 1 else f"{counts.broken:,} images"
            return f"{images} cannot be trained on. report.csv says which and why; pack the set again without them."
        if len(names) < 2:
            return "It has one class only, and a classifier needs two."
        if not counts.images[Split.TRAIN] or not counts.images[Split.VALIDATION]:
            return "There is no image to train on, or none to validate with."
        return ""

    def _data_set(self, order: Order, names: tuple[str, ...], summary: Summary) -> DataSet:
        labels = self._samples.labels
        return DataSet(
            name=order.name,
            s3_prefix=self._source.address,
            classes=names,
            train_images=self._counts.images[Split.TRAIN],
            validation_images=self._counts.images[Split.VALIDATION],
            smallest_side=summary.smallest_side,
            format=self._ready.format,
            locations=summary.locations,
            multi_label=labels.multiple,
            label_attribute=labels.attribute if self._ready.format == Format.MANIFEST else "",
            class_ids=labels.class_ids,
            made_by=order.made_by,
            min_accuracy=order.options.min_accuracy,
        )


def _judged(reader: ImageReader, some: list[Sample]) -> list[tuple[Sample, Verdict]]:
    return [
        (one, reader.judge(one.key, one.size) if one.body is None else reader.judge_bytes(one.key, one.body))
        for one in some
    ]


def _together(samples: Iterator[Sample]) -> Iterator[tuple[int, list[Sample]]]:
    while some := list(islice(samples, _TOGETHER)):
        yield sum(one.size for one in some), some


def _in_both(count: int) -> list[Finding]:
    pictures = "1 picture lies" if count == 1 else f"{count:,} pictures lie"
    said = f"{pictures} in train and in validation alike, which makes accuracy look better."
    return [Finding(Rule.BOTH_SPLITS, "", said)] if count else []
