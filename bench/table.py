"""The table that `make bench` ends with: a row a figure, what it is measured against, and whether its aim is met."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

HEAD = ("figure", "measured", "against", "value", "aim", "met?")


@dataclass(frozen=True, slots=True)
class Row:
    """One figure. `value` is what its aim is about; without an aim it is only told.

    The aim is the most that the value should be, or the least with `at_least`.
    """

    figure: str
    measured: str
    against: str
    value: float
    unit: str
    aim: float | None = None
    at_least: bool = False

    @property
    def met(self) -> bool:
        return self.aim is None or (self.value >= self.aim if self.at_least else self.value <= self.aim)

    def cells(self) -> tuple[str, ...]:
        bound = "at least" if self.at_least else "at most"
        aim = "" if self.aim is None else f"{bound} {self.aim:g} {self.unit}"
        verdict = "" if self.aim is None else "yes" if self.met else "NO"
        return (self.figure, self.measured, self.against, f"{self.value:.{self._places}f} {self.unit}", aim, verdict)

    @property
    def _places(self) -> int:
        return 2 if self.value < 10 else 0


@dataclass(frozen=True, slots=True)
class Measured:
    """What one part of the bench found: rows, and sentences to be printed below the table."""

    rows: list[Row]
    notes: list[str] = field(default_factory=list)

    def __add__(self, other: "Measured") -> "Measured":
        return Measured([*self.rows, *other.rows], [*self.notes, *other.notes])


def drawn(rows: Iterable[Row]) -> str:
    """The table in Markdown, its columns aligned."""
    cells = [row.cells() for row in rows]
    widths = [max(len(line[column]) for line in (HEAD, *cells)) for column in range(len(HEAD))]
    lines = [_line(HEAD, widths), _line(["-" * width for width in widths], widths)]
    return "\n".join([*lines, *(_line(line, widths) for line in cells)])


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "| " + " | ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)) + " |"
