"""What a pass has done so far, kept beside what it writes: a piece for each batch, and a checkpoint of all."""

import gzip
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, NamedTuple

from bot.ports import Target

CHECKPOINT = "work/checkpoint.json"
PLAN = "work/plan.jsonl.gz"
_LEFT_OUT = -1


class Entry(NamedTuple):
    """What became of the image at this position of the plan.

    `number` counts the packed ones of its split from 0, and is -1 where the image was left out. `place` is the offset
    of its record. `findings` are pairs of rule and sentence, `thumbnail` a small JPEG in base64 for the first of a
    class, `digest` is hexadecimal.
    """

    position: int
    findings: tuple[tuple[str, str], ...] = ()
    digest: str = ""
    number: int = _LEFT_OUT
    place: int = 0
    kind: str = ""
    side: int = 0
    size: int = 0
    thumbnail: str = ""

    @property
    def packed(self) -> bool:
        return self.number != _LEFT_OUT


@dataclass(frozen=True, slots=True)
class SplitState:
    """How far a split is written: its upload with the parts' ETags, and what the next image's place and number are."""

    upload_id: str = ""
    etags: tuple[str, ...] = ()
    place: int = 0
    number: int = 0
    done: bool = False


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Up to which image everything is written. `dropped` are the labels, of the plan, that had no usable image."""

    attempt: int = 1
    dropped: tuple[int, ...] = ()
    next_index: int = 0
    pieces: int = 0
    seconds: float = 0.0
    splits: Mapping[str, SplitState] = field(default_factory=dict)


class Journal:
    """Reads and writes both, in `work/` of the target."""

    def __init__(self, target: Target) -> None:
        self._target = target

    def last(self) -> Checkpoint | None:
        body = self._target.read(CHECKPOINT)
        return _checkpoint(json.loads(body)) if body else None

    def save(self, checkpoint: Checkpoint) -> None:
        self._target.put(CHECKPOINT, json.dumps(asdict(checkpoint)).encode(), "application/json")

    def append(self, attempt: int, number: int, entries: Iterable[Entry]) -> None:
        """Write piece `number` (from 0); it counts once a checkpoint counts it."""
        # At once: an entry at a time costs three times as much.
        body = json.dumps(list(entries), separators=(",", ":")).encode()
        self._target.put(_piece(attempt, number), gzip.compress(body, 1, mtime=0), "application/gzip")

    def entries(self, attempt: int, pieces: int) -> Iterator[Entry]:
        """All entries of an attempt in the plan's order, a piece at a time."""
        for number in range(pieces):
            body = self._target.read(_piece(attempt, number))
            for position, findings, *rest in json.loads(gzip.decompress(body)) if body else ():
                yield Entry(position, tuple((rule, said) for rule, said in findings), *rest)


def _piece(attempt: int, number: int) -> str:
    return f"work/journal-{attempt}-{number:06d}.json.gz"


def _checkpoint(told: dict[str, Any]) -> Checkpoint:
    splits = {
        name: SplitState(**{**state, "etags": tuple(state["etags"])}) for name, state in told.pop("splits").items()
    }
    return Checkpoint(**{**told, "dropped": tuple(told["dropped"]), "splits": splits})
