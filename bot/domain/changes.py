"""What AWS's lists tell of training jobs: that one changed, when by AWS's clock, and whether a row knows of it yet."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.jobs import Job, JobStatus


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
