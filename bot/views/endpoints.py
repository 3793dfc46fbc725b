"""The list of endpoints, and one endpoint with all that is known of it."""

from collections.abc import Sequence
from datetime import datetime

from slack_sdk.models.blocks import Block, ButtonElement, ConfirmObject, MarkdownTextObject

from bot.domain.endpoints import Endpoint, EndpointStatus, Kind
from bot.domain.holdings import Holding
from bot.domain.traffic import Mixing
from bot.views import figures, leases, parts, savings
from bot.views import in_use as rated
from bot.views.hosting import cost_a_day, kind_in_words, numbers
from bot.views.message import Message
from bot.views.rollouts import roll_back_button

DELETE, DETAILS, TEST, KEEP = "endpoint.delete", "endpoint.details", "endpoint.test", "endpoint.keep"
# Slack takes 50 blocks a message; the rest can be asked for by name.
_ROWS = 40
_HOW_TO_BEGIN = "There is no endpoint yet. `/deploy JOB` asks for one; `/deploy help` explains it."
_SIGNS = {
    EndpointStatus.IN_SERVICE: parts.IN_SERVICE,
    EndpointStatus.FAILED: parts.FAILED,
    EndpointStatus.DELETED: parts.STOPPED,
}


def endpoint_list(live: Sequence[Holding], now: datetime) -> Message:
    """All endpoints, each with a button that brings its page."""
    if not live:
        return parts.note(_HOW_TO_BEGIN)
    first = f"{figures.of_things(len(live), 'endpoint')}, {_all_cost(live)}"
    left_out = len(live) - _ROWS
    blocks: list[Block | None] = [
        parts.section(f"*{first}*"),
        *(row(holding, now) for holding in live[:_ROWS]),
        parts.context(f"{left_out} more; `/endpoints NAME` shows one.") if left_out > 0 else None,
    ]
    named = ", ".join(f"{parts.name(one.endpoint.name)} {one.endpoint.status}" for one in live[:_ROWS])
    return parts.message(f"{first}: {named}.", blocks)


def row(holding: Holding, now: datetime) -> Block:
    """One endpoint in a list."""
    endpoint = holding.endpoint
    since = figures.slack_ago(endpoint.in_service_at or endpoint.created_at)
    first = parts.headline(_sign(endpoint), parts.name(endpoint.name), endpoint.status, _hosting(endpoint))
    in_use = rated.in_words(holding.in_use)
    second = " · ".join(filter(None, (_model(endpoint), in_use, parts.mention(endpoint.owner), since)))
    third = " · ".join(filter(None, (_use(holding), savings.so_far(holding, now), _lease(holding))))
    details = parts.button("Details", DETAILS, endpoint.id)
    return parts.section("\n".join(filter(None, (first, second, third))), accessory=details)


def home_row(holding: Holding, now: datetime) -> Block:
    """One endpoint on App Home: where it answers, how right it is, what it costs, and until when it stays."""
    endpoint = holding.endpoint
    first = parts.headline(_sign(endpoint), parts.name(endpoint.name), endpoint.status, f"in {_channels(holding)}")
    validation = f"{figures.percent(endpoint.accuracy)} validation" if endpoint.accuracy is not None else ""
    right = " · ".join(filter(None, (validation, rated.in_words(holding.in_use) or rated.NOT_RATED)))
    money = " · ".join(filter(None, (savings.cost(holding, now), _lease(holding))))
    details = parts.button("Details", DETAILS, endpoint.id)
    return parts.section("\n".join(filter(None, (first, right, money))), accessory=details)


def endpoint_page(holding: Holding, now: datetime) -> Message:
    """One endpoint with what can be done about it."""
    endpoint = holding.endpoint
    verb = "has" if endpoint.status == EndpointStatus.FAILED else "is"
    head = f"{parts.name(endpoint.name)} {verb} {endpoint.status}"
    failure = f"AWS says: {parts.name(endpoint.failure_reason, 1000)}" if endpoint.failure_reason else ""
    blocks = [
        parts.section(parts.headline(_sign(endpoint), head)),
        parts.fields_section(_fields(holding, now)),
        parts.context(f"Classes: {', '.join(parts.name(one) for one in endpoint.classes) or 'none'}"),
        parts.context(failure) if failure else None,
        _traffic(endpoint),
        parts.actions(_buttons(holding)),
    ]
    return parts.message(parts.sentence(head), blocks)


