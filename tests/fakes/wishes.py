"""The store of wishes in memory, and dry runs without a platform."""

from bot.domain.datasets import DataSet
from bot.domain.dry_runs import DryRun
from bot.domain.jobs import Job
from bot.domain.tunings import Tuning
from bot.domain.wishes import Wish
from bot.errors import NotFoundError


class FakeWishes:
    def __init__(self) -> None:
        self.rows: dict[str, Wish] = {}

    def put(self, wish: Wish) -> None:
        self.rows[wish.id] = wish

    def get(self, wish_id: str) -> Wish:
        if wish_id not in self.rows:
            raise NotFoundError("I don't know any more what was asked here.", next_step="Ask once more.")
        return self.rows[wish_id]

    def drop(self, wish_id: str) -> None:
        self.rows.pop(wish_id, None)


class FakeDryRuns:
    def of(self, subject: Job | Tuning, data_set: DataSet) -> DryRun:
        kind = "TrainingJob" if isinstance(subject, Job) else "HyperParameterTuningJob"
        request = {f"{kind}Name": subject.name, "From": data_set.s3_prefix}
        return DryRun(subject.name, "eu-central-1", request, f"Create{kind}")
