"""The button that starts a failed job once more with what is likely to help, and the answer to it."""

from slack_sdk.models.blocks import ButtonElement

from bot.domain.corrections import Correction
from bot.domain.jobs import Job
from bot.views import figures, parts
from bot.views.message import Message

RETRY = "job.retry"


def retry_button(job: Job, correction: Correction) -> ButtonElement:
    """Names what is changed, and what it costs at most."""
    with_change = f"Retry with {_change(correction)}" if correction.change else "Train again"
    cost = f" ({figures.money(correction.cost)} at most)" if correction.cost is not None else ""
    said = parts.cut(with_change, parts.BUTTON_LIMIT - len(cost))
    return parts.button(f"{said}{cost}", RETRY, job.id, "primary")


def retry_reply(started: Job, failed: Job) -> Message:
    """The answer to the click."""
    cost = "" if started.worst_case is None else f" It costs {figures.money(started.worst_case)} at most."
    return parts.note(
        f"Training *{parts.name(started.name)}* instead of *{parts.name(failed.name)}*; its card is on the way.{cost}"
    )


def _change(correction: Correction) -> str:
    return ", ".join(f"{name}={value}" for name, value in correction.change.items())
