"""Cards: the one Slack message of a job or of a request, and what of it Slack has shown."""

from dataclasses import dataclass, field
from enum import StrEnum

from bot.domain.approvals import Approval
from bot.domain.endpoints import Endpoint
from bot.domain.jobs import Job


class CardKind(StrEnum):
    """Of what a card is the card."""

    JOB = "job"
    APPROVAL = "approval"


@dataclass(frozen=True, slots=True)
class Chart:
    """The picture on a card. A file that Slack has not looked through yet waits in `waiting_file_id`."""

    digest: str = ""
    file_id: str = ""
    waiting_file_id: str = ""
    waiting_digest: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """What Slack shows of one entity.

    `wanted` counts the entity's changes, `shown` is that count when Slack last showed it, and `announced` is the last
    milestone that the thread was told of.
    """

    subject_id: str
    kind: CardKind
    channel_id: str
    message_ts: str = ""
    digest: str = ""
    chart: Chart = field(default_factory=Chart)
    announced: str = ""
    wanted: int = 1
    shown: int = 0


@dataclass(frozen=True, slots=True)
class DeploymentCase:
    """All that an approval's card shows: the request, the job, the endpoint once there is one, and what is live now."""

    approval: Approval
    job: Job
    endpoint: Endpoint | None = None
    live: Endpoint | None = None


Subject = Job | DeploymentCase
