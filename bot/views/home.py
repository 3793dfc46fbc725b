"""The app's Home tab: what waits for a person, what runs, what is in service, and how to begin."""

from collections.abc import Sequence
from datetime import datetime

from slack_sdk.models.blocks import Block

from bot.domain.cards import DeploymentCase
from bot.domain.holdings import Holding
from bot.domain.jobs import Job
from bot.domain.preparations import Preparation
from bot.domain.tunings import Tuning
from bot.views import approvals, data_set_pages, endpoints, job_pages, parts, tuning_pages
from bot.views.message import View

_ROWS = 10
_NOTHING_RUNS = "Nothing runs. `/datasets add` makes a data set, and `/train` trains on one."
_HOW_TO_BEGIN = """\
1. `/datasets add NAME` makes a data set of an S3 folder or of zip files: one folder for each class.
2. `/train DATASET` in a channel trains an image classifier; its card shows how far it is.
3. `/tune DATASET` tries several hyperparameters and tells which are best.
4. `/deploy JOB` asks for an endpoint, and an approver decides.
5. Upload an image in that channel, and its thread says what it shows.
`help` after any command explains it."""


def home(
    under_way: Sequence[Job | Tuning | Preparation],
    pending: Sequence[DeploymentCase],
    live: Sequence[Holding],
    user_id: str,
    now: datetime,
) -> View:
    """The tab as `user_id` sees it; a request of one's own waits for others."""
    blocks: list[Block | None] = [
        *_part("Waiting for a decision", [_case(case, user_id) for case in pending], "Nothing waits for a decision."),
        *_part("Under way", [[_row(one)] for one in under_way], _NOTHING_RUNS),
        *_part(
            "Endpoints",
            [[endpoints.row(holding, now)] for holding in live],
            "No endpoint is up. `/deploy JOB` asks for one.",
        ),
        parts.header("How to begin"),
        parts.section(_HOW_TO_BEGIN),
    ]
    return {"type": "home", "blocks": parts.as_json(blocks)}


def _row(one: Job | Tuning | Preparation) -> Block:
    match one:
        case Job():
            return job_pages.row(one)
        case Tuning():
            return tuning_pages.row(one)
        case Preparation():
            return data_set_pages.under_way_row(one)


def _part(title: str, entries: Sequence[Sequence[Block | None]], empty: str) -> list[Block | None]:
    if not entries:
        return [parts.header(title), parts.context(empty)]
    shown = [block for entry in entries[:_ROWS] for block in entry]
    more = len(entries) - _ROWS
    return [parts.header(title), *shown, parts.context(f"{more} more.") if more > 0 else None]


def _case(case: DeploymentCase, user_id: str) -> list[Block | None]:
    lines = (f"*{approvals.question(case)}*", " · ".join(approvals.asked_line(case.approval)))
    if case.approval.requested_by == user_id:
        return [parts.section("\n".join((*lines, "_You asked for this, so another person decides._")))]
    return [parts.section("\n".join(lines)), parts.actions(approvals.decision_buttons(case))]
