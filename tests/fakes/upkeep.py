"""What living with endpoints needs of AWS, in memory: tags of leases, figures, and what bears the bot's tag."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.strays import Thing, ThingKind
from bot.domain.usage import Span, UsageHour
from bot.errors import DarkroomError


@dataclass(slots=True)
class FakeLeaseTags:
    """LeaseTags: the ends that were written, by endpoint, or the error that a test set."""

    ends: dict[str, datetime] = field(default_factory=dict)
    error: DarkroomError | None = None

    def tag(self, endpoint_name: str, ends_at: datetime) -> None:
        if self.error:
            raise self.error
        self.ends[endpoint_name] = ends_at


@dataclass(slots=True)
class FakeFigures:
    """EndpointFigures: the hours that a test put there; `asked` has every question."""

    counted: dict[str, list[UsageHour]] = field(default_factory=dict)
    asked: list[Sequence[Span]] = field(default_factory=list)
    error: DarkroomError | None = None

    def hours(self, spans: Sequence[Span]) -> Mapping[str, Sequence[UsageHour]]:
        self.asked.append(spans)
        if self.error:
            raise self.error
        return {span.endpoint_name: self.counted.get(span.endpoint_name, []) for span in spans}


@dataclass(slots=True)
class FakeThings:
    """TaggedThings: what a test put there."""

    there: list[Thing] = field(default_factory=list)
    removed: list[tuple[ThingKind, str]] = field(default_factory=list)

    def tagged(self, known: frozenset[str]) -> list[Thing]:
        return [thing for thing in self.there if thing.name not in known]

    def remove(self, kind: ThingKind, name: str, row_id: str) -> None:
        mine = [one for one in self.there if (one.kind, one.name, one.row_id) == (kind, name, row_id)]
        self.there = [one for one in self.there if one not in mine]
        self.removed.extend((one.kind, one.name) for one in mine)
