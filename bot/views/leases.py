"""The question to an endpoint's owner whether it is still needed, and what became of the question."""

from datetime import datetime, timedelta

from slack_sdk.models.blocks import Block, ButtonElement, ConfirmObject

from bot.domain.endpoints import Endpoint
from bot.domain.leases import Lease, LeaseCase, LeaseStatus, Occasion
from bot.domain.usage import Usage
from bot.views import figures, parts, savings
from bot.views.hosting import cost_a_day, kind_in_words, numbers
from bot.views.message import Message

KEEP, DELETE = "lease.keep", "lease.delete"


def lease_card(case: LeaseCase, usual: timedelta) -> Message:
    """A message to the owner; `usual` is for how long the button keeps it."""
    sign, head, more = _first_line(case)
    lease = case.lease
    blocks: list[Block | None] = [
        parts.section(parts.headline(sign, head, *more)),
        *(_question(case, usual) if lease.status == LeaseStatus.ASKED else [_outcome(case)]),
    ]
    return parts.message(parts.sentence(head, *more), blocks)


def home_question(case: LeaseCase, usual: timedelta) -> list[Block | None]:
    """The same question on its owner's App Home."""
    _, head, more = _first_line(case)
    goes = f"Without an answer it is deleted {figures.slack_date(case.lease.deadline)}."
    text = f"{parts.headline(parts.DECISION, head, *more)}\n{goes} {_would_save(case.endpoint)}".rstrip()
    return [parts.section(text), parts.actions(_answers(case, usual))]


def kept_reply(lease: Lease) -> Message:
    """The answer to whoever kept it."""
    name, until = parts.name(lease.endpoint_name), figures.slack_date(lease.ends_at)
    return parts.note(f"*{name}* stays until {until}. Its owner is asked before that.")


def until(lease: Lease | None) -> str:
    """The end of the lease as a person reads it; what has none yet is about to get one."""
    return figures.slack_date(lease.deadline) if lease else "its lease is about to begin"


def length_in_words(length: timedelta) -> str:
    """`7 days`; shorter ones as they are."""
    days = length / timedelta(days=1)
    if days >= 1 and days == int(days):
        return figures.of_things(int(days), "day")
    return figures.duration(length.total_seconds())


def use_in_words(usage: Usage | None) -> str:
    """`240 calls, 3 errors, 0.21 s a call, since Tue`."""
    if usage is None:
        return "not known yet"
    calls = figures.of_things(usage.calls, "call")
    errors = figures.of_things(usage.errors, "error") if usage.errors else "no errors"
    latency = f", {seconds(usage.latency)} a call" if usage.latency is not None else ""
    return f"{calls}, {errors}{latency}, since {figures.slack_date(usage.since)}"


def seconds(number: float) -> str:
    return f"{number:.2f} s" if number < 10 else f"{number:.0f} s"


def idle(last: datetime | None) -> str:
    return f"last called {figures.slack_ago(last)}" if last else ""


def _first_line(case: LeaseCase) -> tuple[str, str, list[str]]:
    lease, name = case.lease, parts.name(case.endpoint.name)
    match lease.status:
        case LeaseStatus.RENEWED:
            stays = f"{name} stays until {figures.slack_date(case.until)}" if case.until else f"{name} stays"
            return parts.DONE, stays, [_by(lease) or "it is used again"]
        case LeaseStatus.ENDED:
            return parts.STOPPED, f"{name} is deleted", [savings.why_deleted(case.endpoint)]
        case LeaseStatus.CLOSED:
            return parts.STOPPED, f"{name} is deleted", [_by(lease)]
        case _:
            return parts.DECISION, f"Is {name} still needed?", [_why(case)]


def _why(case: LeaseCase) -> str:
    if case.lease.occasion == Occasion.IDLE:
        last = case.usage.last_called_at if case.usage else None
        return f"nobody has called it since {figures.slack_date(last or case.lease.began_at)}"
    return f"its lease ends {figures.slack_date(case.lease.ends_at)}"


def _question(case: LeaseCase, usual: timedelta) -> list[Block | None]:
    endpoint, lease = case.endpoint, case.lease
    goes = (
        f"Without an answer it is deleted {figures.slack_date(lease.deadline)}, with its configuration and model. "
        f"{_would_save(endpoint)}`/endpoints keep {parts.name(endpoint.name)} 14d` keeps it for another time."
    )
    return [
        parts.fields_section(
            [
                parts.field("Model", f"{parts.name(endpoint.job_name)} ({figures.percent(endpoint.accuracy)})"),
                parts.field("Hosting", f"{kind_in_words(endpoint.hosting)}, {numbers(endpoint.hosting)}"),
                parts.field("Use", use_in_words(case.usage)),
                parts.field("Cost", cost_a_day(endpoint.hosting)),
            ]
        ),
        parts.context(goes),
        parts.actions(_answers(case, usual)),
    ]


def _answers(case: LeaseCase, usual: timedelta) -> list[ButtonElement | None]:
    lease, endpoint = case.lease, case.endpoint
    return [
        parts.button(f"Keep {length_in_words(usual)}", KEEP, lease.id, "primary"),
        parts.button("Delete", DELETE, lease.id, "danger", _delete_question(endpoint)),
    ]


def _would_save(endpoint: Endpoint) -> str:
    """With a space at its end, where there is something to say."""
    return f"{savings.saved(endpoint.hosting)} " if endpoint.hosting.cost_per_day else ""


def _outcome(case: LeaseCase) -> Block | None:
    if case.lease.status == LeaseStatus.RENEWED:
        return None
    return parts.context(f"Its configuration and model are deleted, too. {savings.saved(case.endpoint.hosting)}")


def _by(lease: Lease) -> str:
    if not lease.settled_by:
        return ""
    verb = "kept by" if lease.status == LeaseStatus.RENEWED else "by"
    when = f", {figures.slack_date(lease.settled_at)}" if lease.settled_at else ""
    return f"{verb} {parts.mention(lease.settled_by)}{when}"


def _delete_question(endpoint: Endpoint) -> ConfirmObject:
    return parts.confirm(
        f"Delete {endpoint.name}?",
        f"*{parts.name(endpoint.name)}* answers no more images. {_would_save(endpoint)}".strip(),
        "Delete it",
        "Leave it",
    )
