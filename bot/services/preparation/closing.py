"""The end of a pass: what is to be said of the whole, and the files that tell of the data set."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain import wholes
from bot.domain.checks import Finding, Rule
from bot.domain.datasets import DataSet, Format
from bot.domain.placing import Split
from bot.domain.preparations import ClassCount, Options, Summary
from bot.formats.manifests import Labelling
from bot.ports import Target
from bot.services.preparation import results
from bot.services.preparation.instruments import Instruments
from bot.services.preparation.journal import Checkpoint, Journal
from bot.services.preparation.plan_file import SPLITS, Plan
from bot.services.preparation.tally import Tally

SHOWN = tuple(reversed(SPLITS))


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be made: the data set's name, how, for which preparation (empty: none), and when it was asked for."""

    name: str
    options: Options
    made_by: str
    asked_at: datetime
    earlier: Mapping[str, Split]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a pass: a data set, or the `problem` for which there is none.

    `left_out` are the pictures from use that a version does not have, by their uploads' ids.
    """

    summary: Summary
    data_set: DataSet | None = None
    problem: str = ""
    left_out: frozenset[str] = frozenset()


class Closing:
    """Leaves the files; doing it again leaves the same."""

    def __init__(
        self, order: Order, plan: Plan, target: Target, instruments: Instruments, *, checks_only: bool = False
    ) -> None:
        self._checks_only = checks_only
        self._order = order
        self._plan = plan
        self._target = target
        self._instruments = instruments

    def close(self, checkpoint: Checkpoint, tally: Tally) -> Outcome:
        """The data set, or why there is none; the report is left either way."""
        summary = self._summary(checkpoint, tally)
        problem = _problem(summary)
        self._target.put("report.csv", self._report(checkpoint, summary), results.CSV)
        if problem:
            for split in SPLITS:
                self._target.remove(f"{split}/")
            return Outcome(replace(summary, locations={}), problem=problem)
        if not self._checks_only:
            self._leave_tables(checkpoint, summary, tally)
        return Outcome(summary, self._data_set(summary))

    def _leave_tables(self, checkpoint: Checkpoint, summary: Summary, tally: Tally) -> None:
        results.Tables(self._plan, self._target, self._order.options.format, checkpoint).leave(self._labelling())
        self._tell(summary, tally)

    def _labelling(self) -> Labelling:
        return Labelling(results.LABEL_ATTRIBUTE, f"darkroom/{self._order.name}", self._order.asked_at)

    def _tell(self, summary: Summary, tally: Tally) -> None:
        if sheet := tally.sheet():
            self._target.put("contact-sheet.jpg", self._instruments.contact_sheet(sheet), "image/jpeg")
        names = tuple(one.name for one in summary.classes)
        self._target.put("classes.txt", results.class_names(names), results.TEXT)
        self._target.put("summary.json", results.summary_json(summary), "application/json")

    def _report(self, checkpoint: Checkpoint, summary: Summary) -> bytes:
        strays = [one for one in self._plan.findings if one.key]
        entries = Journal(self._target).entries(checkpoint.attempt, checkpoint.pieces)
        return results.report(self._plan, entries, [*summary.warnings, *strays])

    def _summary(self, checkpoint: Checkpoint, tally: Tally) -> Summary:
        counts = tally.classes()
        kept = tuple(one for label, one in enumerate(counts) if label not in checkpoint.dropped)
        emptied = [counts[label] for label in checkpoint.dropped]
        counted = wholes.Tally(kept, tally.by_rule, tally.kinds)
        return Summary(
            classes=kept,
            by_rule=dict(sorted(tally.by_rule.items())),
            warnings=wholes.concluded(counted, [*map(_emptied, emptied), *self._plan.findings]),
            locations=locations(self._order.options.format, self._target.address),
            smallest_side=tally.smallest_side,
            seconds=round(checkpoint.seconds, 1),
        )

    def _data_set(self, summary: Summary) -> DataSet:
        options = self._order.options
        return DataSet(
            name=self._order.name,
            s3_prefix=self._target.address,
            classes=tuple(one.name for one in summary.classes),
            train_images=sum(one.train for one in summary.classes),
            validation_images=sum(one.validation for one in summary.classes),
            resize=options.resize,
            smallest_side=summary.smallest_side,
            format=options.format,
            locations=summary.locations,
            label_attribute=results.LABEL_ATTRIBUTE if options.format == Format.MANIFEST else "",
            made_by=self._order.made_by,
            min_accuracy=options.min_accuracy,
        )


def locations(kind: Format, address: str) -> dict[str, str]:
    """The addresses of the input channels."""
    match kind:
        case Format.REC:
            return {split: f"{address}{split}/" for split in SHOWN}
        case Format.LST:
            return {f"{split}{what}": f"{address}{split}{what}/" for what in ("", "_lst") for split in SHOWN}
        case Format.MANIFEST:
            return {split: f"{address}{split}_manifest/{split}.manifest" for split in SHOWN}


def _emptied(one: ClassCount) -> Finding:
    left_out = "its image was" if one.left_out == 1 else f"all of its {one.left_out:,} images were"
    return Finding(
        Rule.EMPTY_CLASS, "", f"`{one.name}` is no class of the data set: {left_out} left out. report.csv says why."
    )


def _problem(summary: Summary) -> str:
    """Why nothing can be trained on what is left; empty where something can."""
    usable = [one.name for one in summary.classes if one.train + one.validation]
    mend = "report.csv says what is wrong with the others."
    if not usable:
        return f"No usable image was found. {mend}"
    if len(usable) == 1:
        return f"Only `{usable[0]}` has usable images, and a classifier needs two classes. {mend}"
    if not sum(one.train for one in summary.classes):
        return f"No usable image is left to train on. {mend}"
    if not sum(one.validation for one in summary.classes):
        return f"No usable image is left to validate with. {mend}"
    return ""
