"""What channels are told where a release no longer meets what it was trained for: what is different, and what helps."""

from slack_sdk.models.blocks import Block

from bot.domain.drift import DriftNote, Measured, Sign
from bot.views import figures, parts
from bot.views.endpoints import DETAILS
from bot.views.in_use import points, spread
from bot.views.message import Message


def drift_note(note: DriftNote) -> Message:
    """To the owner: what is different, by which figures, and what helps."""
    name = parts.name(note.endpoint_name)
    said, helps = _said(note), _helps(note)
    blocks: list[Block | None] = [
        parts.section(f"{parts.DECISION} {parts.mention(note.owner)} *{name}* {said}"),
        parts.context(helps),
        parts.actions([parts.button("Details", DETAILS, note.release)]),
    ]
    return parts.message(f"{name} {said}", blocks)


def _said(note: DriftNote) -> str:
    seen = note.measured
    match note.sign:
        case Sign.LESS_RIGHT:
            rate = f"{points(seen.in_use.accuracy or 0.0)} % ({spread(seen.in_use)})"
            return f"is right less often in use than in validation: {rate} against {figures.percent(seen.validation)}."
        case Sign.SHIFTED:
            return f"sees other pictures than at first: {_moved(seen)} ({_windows(seen)})."
        case Sign.UNSURE:
            then, now = (points(margin) for margin in seen.margins)
            led = f"its first class leads by {now} points on average, and led by {then}"
            return f"is less sure than at first: {led} ({_windows(seen)})."


def _moved(seen: Measured) -> str:
    told = (f"{parts.name(name)} {points(then)} % → {points(now)} %" for name, then, now in seen.moved)
    return ", ".join(told)


def _windows(seen: Measured) -> str:
    return f"the last {figures.count(seen.size)} answers against the first {figures.count(seen.size)}"


def _helps(note: DriftNote) -> str:
    why = f"{parts.code(f'/endpoints why {note.endpoint_name}')} shows what it learned from."
    match note.sign:
        case Sign.LESS_RIGHT:
            return f"Training on with the pictures that were corrected may help. {why}"
        case Sign.SHIFTED:
            return f"If they are new to it, say *Wrong* where it is, and train on with them. {why}"
        case Sign.UNSURE:
            return f"Rate some of its answers, so that it shows whether it is still right. {why}"
