"""What the watchdog and AWS's rules saw of a job, as a line in its card's thread."""

from collections.abc import Sequence

from slack_sdk.models.blocks import Block

from bot.domain.jobs import Job
from bot.domain.notices import Notice
from bot.views import jobs, parts
from bot.views.message import Message

_SIGN = ":warning:"
# Slack takes fifty blocks a message.
_MOST = 40


def warning_note(job: Job, notices: Sequence[Notice]) -> Message | None:
    """One paragraph for each, and a way to stop the job; nothing where there is nothing new."""
    if not notices:
        return None
    head = f"{parts.mention(job.requested_by)} a look at *{parts.name(job.name)}*:"
    said = [parts.prose(notice.said) for notice in notices]
    blocks: list[Block | None] = [
        parts.section("\n".join((head, *(f"{_SIGN} {one[:1].upper()}{one[1:]}" for one in said)))),
        parts.actions([jobs.stop_button(job)]),
    ]
    return parts.message(f"{parts.name(job.name)}: {' '.join(said)}", blocks)


def end_note(job: Job, *, is_end: bool, found: Sequence[Notice]) -> Message | None:
    """The job's end, what its rules found, or both."""
    ended = jobs.finished_note(job) if is_end else None
    warned = warning_note(job, found)
    if ended is None or warned is None:
        return ended or warned
    return Message(f"{ended.text} {warned.text}", [*ended.blocks, *warned.blocks])


def told_together(notes: Sequence[Message]) -> Message:
    """What waited for the end of quiet hours, each with those whom it concerns."""
    said, more = [note.text for note in notes[:_MOST]], len(notes) - _MOST
    head = "This came up in the quiet hours:"
    rest = parts.context(f"and {more} more: `/jobs` and `/endpoints` show how things are") if more > 0 else None
    blocks = [parts.section(f"*{head}*"), *map(parts.section, said), rest]
    return parts.message(f"{head} {' '.join(said)}", blocks)
