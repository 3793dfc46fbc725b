"""AWS's ports in memory: training, data sets and prices. They pass the same contract as the real adapters."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from bot.domain.changes import Change
from bot.domain.datasets import DataSet
from bot.domain.jobs import Job, JobStatus, Snapshot
from bot.errors import DarkroomError, GoneError, TakenError

SOMEONE_ELSE = "someone else's"
BEGIN = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@dataclass(slots=True)
class Troubles:
    """Errors that wait for the next calls of an operation, oldest first."""

    waiting: list[tuple[str, DarkroomError, bool]] = field(default_factory=list)

    def take(self, operation: str, *, after: bool = False) -> None:
        for index, (wanted, error, is_after) in enumerate(self.waiting):
            if wanted == operation and is_after == after:
                del self.waiting[index]
                raise error


class FakeTraining:
    """TrainingPlatform. Jobs run until a test says otherwise; `calls` has each call about a job, in order.

    A second passes with each change. Those of the jobs in `unlisted` have not come into the lists yet.
    """

    def __init__(self) -> None:
        self.jobs: dict[str, Snapshot] = {}
        self.owners: dict[str, str] = {}
        self.printed: dict[str, dict[str, list[str]]] = {}
        self.changes: dict[str, Change] = {}
        self.unlisted: set[str] = set()
        self.lists = 0
        self.calls: list[tuple[str, str]] = []
        self._troubles = Troubles()

    def start(self, job: Job, data_set: DataSet) -> None:
        self._begin("start", job.name)
        if self.owners.setdefault(job.name, job.id) != job.id:
            raise TakenError(f"AWS has the training job *{job.name}* already, and this bot did not make it.")
        if job.name not in self.jobs:
            self.jobs[job.name] = Snapshot(JobStatus.RUNNING)
            self._has_changed(job.name)
        self._troubles.take("start", after=True)

    def stop(self, name: str) -> None:
        self._begin("stop", name)
        if self.observed(name).status == JobStatus.RUNNING:
            self.says(name, JobStatus.STOPPING)
        self._troubles.take("stop", after=True)

    def observe(self, name: str) -> Snapshot:
        self._begin("observe", name)
        return self.observed(name)

    def changed_since(self, moment: datetime) -> list[Change]:
        self.lists += 1
        self._troubles.take("changed_since")
        return [change for name, change in self.changes.items() if change.at > moment and name not in self.unlisted]

    def log_lines(self, name: str, position: Mapping[str, str]) -> tuple[list[str], dict[str, str]]:
        self._begin("log_lines", name)
        lines: list[str] = []
        reached = dict(position)
        for stream in sorted(one for one in self.printed.get(name, {}) if one.startswith(f"{name}/algo-1")):
            printed = self.printed[name][stream]
            lines.extend(printed[int(position.get(stream, "0")) :])
            reached[stream] = str(len(printed))
        return lines, reached

    def observed(self, name: str) -> Snapshot:
        if name not in self.jobs:
            raise GoneError(f"AWS does not know the training job *{name}*.")
        return self.jobs[name]

    def says(self, name: str, status: JobStatus, **figures: object) -> None:
        """From now on the job is in this status, with these fields of its snapshot."""
        self.jobs[name] = replace(self.jobs[name], status=status, **figures)  # type: ignore[arg-type]
        self._has_changed(name)

    def shifts(self, name: str, at: datetime) -> None:
        """The job's last change was at another moment."""
        self.changes[name] = replace(self.changes[name], at=at)

    def prints(self, name: str, *lines: str, stream: str = "algo-1") -> None:
        self.printed.setdefault(name, {}).setdefault(f"{name}/{stream}", []).extend(lines)

    def belongs_to_others(self, name: str) -> None:
        self.owners[name] = SOMEONE_ELSE
        self.jobs[name] = Snapshot(JobStatus.RUNNING)

    def fails(self, operation: str, error: DarkroomError, *, answer_lost: bool = False) -> None:
        """The next call of the operation fails; with `answer_lost` after it has been done."""
        self._troubles.waiting.append((operation, error, answer_lost))

    def _has_changed(self, name: str) -> None:
        snapshot = self.jobs[name]
        phase = snapshot.phases[-1].name if snapshot.phases else ""
        newest = max((change.at for change in self.changes.values()), default=BEGIN)
        self.changes[name] = Change(name, newest + timedelta(seconds=1), snapshot.status, phase)

    def _begin(self, operation: str, name: str) -> None:
        self.calls.append((operation, name))
        self._troubles.take(operation)


@dataclass(slots=True)
class FakeDataSetSource:
    """DataSetSource: what a test put there, or the error that it set."""

    data_sets: tuple[DataSet, ...] = ()
    error: DarkroomError | None = None

    def found(self) -> tuple[DataSet, ...]:
        if self.error:
            raise self.error
        return self.data_sets


@dataclass(slots=True)
class FakePriceList:
    """PriceList: prices by component, or the error that a test set."""

    prices: dict[str, dict[str, float]] = field(default_factory=dict)
    error: DarkroomError | None = None

    def hourly(self, component: str) -> Mapping[str, float]:
        if self.error:
            raise self.error
        return dict(self.prices.get(component, {}))


def names(calls: Iterable[tuple[str, str]]) -> list[str]:
    """The operations that were called, in order."""
    return [operation for operation, _ in calls]
