"""What AWS's lists tell of jobs and tunings: that one changed, when by its clock, and whether a row knows of it yet."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.jobs import Job, JobStatus
from bot.domain.tunings import Counters, Tuning, TuningStatus


@dataclass(frozen=True, slots=True)
class Change:
    """The last change of the job `name`. `phase` is AWS's secondary status, as the job's last phase is named."""

    name: str
    at: datetime
    status: JobStatus
    phase: str

    def follows(self, known: "Change") -> bool:
        """Whether it is news to who knows an earlier one: lists lag behind, and moments may be the same."""
        return self.at > known.at or (self.at == known.at and self != known)

    def is_shown_by(self, job: Job) -> bool:
        """Whether the row is in the state that this change led to."""
        return (self.status, self.phase) == (job.status, job.phases[-1].name if job.phases else "")


@dataclass(frozen=True, slots=True)
class TuningChange:
    """The last change of the tuning `name`, and how many of its jobs stand how; these move without its own moment."""

    name: str
    at: datetime
    status: TuningStatus
    counters: Counters

    def follows(self, known: "TuningChange") -> bool:
        """Whether it is news to who knows an earlier one."""
        return self.at > known.at or (self.at == known.at and self != known)

    def is_shown_by(self, tuning: Tuning) -> bool:
        """Whether the row is in the state that this change led to; a stop that was asked for is ahead of AWS."""
        return (str(self.status), self.counters) == (tuning.aws_status, tuning.counters)
