"""CloudWatch's figures of machines in memory."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.jobs import Job
from bot.domain.utilisation import Use
from bot.errors import DarkroomError


@dataclass(slots=True)
class FakeMachines:
    """InstanceMetrics: the uses that a test put there, by job. `asked` has the names of each call."""

    uses: dict[str, Use] = field(default_factory=dict)
    asked: list[list[str]] = field(default_factory=list)
    error: DarkroomError | None = None

    def use_of(self, jobs: Sequence[Job], since: datetime, until: datetime) -> Mapping[str, Use]:
        self.asked.append([job.name for job in jobs])
        if self.error:
            raise self.error
        return {job.name: self.uses[job.name] for job in jobs if job.name in self.uses}
