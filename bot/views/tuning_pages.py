"""The list of tunings, and one tuning in a list."""

from collections.abc import Sequence

from slack_sdk.models.blocks import Block

from bot.domain.tunings import Tuning, TuningStatus
from bot.views import figures, parts, tunings
from bot.views.message import Message

CARD = "tuning.card"
_ROWS = 10
_HOW_TO_BEGIN = "Nothing has been tuned yet. `/tune` opens a form; `/tune help` explains the words."


def tuning_list(recent: Sequence[Tuning]) -> Message:
    """The newest tunings, each with a button that brings its card."""
    if not recent:
        return parts.note(_HOW_TO_BEGIN)
    shown = recent[:_ROWS]
    first = f"The newest {len(shown)} tunings" if len(shown) > 1 else "The only tuning so far"
    blocks: list[Block] = [parts.section(f"*{first}*"), *(row(tuning) for tuning in shown)]
    return parts.message(f"{first}: {', '.join(parts.name(tuning.name) for tuning in shown)}.", blocks)


def row(tuning: Tuning) -> Block:
    """One tuning in a list."""
    when = figures.slack_ago(tuning.ended_at or tuning.requested_at)
    return parts.section(
        f"{tunings.sign(tuning)} *{parts.name(tuning.name)}* · {_standing(tuning)}\n"
        f"{parts.code(tuning.data_set)} · {parts.mention(tuning.requested_by)} · {when}",
        accessory=parts.button("Card", CARD, tuning.id),
    )


def _standing(tuning: Tuning) -> str:
    match tuning.status:
        case TuningStatus.REQUESTED:
            said = "waiting"
        case TuningStatus.COMPLETED:
            said = figures.of_things(len(tuning.trials), "job")
        case _:
            said = f"{tuning.status}, {tunings.progress(tuning)}"
    return ", ".join(filter(None, (said, tunings.best(tuning))))
