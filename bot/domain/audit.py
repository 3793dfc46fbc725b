"""The audit: who moved what from where to where and when, each row chained by its hash to the one before."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

# What stands before the first row.
BEGINNING = "0" * 64


@dataclass(frozen=True, slots=True)
class Move:
    """One change. `entity` is the kind, `name` what people call it, `by` a user's id; empty where it came by itself."""

    entity: str
    entity_id: str
    name: str
    was: str
    became: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """A change in its place: `number` counts from 1, and `digest` covers all of it and the digest before."""

    number: int
    move: Move
    previous: str
    digest: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a look at the whole chain found: how many rows are whole, the last digest, and the first row that is not."""

    whole: int
    last: str
    broken: int | None = None
    why: str = ""


def sealed(move: Move, number: int, previous: str) -> AuditEntry:
    """The change as the next row of the chain."""
    return AuditEntry(number, move, previous, _digest(move, number, previous))


def next_after(last: tuple[int, str] | None, move: Move) -> AuditEntry:
    """The row that follows the last one's number and digest, or begins the chain."""
    number, digest = last or (0, BEGINNING)
    return sealed(move, number + 1, digest)


def verified(entries: Iterable[AuditEntry]) -> Verdict:
    """Walk the chain from its beginning to the first row that does not fit."""
    verdict = Verdict(0, BEGINNING)
    for entry in entries:
        why = _flaw(entry, verdict)
        if why:
            return replace(verdict, broken=entry.number, why=why)
        verdict = Verdict(entry.number, entry.digest)
    return verdict


def as_json(entry: AuditEntry) -> str:
    """The row as one line, from which anyone can compute its digest again."""
    told = _content(entry.move, entry.number) | {"previous": entry.previous, "digest": entry.digest}
    return json.dumps(told, sort_keys=True, ensure_ascii=False)


def _flaw(entry: AuditEntry, before: Verdict) -> str:
    if entry.number != before.whole + 1:
        return f"row {before.whole + 1} is missing before it"
    if entry.previous != before.last:
        return "it does not follow the row before"
    if entry.digest != _digest(entry.move, entry.number, entry.previous):
        return "its content was changed"
    return ""


def _digest(move: Move, number: int, previous: str) -> str:
    canonical = json.dumps(_content(move, number), sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(f"{previous}{canonical}".encode()).hexdigest()


def _content(move: Move, number: int) -> dict[str, object]:
    return {
        "number": number,
        "at": move.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "entity": move.entity,
        "id": move.entity_id,
        "name": move.name,
        "from": move.was,
        "to": move.became,
        "by": move.by,
    }
