"""Tuning in memory: the platform on which tuning jobs run, and the store of their rows."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.cards import Card, CardKind
from bot.domain.changes import TuningChange
from bot.domain.datasets import DataSet
from bot.domain.tunings import Trial, Tuning, TuningSnapshot, TuningStatus
from bot.errors import DarkroomError, GoneError, TakenError, WrongStateError
from tests.fakes.platform import BEGIN, SOMEONE_ELSE, Troubles
from tests.fakes.shelf import FakeCards, Shelf


class FakeTuning:
    """TuningPlatform. Tunings run until a test says otherwise; `calls` has each call that was made, in order."""

    def __init__(self) -> None:
        self.tunings: dict[str, TuningSnapshot] = {}
        self.owners: dict[str, str] = {}
        self.changes: dict[str, datetime] = {}
        self.lists = 0
        self.calls: list[tuple[str, str]] = []
        self._troubles = Troubles()

    def start(self, tuning: Tuning, data_set: DataSet) -> None:
        self._begin("start", tuning.name)
        if self.owners.setdefault(tuning.name, tuning.id) != tuning.id:
            raise TakenError(f"AWS has the tuning job *{tuning.name}* already, and this bot did not make it.")
        self.tunings.setdefault(tuning.name, TuningSnapshot(TuningStatus.RUNNING))
        self.changes.setdefault(tuning.name, BEGIN)
        self._troubles.take("start", after=True)

    def stop(self, name: str) -> None:
        self._begin("stop", name)
        if self._observed(name).status == TuningStatus.RUNNING:
            self.says(name, TuningStatus.STOPPING)
        self._troubles.take("stop", after=True)

    def observe(self, tuning: Tuning) -> TuningSnapshot:
        self._begin("observe", tuning.name)
        return self._observed(tuning.name)

    def changed_since(self, moment: datetime) -> list[TuningChange]:
        self.lists += 1
        self._troubles.take("changed_since")
        told = [
            TuningChange(name, self.changes.get(name, BEGIN), snapshot.status, snapshot.counters)
            for name, snapshot in self.tunings.items()
        ]
        return [change for change in told if change.at > moment or change.status == TuningStatus.RUNNING]

    def says(self, name: str, status: TuningStatus, **figures: object) -> None:
        """From now on the tuning is in this status, with these fields of its snapshot."""
        if self.tunings[name].status != status:
            self.changes[name] = max(self.changes.values(), default=BEGIN) + timedelta(seconds=1)
        self.tunings[name] = replace(self.tunings[name], status=status, **figures)  # type: ignore[arg-type]

    def tries(self, name: str, *trials: Trial) -> None:
        """These jobs of the tuning have changed; others are not listed."""
        self.tunings[name] = replace(self.tunings[name], trials=trials)

    def belongs_to_others(self, name: str) -> None:
        self.owners[name] = SOMEONE_ELSE
        self.tunings[name] = TuningSnapshot(TuningStatus.RUNNING)

    def forgets(self, name: str) -> None:
        """Somebody has deleted the tuning there."""
        del self.tunings[name]

    def fails(self, operation: str, error: DarkroomError, *, answer_lost: bool = False) -> None:
        """The next call of the operation fails; with `answer_lost` after it has been done."""
        self._troubles.waiting.append((operation, error, answer_lost))

    def _observed(self, name: str) -> TuningSnapshot:
        if name not in self.tunings:
            raise GoneError(f"AWS does not know the tuning job *{name}*.")
        return self.tunings[name]

    def _begin(self, operation: str, name: str) -> None:
        self.calls.append((operation, name))
        self._troubles.take(operation)


class FakeTunings:
    """TuningRows."""

    def __init__(self, cards: FakeCards | None = None) -> None:
        self.shelf: Shelf[Tuning] = Shelf("tuning")
        self.cards = cards or FakeCards()

    def add(self, tuning: Tuning) -> None:
        with self.shelf.lock:
            if tuning.id in self.shelf.rows:
                return
            if self.named(tuning.name):
                raise WrongStateError(f"There is a tuning *{tuning.name}* already.", next_step="Try again.")
            self.shelf.rows[tuning.id] = tuning
            self.cards.rows[tuning.id] = Card(tuning.id, CardKind.TUNING, tuning.channel_id)

    def get(self, tuning_id: str) -> Tuning:
        return self.shelf.get(tuning_id)

    def save(self, tuning: Tuning) -> Tuning:
        saved = self.shelf.save(tuning)
        self.cards.wanted(tuning.id)
        return saved

    def named(self, name: str) -> Tuning | None:
        found = self.shelf.where(lambda one: one.name.lower() == name.lower(), lambda one: one.id)
        return found[0] if found else None

    def active(self) -> list[Tuning]:
        return self.shelf.where(lambda one: one.active, lambda one: (one.requested_at, one.id))

    def recent(self, limit: int = 10) -> list[Tuning]:
        return self.shelf.where(lambda _: True, lambda one: (one.requested_at, one.id))[::-1][:limit]
