"""The list of what was trained or tuned last, the same for jobs and for tunings."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from slack_sdk.models.blocks import Block

from bot.domain.jobs import Job
from bot.domain.tunings import Tuning
from bot.views import figures, parts
from bot.views.message import Message

Run = TypeVar("Run", Job, Tuning)
_ROWS = 10


def newest(noun: str, recent: Sequence[Run], row: Callable[[Run], Block]) -> Message:
    """Newest first, of which there is at least one."""
    shown: Sequence[Run] = recent[:_ROWS]
    first = f"The newest {len(shown)} {noun}s" if len(shown) > 1 else f"The only {noun} so far"
    blocks: list[Block] = [parts.section(f"*{first}*"), *(row(run) for run in shown)]
    return parts.message(f"{first}: {', '.join(parts.name(run.name) for run in shown)}.", blocks)


def run_row(run: Job | Tuning, sign: str, standing: str, card: str) -> Block:
    """How it stands, what of and whose it is, and a button that brings its card."""
    when = figures.slack_ago(run.ended_at or run.requested_at)
    return parts.section(
        f"{sign} *{parts.name(run.name)}* · {standing}\n"
        f"{parts.code(run.data_set)} · {parts.mention(run.requested_by)} · {when}",
        accessory=parts.button("Card", card, run.id),
    )
