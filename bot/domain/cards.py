"""Cards: the one Slack message of a job, a tuning, a request or a data set, and what of it Slack has shown."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.domain import rule_findings
from bot.domain.approvals import Approval, terms
from bot.domain.comparisons import Compared
from bot.domain.editions import DigestCase
from bot.domain.endpoints import Endpoint, EndpointStatus
from bot.domain.evidence import Evidence
from bot.domain.in_use import InUse
from bot.domain.jobs import Job
from bot.domain.leases import LeaseCase
from bot.domain.preparations import Preparation
from bot.domain.strays import Stray
from bot.domain.tunings import Tuning


class CardKind(StrEnum):
    """Of what a card is the card."""

    JOB = "job"
    APPROVAL = "approval"
    DATA_SET = "data set"
    TUNING = "tuning"
    COMPARISON = "comparison"
    LEASE = "lease"
    STRAY = "stray"
    DIGEST = "digest"


# The pictures that cards have, in the order in which they stand there.
ACCURACY, BARS, CONTACT_SHEET = "accuracy", "bars", "contact sheet"
PROGRESS, SCATTERS = "progress", "scatters"
CURVES = "curves"
BEST = "best"


@dataclass(frozen=True, slots=True)
class Chart:
    """One picture on a card. A file that Slack has not looked through yet waits; `looks` counts how often we asked."""

    digest: str = ""
    file_id: str = ""
    waiting_file_id: str = ""
    waiting_digest: str = ""
    looks: int = 0

    @property
    def waits(self) -> bool:
        """Whether a picture is still to come: one that Slack looks through, or one that could not be uploaded yet."""
        return bool(self.waiting_file_id or self.waiting_digest)


@dataclass(frozen=True, slots=True)
class Card:
    """What Slack shows of one entity.

    `wanted` counts the entity's changes, `shown` is that count when Slack last showed it, and `announced` is the last
    milestone that the thread was told of. `pictures` are by their names.
    """

    subject_id: str
    kind: CardKind
    channel_id: str
    message_ts: str = ""
    digest: str = ""
    pictures: Mapping[str, Chart] = field(default_factory=dict)
    announced: str = ""
    wanted: int = 1
    shown: int = 0

    @property
    def waits(self) -> bool:
        """Whether one of its pictures is still to come."""
        return any(chart.waits for chart in self.pictures.values())


@dataclass(frozen=True, slots=True)
class DeploymentCase:
    """All that an approval's card shows: the request, the job, the endpoint once there is one, and what is live now.

    `in_use` is how right that one is of both that answers now.
    """

    approval: Approval
    job: Job
    endpoint: Endpoint | None = None
    live: Endpoint | None = None
    evidence: Evidence = field(default_factory=Evidence)
    in_use: InUse = field(default_factory=InUse)

    @property
    def answers(self) -> bool:
        """Whether it is the endpoint that answers, and not one in whose place it is to be."""
        return self.endpoint is not None and self.endpoint.answering


_TOLD = frozenset(
    {
        EndpointStatus.IN_SERVICE,
        EndpointStatus.SUPERSEDED,
        EndpointStatus.ROLLED_BACK,
        EndpointStatus.FAILED,
        EndpointStatus.DELETED,
    }
)
Subject = Job | DeploymentCase | Preparation | Tuning | Compared | LeaseCase | Stray | DigestCase


def milestone(subject: Subject) -> str:
    """What the card's thread should have heard of by now; empty while there is nothing to tell."""
    if isinstance(subject, Job):
        last = str(subject.warned[-1].sign) if subject.warned else ""
        return last if subject.active else rule_findings.milestone(subject)
    if isinstance(subject, Preparation):
        return "" if subject.open else str(subject.status)
    if isinstance(subject, Tuning):
        return "" if subject.active else str(subject.status)
    if isinstance(subject, Compared | LeaseCase | Stray | DigestCase):
        return ""
    endpoint = subject.endpoint
    if endpoint and endpoint.status in _TOLD:
        return str(endpoint.status)
    return _asked_of(subject.approval) if subject.approval.pending else str(subject.approval.status)


def _asked_of(approval: Approval) -> str:
    """A change of the numbers, the yeses to them so far, one line each, and the reminder."""
    if approval.reminded_at:
        return "reminder"
    if approval.votes:
        return f"vote {len(approval.votes)}"
    return f"changed to {terms(approval.hosting)}" if approval.changed_by else ""
