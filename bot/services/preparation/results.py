"""The files that a finished pass leaves beside the images, streamed out of its journal."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from itertools import chain

from bot.domain.checks import EFFECTS, Finding, Rule
from bot.domain.datasets import Format
from bot.domain.preparations import Summary
from bot.formats import listings, manifests, recordio
from bot.formats.manifests import Labelling
from bot.ports import Target
from bot.services.preparation.journal import Checkpoint, Entry, Journal
from bot.services.preparation.plan_file import SPLITS, Plan, Planned
from bot.services.preparation.writing import file_name

LABEL_ATTRIBUTE = "class"
TEXT, CSV = "text/plain; charset=utf-8", "text/csv; charset=utf-8"

REPORT_HEAD = ("image", "class", "split", "rule", "effect", "what")
# A spreadsheet would take these for the start of a formula: https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def report(plan: Plan, entries: Iterable[Entry], whole: Sequence[Finding]) -> bytes:
    """One line for each image and rule; what concerns the whole comes first, without an image."""
    return report_of(whole, _rows(plan, entries))


def report_of(whole: Iterable[Finding], lines: Iterable[Sequence[str]]) -> bytes:
    rows = [(one.key, "", "", one.rule, one.effect, one.said) for one in whole]
    return _csv(REPORT_HEAD, chain(rows, lines))


def _rows(plan: Plan, entries: Iterable[Entry]) -> Iterator[tuple[str, ...]]:
    for entry in entries:
        image = plan.images[entry.position]
        for rule, said in entry.findings:
            yield image.key, plan.classes[image.label], SPLITS[image.split], rule, EFFECTS[Rule(rule)], said


class Tables:
    """The tables of what was packed: `split.csv`, and what belongs to the format."""

    def __init__(self, plan: Plan, target: Target, kind: Format, checkpoint: Checkpoint) -> None:
        self._plan = plan
        self._target = target
        self._kind = kind
        self._checkpoint = checkpoint
        kept = [label for label in range(len(plan.classes)) if label not in checkpoint.dropped]
        self._labels = {label: place for place, label in enumerate(kept)}

    def leave(self, labelling: Labelling) -> None:
        """Write them; doing it again writes the same."""
        rows = ((image.key, SPLITS[image.split]) for _, image in self._packed())
        self._target.put("split.csv", _csv(("key", "split"), rows, safe=False), CSV)
        for split in SPLITS:
            match self._kind:
                case Format.REC:
                    self._put(split, "idx", (recordio.index_line(one.number, one.place) for one, _ in self._of(split)))
                    self._put(split, "lst", self._listed(split))
                case Format.LST:
                    self._put(split, "lst", self._listed(split))
                case Format.MANIFEST:
                    self._put(split, "manifest", self._manifested(split, labelling))

    def _put(self, split: str, what: str, lines: Iterable[str]) -> None:
        body = "".join(lines).encode("utf-8", "backslashreplace")
        self._target.put(f"{split}_{what}/{split}.{what}", body, TEXT)

    def _packed(self) -> Iterator[tuple[Entry, Planned]]:
        for entry in Journal(self._target).entries(self._checkpoint.attempt, self._checkpoint.pieces):
            if entry.packed:
                yield entry, self._plan.images[entry.position]

    def _of(self, split: str) -> Iterator[tuple[Entry, Planned]]:
        return ((entry, image) for entry, image in self._packed() if SPLITS[image.split] == split)

    def _listed(self, split: str) -> Iterator[str]:
        for entry, image in self._of(split):
            path = self._name(entry, image)
            yield listings.line(listings.Entry(entry.number, (self._labels[image.label],), path))

    def _manifested(self, split: str, labelling: Labelling) -> Iterator[str]:
        for entry, image in self._of(split):
            address = f"{self._target.address}{split}/{self._name(entry, image)}"
            line = manifests.Line(address, (self._labels[image.label],), (self._plan.classes[image.label],))
            yield manifests.written(line, labelling)

    def _name(self, entry: Entry, image: Planned) -> str:
        return file_name(self._plan.folders[image.label], image.key, entry.number, entry.kind)


def class_names(names: Iterable[str]) -> bytes:
    return "".join(f"{name}\n" for name in names).encode("utf-8", "backslashreplace")


def summary_json(summary: Summary) -> bytes:
    """The summary for programs; without the time that it took, so that the same data make the same file."""
    told = asdict(summary)
    del told["seconds"]
    return json.dumps(told, indent=2, ensure_ascii=False).encode("utf-8", "backslashreplace")


def _csv(head: Sequence[str], rows: Iterable[Sequence[str]], *, safe: bool = True) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(head)
    for row in rows:
        writer.writerow([_harmless(cell) for cell in row] if safe else row)
    return out.getvalue().encode("utf-8", "backslashreplace")


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
