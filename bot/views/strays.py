"""What the bot made on AWS and lost sight of: a card where the operators look, and a list."""

from collections.abc import Sequence

from slack_sdk.models.blocks import Block, ButtonElement

from bot.domain.strays import Stray, StrayStatus
from bot.views import figures, parts
from bot.views.message import Message

REMOVE = "stray.remove"
_ROWS = 20
_STATUS_SIGNS = {
    StrayStatus.FOUND: parts.DECISION,
    StrayStatus.REMOVING: parts.WAITING,
    StrayStatus.REMOVED: parts.STOPPED,
}
_WHY = "They bear this bot's tag, and no row of it needs them: their deletion was cut short, or their rows are lost."


def stray_card(stray: Stray) -> Message:
    """One find."""
    head = _head(stray)
    blocks: list[Block | None] = [
        parts.section(parts.headline(_STATUS_SIGNS[stray.status], head)),
        parts.section(_things(stray)),
        parts.context(_small_print(stray)),
        parts.actions([_remove_button(stray)]),
    ]
    return parts.message(parts.sentence(head), blocks)


def stray_list(strays: Sequence[Stray]) -> Message:
    """What was found and is still there."""
    if not strays:
        return parts.note(
            "Nothing on AWS bears this bot's tag that no row needs. The worker looks every hour, and reports it once."
        )
    head = f"{figures.of_things(len(strays), 'find')} on AWS that no row of mine needs"
    rows = [
        parts.section(f"{_STATUS_SIGNS[one.status]} {_things(one)}", accessory=_remove_button(one)) for one in strays
    ]
    left_out = len(rows) - _ROWS
    more = f"{left_out} more, once these are gone. " if left_out > 0 else ""
    return parts.message(f"{head}.", [parts.section(f"*{head}*"), *rows[:_ROWS], parts.context(f"{more}{_WHY}")])


def removing_reply(stray: Stray) -> Message:
    return parts.note(f"Removing {_things(stray)}.")


def _head(stray: Stray) -> str:
    match stray.status:
        case StrayStatus.FOUND:
            return "Left behind on AWS"
        case StrayStatus.REMOVING:
            return "Removing what was left behind on AWS"
        case StrayStatus.REMOVED:
            return "What was left behind on AWS is gone"


def _things(stray: Stray) -> str:
    return ", ".join(f"{kind} {parts.code(name)}" for kind, name in stray.things)


def _small_print(stray: Stray) -> str:
    if stray.removed_by:
        return f"{parts.mention(stray.removed_by)} had it removed"
    if stray.status == StrayStatus.REMOVED:
        return "It went by itself"
    return f"{_WHY} Found {figures.slack_date(stray.found_at)}; an approver can have them removed."


def _remove_button(stray: Stray) -> ButtonElement | None:
    if stray.status != StrayStatus.FOUND:
        return None
    question = parts.confirm("Remove this from AWS?", f"{_things(stray)}, for good.", "Remove it", "Leave it")
    return parts.button("Remove", REMOVE, stray.id, "danger", question)
