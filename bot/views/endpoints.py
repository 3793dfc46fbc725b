"""The list of endpoints, and one endpoint with all that is known of it."""

from collections.abc import Sequence

from slack_sdk.models.blocks import Block, ButtonElement, ConfirmObject

from bot.domain.endpoints import Endpoint, EndpointStatus, Kind
from bot.views import figures, parts
from bot.views.hosting import cost_a_day, kind_in_words, numbers
from bot.views.message import Message

DELETE = "endpoint.delete"
# Slack takes 50 blocks a message; the rest can be asked for by name.
_ROWS = 40
_HOW_TO_BEGIN = "There is no endpoint yet. `/deploy JOB` asks for one; `/deploy help` explains it."
_SIGNS = {
    EndpointStatus.IN_SERVICE: parts.IN_SERVICE,
    EndpointStatus.FAILED: parts.FAILED,
    EndpointStatus.DELETED: parts.STOPPED,
}


def endpoint_list(live: Sequence[Endpoint]) -> Message:
    """All endpoints, each with a button that deletes it where that is possible."""
    if not live:
        return parts.note(_HOW_TO_BEGIN)
    first = f"{figures.of_things(len(live), 'endpoint')}, {_all_cost(live)}"
    left_out = len(live) - _ROWS
    blocks: list[Block | None] = [
        parts.section(f"*{first}*"),
        *(row(endpoint) for endpoint in live[:_ROWS]),
        parts.context(f"{left_out} more; `/endpoints NAME` shows one.") if left_out > 0 else None,
    ]
    named = ", ".join(f"{parts.name(endpoint.name)} {endpoint.status}" for endpoint in live[:_ROWS])
    return parts.message(f"{first}: {named}.", blocks)


def endpoint_detail(endpoint: Endpoint) -> Message:
    """One endpoint."""
    verb = "has" if endpoint.status == EndpointStatus.FAILED else "is"
    head = f"{parts.name(endpoint.name)} {verb} {endpoint.status}"
    blocks = [
        parts.section(parts.headline(_sign(endpoint), head)),
        parts.fields_section(
            [
                parts.field("Model", _model(endpoint)),
                parts.field("Hosting", _hosting(endpoint)),
                parts.field("Answers images in", f"<#{parts.escape(endpoint.channel_id)}>"),
                parts.field("Since", figures.slack_date(endpoint.in_service_at or endpoint.created_at)),
                parts.field("Owner", parts.mention(endpoint.owner)),
                parts.field("Approved by", parts.mention(endpoint.approved_by)),
            ]
        ),
        parts.context(f"Classes: {', '.join(parts.name(one) for one in endpoint.classes) or 'none'}"),
        parts.context(f"AWS says: {parts.name(endpoint.failure_reason, 1000)}") if endpoint.failure_reason else None,
        parts.actions([_delete_button(endpoint)]),
    ]
    return parts.message(parts.sentence(head), blocks)


def row(endpoint: Endpoint) -> Block:
    """One endpoint in a list."""
    since = figures.slack_ago(endpoint.in_service_at or endpoint.created_at)
    first = parts.headline(_sign(endpoint), parts.name(endpoint.name), endpoint.status, _hosting(endpoint))
    second = f"{_model(endpoint)} · {parts.mention(endpoint.owner)} · {since}"
    return parts.section(f"{first}\n{second}", accessory=_delete_button(endpoint))


def _sign(endpoint: Endpoint) -> str:
    return _SIGNS.get(endpoint.status, parts.WAITING)


def _model(endpoint: Endpoint) -> str:
    return f"{parts.name(endpoint.job_name)} ({figures.percent(endpoint.accuracy)} validation)"


def _hosting(endpoint: Endpoint) -> str:
    hosting = endpoint.hosting
    return f"{kind_in_words(hosting)}, {numbers(hosting)}: {cost_a_day(hosting)}"


def _all_cost(live: Sequence[Endpoint]) -> str:
    """What they cost a day together; one without a price makes the sum a least."""
    costs = [endpoint.hosting.cost_per_day for endpoint in live if endpoint.status != EndpointStatus.FAILED]
    known = sum(cost for cost in costs if cost is not None)
    if None in costs:
        return f"at least {figures.money(known)} a day" if known else figures.UNKNOWN_PRICE
    return f"{figures.money(known)} a day" if known else "nothing a day while idle"


def _delete_button(endpoint: Endpoint) -> ButtonElement | None:
    if not endpoint.deletable:
        return None
    return parts.button("Delete", DELETE, endpoint.id, "danger", _delete_question(endpoint))


def _delete_question(endpoint: Endpoint) -> ConfirmObject:
    saves = "" if endpoint.hosting.kind == Kind.SERVERLESS else f" That saves {cost_a_day(endpoint.hosting)}."
    if endpoint.hosting.cost_per_day is None:
        saves = ""
    return parts.confirm(
        f"Delete {endpoint.name}?",
        f"*{parts.name(endpoint.name)}* answers no more images in <#{parts.escape(endpoint.channel_id)}>.{saves}",
        "Delete it",
        "Keep it",
    )
