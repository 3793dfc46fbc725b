"""What is printed of a pass over a local folder: as text for people, or as data for programs."""

import csv
import io
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.dataset.list_packing import PackedList
from bot.domain.checks import EFFECTS, Effect, Rule
from bot.domain.preparations import ClassCount, Summary
from bot.ports import Target
from bot.services.preparation.closing import Outcome

EXAMPLES = 5
WIDTH = 100
_HEADS = {Effect.LEFT_OUT: "Left out", Effect.CONVERTED: "Changed", Effect.WARNING: "Flagged", Effect.NOTE: "Noted"}


@dataclass(frozen=True, slots=True)
class Report:
    """`lines` are the report's on single images: image, class, split, rule, effect, what."""

    summary: Summary = field(default_factory=Summary)
    lines: tuple[tuple[str, ...], ...] = ()
    problem: str = ""
    written: str = ""
    said: str = ""

    def told(self) -> dict[str, Any]:
        """For JSON."""
        summary = self.summary
        return {
            "usable": not self.problem,
            "problem": self.problem,
            "written": self.written,
            "said": self.said,
            "classes": [
                {"name": one.name, "train": one.train, "validation": one.validation, "left_out": one.left_out}
                for one in summary.classes
            ],
            "by_rule": {str(rule): count for rule, count in summary.by_rule.items()},
            "warnings": [{"rule": str(one.rule), "said": one.said} for one in summary.warnings],
            "smallest_side": summary.smallest_side,
            "findings": [
                dict(zip(("image", "class", "split", "rule", "effect", "what"), line, strict=True))
                for line in self.lines
            ],
        }


def reported(outcome: Outcome, target: Target, written: Path | None = None) -> Report:
    """The report on an outcome whose `report.csv` lies in the target."""
    rows = list(csv.reader(io.StringIO((target.read("report.csv") or b"").decode())))[1:]
    lines = tuple(tuple(row) for row in rows if row and row[0])
    return Report(outcome.summary, lines, outcome.problem, str(written) if written and not outcome.problem else "")


def of_list(packed: PackedList, entries: int, out: Path) -> Report:
    """The report on a list that was packed."""
    lines = tuple((one.key, "", "", str(one.rule), str(one.effect), one.said) for one in packed.findings)
    said = f"Packed {packed.images:,} of {entries:,} images, {packed.size / 1e6:,.1f} MB."
    problem = "" if packed.images else "None of the images that the list names could be read."
    return Report(lines=lines, problem=problem, said=said, written=str(out))


def drawn(report: Report) -> str:
    """The report as text."""
    blocks = [report.problem and _wrapped(f"REFUSED: {report.problem}", ""), *_counted(report.summary)]
    blocks.append(report.said)
    blocks += ["\n".join(_effect(report, effect)) for effect in _HEADS]
    blocks.append("\n".join(_wrapped(one.said, "! ") for one in report.summary.warnings))
    if report.written:
        blocks.append(f"Written to {report.written}.")
    return "\n\n".join(block for block in blocks if block)


def _counted(summary: Summary) -> Iterator[str]:
    if not summary.classes:
        return
    whole = ClassCount(
        f"{len(summary.classes)} classes",
        sum(one.train for one in summary.classes),
        sum(one.validation for one in summary.classes),
        sum(one.left_out for one in summary.classes),
    )
    rows = [("class", "train", "validation", "left out")]
    rows += [
        (one.name, f"{one.train:,}", f"{one.validation:,}", f"{one.left_out:,}") for one in (*summary.classes, whole)
    ]
    width = min(60, max(len(row[0]) for row in rows))
    yield "\n".join(f"{row[0]:{width}}  {row[1]:>8}  {row[2]:>10}  {row[3]:>8}" for row in rows)


def _effect(report: Report, effect: Effect) -> Iterator[str]:
    """The findings of one effect by rule, each with a few examples."""
    rules = [rule for rule in Rule if EFFECTS[rule] == effect]
    by_rule = {rule: [line for line in report.lines if line[3] == rule] for rule in rules}
    found = {rule: lines for rule, lines in by_rule.items() if lines}
    if found:
        yield f"{_HEADS[effect]}:"
    for rule, lines in sorted(found.items(), key=lambda pair: -len(pair[1])):
        yield f"  {len(lines):,} {rule}"
        yield from (f"    {line[0]} {line[5]}" for line in lines[:EXAMPLES])
        if len(lines) > EXAMPLES:
            yield f"    … and {len(lines) - EXAMPLES:,} more"


def _wrapped(text: str, mark: str) -> str:
    return textwrap.fill(text, WIDTH, initial_indent=mark, subsequent_indent=" " * len(mark))
