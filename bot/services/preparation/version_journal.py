"""How far a version of a data set is, kept beside what it writes: the pictures that were looked at, and the parts."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import NamedTuple

from bot.ports import Target

STATE = "work/version.json"


class Added(NamedTuple):
    """What became of a picture from use: `name` is where it lies; without one it is not packed, and `rule` says why.

    Those that are held out have neither, unless something is wrong with them.
    """

    upload_id: str
    label: str
    name: str = ""
    digest: str = ""
    side: int = 0
    rule: str = ""
    said: str = ""
    held_out: bool = False


@dataclass(frozen=True, slots=True)
class SplitParts:
    """A split's one file: its upload with the parts' ETags, and how many blocks of it those hold."""

    upload_id: str = ""
    etags: tuple[str, ...] = ()
    blocks: int = 0
    done: bool = False


@dataclass(frozen=True, slots=True)
class VersionState:
    """All that a run needs to go on where another was stopped."""

    looked: tuple[Added, ...] = ()
    splits: Mapping[str, SplitParts] = field(default_factory=dict)

    def split(self, name: str) -> SplitParts:
        return self.splits.get(name, SplitParts())

    def having(self, name: str, parts: SplitParts) -> "VersionState":
        return replace(self, splits={**self.splits, str(name): parts})

    @property
    def packed(self) -> tuple[Added, ...]:
        return tuple(one for one in self.looked if one.name)

    @property
    def left_out(self) -> tuple[Added, ...]:
        return tuple(one for one in self.looked if one.rule and not one.held_out)


class VersionJournal:
    """Reads and writes it, in `work/` of the target."""

    def __init__(self, target: Target) -> None:
        self._target = target

    def read(self) -> VersionState:
        body = self._target.read(STATE)
        if body is None:
            return VersionState()
        told = json.loads(body)
        splits = {
            name: SplitParts(**{**parts, "etags": tuple(parts["etags"])}) for name, parts in told["splits"].items()
        }
        return VersionState(tuple(Added(*one) for one in told["looked"]), splits)

    def save(self, state: VersionState) -> None:
        told = {"looked": state.looked, "splits": {name: asdict(parts) for name, parts in state.splits.items()}}
        self._target.put(STATE, json.dumps(told, separators=(",", ":")).encode(), "application/json")
