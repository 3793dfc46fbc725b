"""The list of tunings, and one tuning in a list."""

from collections.abc import Sequence

from slack_sdk.models.blocks import Block

from bot.domain.tunings import Tuning, TuningStatus
from bot.views import figures, parts, tunings
from bot.views.message import Message
from bot.views.newest import newest, run_row

CARD = "tuning.card"
_HOW_TO_BEGIN = "Nothing has been tuned yet. `/tune` opens a form; `/tune help` explains the words."


def tuning_list(recent: Sequence[Tuning]) -> Message:
    """The newest tunings, each with a button that brings its card."""
    if not recent:
        return parts.note(_HOW_TO_BEGIN)
    return newest("tuning", recent, row)


def row(tuning: Tuning) -> Block:
    """One tuning in a list."""
    return run_row(tuning, tunings.sign(tuning), _standing(tuning), CARD)


def _standing(tuning: Tuning) -> str:
    match tuning.status:
        case TuningStatus.REQUESTED:
            said = "waiting"
        case TuningStatus.COMPLETED:
            said = figures.of_things(len(tuning.trials), "job")
        case _:
            said = f"{tuning.status}, {tunings.progress(tuning)}"
    return ", ".join(filter(None, (said, tunings.best(tuning))))
