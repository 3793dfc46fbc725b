"""Where an endpoint's answers come from: every row between it and the images that its model learnt from."""

from dataclasses import dataclass

from bot.domain.approvals import Approval
from bot.domain.datasets import DataSet
from bot.domain.endpoints import Endpoint
from bot.domain.jobs import Job
from bot.domain.preparations import Preparation
from bot.domain.tunings import Tuning


@dataclass(frozen=True, slots=True)
class Line:
    """The release in service, and what stands behind it as far as there are rows of it; `before` it, newest first."""

    endpoint: Endpoint
    approval: Approval | None = None
    job: Job | None = None
    tuning: Tuning | None = None
    data_set: DataSet | None = None
    preparation: Preparation | None = None
    before: tuple[Endpoint, ...] = ()


def prepared_for(job: Job) -> str:
    """The id of the preparation whose images the job trained on: it stands in their place; empty if there was none."""
    parts = job.s3_prefix.rstrip("/").split("/")
    return parts[-1] if len(parts) > 1 else ""
