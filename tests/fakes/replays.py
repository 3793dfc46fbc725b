"""Replays, Exhibits and Shelf in memory."""

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.cards import Card
from bot.domain.replays import Pair, Replay
from bot.errors import DarkroomError, GoneError, StaleError


class FakeReplays:
    """Replays."""

    def __init__(self) -> None:
        self.rows: dict[str, Replay] = {}

    def add(self, replay: Replay) -> bool:
        return self.rows.setdefault(replay.id, replay) is replay

    def of(self, approval_id: str) -> Replay | None:
        return self.rows.get(approval_id)

    def save(self, replay: Replay) -> Replay:
        if self.rows[replay.id].version != replay.version:
            raise StaleError("This has just changed.", next_step="Try again.")
        self.rows[replay.id] = replace(replay, version=replay.version + 1)
        return self.rows[replay.id]

    def open(self) -> list[Replay]:
        return sorted((one for one in self.rows.values() if one.open), key=lambda one: (one.requested_at, one.id))


class FakeExhibits:
    """Exhibits: what was shown, by the card; `error` is raised once."""

    def __init__(self) -> None:
        self.shown: dict[str, tuple[Replay, Sequence[Pair]]] = {}
        self.error: DarkroomError | None = None

    def show_replay(self, card: Card, replay: Replay, pairs: Sequence[Pair], shared_in: str) -> None:
        if error := self.error:
            self.error = None
            raise error
        self.shown.setdefault(card.subject_id, (replay, pairs))


class FakeKeptShelf:
    """Shelf: pictures by their addresses."""

    def __init__(self) -> None:
        self.held: dict[str, bytes] = {}

    def read(self, address: str) -> bytes:
        if address not in self.held:
            raise GoneError(f"`{address}` is gone.")
        return self.held[address]