def _fields(holding: Holding, now: datetime) -> list[MarkdownTextObject]:
    endpoint = holding.endpoint
    return [
        parts.field("Model", f"{_model(endpoint)}\n{rated.in_words(holding.in_use) or rated.NOT_RATED}"),
        parts.field("Hosting", _hosting(endpoint)),
        parts.field("Answers images in", _channels(holding)),
        parts.field("Since", figures.slack_date(endpoint.in_service_at or endpoint.created_at)),
        parts.field("Owner", parts.mention(endpoint.owner)),
        parts.field("Approved by", parts.mention(endpoint.approved_by)),
        parts.field("Use", leases.use_in_words(holding.usage)),
        parts.field("Idle", leases.idle(holding.idle_since()) or "not known yet"),
        parts.field("Cost", savings.cost(holding, now)),
        parts.field("Lease until", leases.until(holding.lease)),
    ]


def _traffic(endpoint: Endpoint) -> Block | None:
    """Who else gets of what it is asked."""
    traffic = endpoint.traffic
    if traffic is None or traffic.step == Mixing.ENDED:
        return None
    other, own = parts.name(traffic.other_job), parts.name(endpoint.job_name)
    if traffic.shadow:
        return parts.context(f"{other} gets copies as a shadow ({traffic.step}); its answers are thrown away")
    return parts.context(f"{100 - traffic.share} % go to {own}, {traffic.share} % to {other} ({traffic.step})")


def _buttons(holding: Holding) -> list[ButtonElement | None]:
    endpoint, lease = holding.endpoint, holding.lease
    keeps = parts.button("Keep", KEEP, endpoint.id) if lease and endpoint.deletable else None
    tests = parts.button("Test", TEST, endpoint.id) if endpoint.answering else None
    return [tests, keeps, roll_back_button(endpoint), _delete_button(holding)]


def _sign(endpoint: Endpoint) -> str:
    return _SIGNS.get(endpoint.status, parts.WAITING)


def _model(endpoint: Endpoint) -> str:
    return f"{parts.name(endpoint.job_name)} ({figures.percent(endpoint.accuracy)} validation)"


def _hosting(endpoint: Endpoint) -> str:
    hosting = endpoint.hosting
    return f"{kind_in_words(hosting)}, {numbers(hosting)}: {cost_a_day(hosting)}"


def _channels(holding: Holding) -> str:
    return ", ".join(f"<#{parts.escape(one)}>" for one in holding.channels) or "no channel"


def _use(holding: Holding) -> str:
    usage = holding.usage
    if usage is None:
        return ""
    told = [figures.of_things(usage.calls, "call")]
    if usage.errors:
        told.append(figures.of_things(usage.errors, "error"))
    if usage.latency is not None:
        told.append(leases.seconds(usage.latency))
    return ", ".join([*told, leases.idle(holding.idle_since())])


def _lease(holding: Holding) -> str:
    return f"until {leases.until(holding.lease)}" if holding.lease else ""


def _all_cost(live: Sequence[Holding]) -> str:
    """What they cost a day together; one without a price makes the sum a least."""
    costs = [one.standing_cost for one in live if one.endpoint.status != EndpointStatus.FAILED]
    known = sum(cost for cost in costs if cost is not None)
    if None in costs:
        return f"at least {figures.money(known)} a day" if known else figures.UNKNOWN_PRICE
    return f"{figures.money(known)} a day" if known else "nothing a day while idle"


def _delete_button(holding: Holding) -> ButtonElement | None:
    if not holding.endpoint.deletable:
        return None
    return parts.button("Delete", DELETE, holding.endpoint.id, "danger", _delete_question(holding))


def _delete_question(holding: Holding) -> ConfirmObject:
    endpoint = holding.endpoint
    where = f" in {_channels(holding)}" if holding.channels else ""
    saves = "" if endpoint.hosting.kind == Kind.SERVERLESS else f" {savings.saved(endpoint.hosting)}"
    return parts.confirm(
        f"Delete {endpoint.name}?",
        f"*{parts.name(endpoint.name)}* answers no more images{where}.{saves}",
        "Delete it",
        "Leave it",
    )
