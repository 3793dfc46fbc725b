"""The app's Home tab: what waits for a person, what runs, what is in service, the month's cost, and how to begin."""

from collections.abc import Sequence
from datetime import datetime

from slack_sdk.models.blocks import Block, ButtonElement

from bot.domain.home_page import Decision, HomePage
from bot.domain.spending import Spend
from bot.views import approvals, data_set_pages, endpoints, leases, parts, retrainings, spending, under_way
from bot.views.message import View

TRAIN, TUNE, DEPLOY, REFRESH = "home.train", "home.tune", "home.deploy", "home.refresh"
# Slack takes a hundred blocks a view; of what waits each has two or three.
_ROWS, _WAITING = 12, 12
_NOTHING_WAITS = "Nothing waits for you."
_NOTHING_RUNS = "Nothing runs. *Train* begins a job, and its card shows how far it is."
_NOTHING_UP = "No endpoint is up. `/deploy JOB` asks for one, which then answers the images of a channel."
_HOW_TO_BEGIN = """\
1. *Add a data set* makes one of an S3 folder or of zip files: one folder for each class.
2. *Train* trains an image classifier on it; *Tune* tries several hyperparameters and tells which are best.
3. *Deploy* then stands above, too: it asks for an endpoint, and an approver decides.
4. Upload an image in that channel, and its thread says what it shows. *Right* and *Wrong* teach the model.
`help` after any command explains it."""
_MORE_HELP = "`/train help`, `/endpoints help`, and `help` after any other command explain it."


def home(page: HomePage, now: datetime) -> View:
    """The tab as this person sees it."""
    blocks: list[Block | None] = [
        parts.actions(_quick_actions(page)),
        *([parts.header("How to begin"), parts.section(_HOW_TO_BEGIN)] if page.empty else []),
        *_part(_titled("Waits for you", _count_of(page)), _waiting(page), _NOTHING_WAITS, "their cards", _WAITING),
        *_part(
            _titled("Running", len(page.under_way)),
            [[under_way.row(one, now)] for one in page.under_way],
            _NOTHING_RUNS,
        ),
        *_part(
            _titled("Endpoints", len(page.endpoints)),
            [[endpoints.home_row(holding, now)] for holding in page.endpoints],
            _NOTHING_UP,
            "`/endpoints`",
        ),
        *(_month(page.spend, now) if page.spend else ()),
        *([] if page.empty else [parts.divider(), parts.context(_MORE_HELP)]),
    ]
    return {"type": "home", "blocks": parts.as_json(blocks)}


def _quick_actions(page: HomePage) -> list[ButtonElement | None]:
    """Those forms that this person may send off."""
    begins = [
        parts.button("Train", TRAIN, "train", "primary"),
        parts.button("Tune", TUNE, "tune"),
        data_set_pages.add_button(),
        parts.button("Deploy", DEPLOY, "deploy") if page.deployable else None,
    ]
    return [*(begins if page.trains else ()), parts.button("Refresh", REFRESH, "refresh")]


def _titled(title: str, count: int) -> str:
    return f"{title} ({count})" if count else title


def _count_of(page: HomePage) -> int:
    """What others decide waits for them."""
    return sum(one.may_decide for one in page.decisions) + len(page.questions) + len(page.offers)


def _waiting(page: HomePage) -> list[list[Block | None]]:
    asked = [leases.home_question(case, page.usual_lease) for case in page.questions]
    offered = [retrainings.offer_blocks(one) for one in page.offers]
    own = [_decision(one) for one in page.decisions if not one.may_decide]
    return [*(_decision(one) for one in page.decisions if one.may_decide), *asked, *offered, *own]


def _part(
    title: str, entries: Sequence[Sequence[Block | None]], empty: str, elsewhere: str = "`/jobs`", most: int = _ROWS
) -> list[Block | None]:
    if not entries:
        return [parts.header(title), parts.context(empty)]
    shown = [block for entry in entries[:most] for block in entry]
    more = len(entries) - most
    rest = parts.context(f"and {more} more: {elsewhere} show them all") if more > 0 else None
    return [parts.header(title), *shown, rest]


def _month(spend: Spend, now: datetime) -> list[Block | None]:
    return [parts.header(f"Spent in {now:%B}"), parts.section(spending.month(spend))]


def _decision(one: Decision) -> list[Block | None]:
    case = one.case
    sign = parts.DECISION if one.may_decide else parts.WAITING
    lines = (f"{sign} *{approvals.question(case)}*", " · ".join(approvals.asked_line(case.approval)))
    if one.may_decide:
        return [parts.section("\n".join(lines)), parts.actions(approvals.decision_buttons(case))]
    return [parts.section("\n".join((*lines, "_You asked for this, so another person decides._")))]
