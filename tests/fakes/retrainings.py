"""Retrainings in memory, and a teller that keeps what it was told."""

from collections.abc import Collection
from dataclasses import replace

from bot.domain.retrainings import Retraining, RetrainingStatus
from bot.errors import DarkroomError, NotFoundError, StaleError


class FakeRetrainings:
    """Retrainings; `inside` are the kept pictures that versions contain."""

    def __init__(self) -> None:
        self.rows: dict[str, Retraining] = {}
        self.inside: dict[str, set[str]] = {}

    def add(self, retraining: Retraining) -> bool:
        rivals = [one for one in self.of_endpoint(retraining.endpoint_name) if one.open]
        if retraining.id in self.rows or (retraining.open and rivals):
            return False
        self.rows[retraining.id] = retraining
        return True

    def get(self, retraining_id: str) -> Retraining:
        if retraining_id not in self.rows:
            raise NotFoundError("I don't know this retraining.")
        return self.rows[retraining_id]

    def save(self, retraining: Retraining) -> Retraining:
        if self.get(retraining.id).version != retraining.version:
            raise StaleError("This has just changed.", next_step="Try again.")
        self.rows[retraining.id] = replace(retraining, version=retraining.version + 1)
        return self.rows[retraining.id]

    def of_endpoint(self, name: str) -> list[Retraining]:
        mine = [one for one in self.rows.values() if one.endpoint_name.lower() == name.lower()]
        return sorted(mine, key=lambda one: one.offered_at, reverse=True)

    def wanted(self) -> list[Retraining]:
        return [one for one in self.rows.values() if one.status == RetrainingStatus.WANTED]

    def untold(self) -> list[Retraining]:
        return [one for one in self.rows.values() if one.shown != one.status]

    def contained(self, versions: Collection[str]) -> set[str]:
        return set().union(*(self.inside.get(name, set()) for name in versions))


class FakeRetrainingTeller:
    """RetrainingTeller: the statuses told, by retraining; `error` is raised once."""

    def __init__(self) -> None:
        self.told: dict[str, list[str]] = {}
        self.error: DarkroomError | None = None

    def tell(self, retraining: Retraining) -> str:
        if error := self.error:
            self.error = None
            raise error
        self.told.setdefault(retraining.id, []).append(str(retraining.status))
        return "1772443800.000100"
