"""A data set's card, from the wish to the finished set, and the short notes that go with it."""

from collections.abc import Sequence
from datetime import datetime

from slack_sdk.models.blocks import Block, ButtonElement, ConfirmObject, MarkdownTextObject

from bot.domain.checks import Effect
from bot.domain.datasets import Format
from bot.domain.preparations import ClassCount, Options, Preparation, PreparationStatus
from bot.views import data_rules, figures, parts
from bot.views.message import Message

STOP, DETAILS, TRAIN, AGAIN = "dataset.stop", "dataset.details", "dataset.train", "dataset.again"
FORMATS = {Format.REC: "RecordIO", Format.LST: "images with `.lst` files", Format.MANIFEST: "augmented manifests"}
_SIGNS = {
    PreparationStatus.REQUESTED: parts.WAITING,
    PreparationStatus.PREPARING: parts.RUNNING,
    PreparationStatus.STOPPING: parts.WAITING,
    PreparationStatus.READY: parts.DONE,
    PreparationStatus.FAILED: parts.FAILED,
    PreparationStatus.STOPPED: parts.STOPPED,
    PreparationStatus.REMOVING: parts.WAITING,
    PreparationStatus.REMOVED: parts.STOPPED,
}
_HEADS = {
    PreparationStatus.REQUESTED: "Preparing {}",
    PreparationStatus.PREPARING: "Preparing {}",
    PreparationStatus.STOPPING: "Stopping the preparation of {}",
    PreparationStatus.READY: "{} is ready",
    PreparationStatus.FAILED: "Preparing {} failed",
    PreparationStatus.STOPPED: "Stopped preparing {}",
    PreparationStatus.REMOVING: "Removing {}",
    PreparationStatus.REMOVED: "Removed {}",
}
_UNDER_WAY = frozenset({PreparationStatus.REQUESTED, PreparationStatus.PREPARING, PreparationStatus.STOPPING})
_SET = frozenset({PreparationStatus.READY, PreparationStatus.REMOVING})
_NAMES_SHOWN, _RULES_SHOWN, _WARNINGS_SHOWN = 5, 4, 4
_FIRST_SECONDS = 3.0


def data_set_card(preparation: Preparation, now: datetime, pictures: Sequence[tuple[str, str]] = ()) -> Message:
    """The preparation as it stands; `pictures` are files in Slack, each with its words."""
    head, more = first_line(preparation)
    blocks: list[Block | None] = [
        parts.section(parts.headline(sign(preparation), head, *more)),
        *_said(preparation),
        *(parts.image(file_id, alt) for file_id, alt in pictures),
        parts.fields_section(_fields(preparation, now)),
        _warnings(preparation),
        parts.actions(_buttons(preparation)),
    ]
    return parts.message(parts.sentence(head, *more), blocks)


def sign(preparation: Preparation) -> str:
    return _SIGNS[preparation.status]


def first_line(preparation: Preparation) -> tuple[str, list[str]]:
    """What the card is about, and the figures behind it."""
    return _HEADS[preparation.status].format(parts.name(preparation.name)), _figures(preparation)


def finished_note(preparation: Preparation) -> Message | None:
    """The line in the card's thread that tells the requester of the end."""
    if preparation.open:
        return None
    who, name = parts.mention(preparation.requested_by), parts.name(preparation.name)
    match preparation.status:
        case PreparationStatus.READY:
            left_out = preparation.progress.left_out
            but = f"; {_were(left_out)} left out" if left_out else ""
            said = f"*{name}* is ready: {_size(preparation.summary.classes)}{but}."
        case PreparationStatus.FAILED:
            said = f"*{name}* could not be prepared. {_problem(preparation)}"
        case PreparationStatus.STOPPED:
            said = f"The preparation of *{name}* has stopped{_asked_by_whom(preparation)}."
        case _:
            said = f"*{name}* has been removed{_asked_by_whom(preparation)}; its source is as it was."
    return parts.note(f"{who} {said}")


def is_news(preparation: Preparation) -> bool:
    """Whether the channel should hear of it, and not the thread alone: what a person did, they know."""
    return preparation.status in (PreparationStatus.READY, PreparationStatus.FAILED)


def report_comment(preparation: Preparation, report: str) -> str:
    """What the file `report` says, in the line above it; nothing where there is no report to give."""
    if not is_news(preparation):
        return ""
    by_rule = preparation.summary.by_rule
    left_out = preparation.progress.left_out or sum(data_rules.of_effect(by_rule, Effect.LEFT_OUT).values())
    changed = sum(data_rules.of_effect(by_rule, Effect.CONVERTED).values())
    if left_out:
        return f"{_were(left_out)} left out; {report} says which and why."
    if changed:
        return f"{_were(changed)} changed; {report} says which and how."
    return f"{report} says what was noted of single images." if any(by_rule.values()) else ""


def contact_sheet_alt(preparation: Preparation) -> str:
    """The contact sheet in words."""
    return f"A few images of each class: {_some([one.name for one in preparation.summary.classes], 16)}"


def adding_reply(preparation: Preparation) -> Message:
    """The answer to whoever asked."""
    return parts.note(f"Preparing *{parts.name(preparation.name)}* from {source(preparation)}; its card is on the way.")


def source(preparation: Preparation) -> str:
    """Where the images come from."""
    if preparation.based_on:
        return based_on(preparation.based_on, preparation.pictures_packed)
    if not preparation.file_ids:
        return parts.code(preparation.source)
    zips = figures.of_things(len(preparation.file_ids), "zip file")
    return f"{zips}: {parts.name(preparation.source, 300)}" if preparation.source else zips


def based_on(data_set: str, pictures: int) -> str:
    """What a version is made of."""
    return f"based on {parts.code(data_set)} with {figures.of_things(pictures, 'picture')} from use"


def options_line(options: Options) -> str:
    """`RecordIO, shortest side 256 px at JPEG quality 95`."""
    if options.resize is None:
        return f"{FORMATS[options.format]}, images as they are"
    return f"{FORMATS[options.format]}, shortest side {options.resize} px at JPEG quality {options.quality}"


def counts(classes: Sequence[ClassCount]) -> tuple[int, int]:
    """Images to train and to validate with."""
    return sum(one.train for one in classes), sum(one.validation for one in classes)


def asked_by(preparation: Preparation) -> str:
    said = [f"{parts.mention(preparation.requested_by)}, {figures.slack_ago(preparation.requested_at)}"]
    if preparation.status in _SET and preparation.summary.seconds:
        said.append(f"took {figures.duration(preparation.summary.seconds)}")
    if preparation.stopped_by:
        verb = (
            "removed"
            if preparation.status not in (PreparationStatus.STOPPING, PreparationStatus.STOPPED)
            else "stopped"
        )
        said.append(f"{verb} by {parts.mention(preparation.stopped_by)}")
    return " · ".join(said)


def shared_folder(addresses: Sequence[str]) -> str:
    """The one folder in which all of the addresses lie; without one, the first address."""
    pieces = [address.split("/")[:-1] for address in addresses]
    shared = []
    for level in zip(*pieces, strict=False):
        if len(set(level)) > 1:
            break
        shared.append(level[0])
    return "/".join(shared) + "/" if len(shared) > 2 else next(iter(addresses), "")


def _figures(preparation: Preparation) -> list[str]:
    match preparation.status:
        case PreparationStatus.REQUESTED:
            return ["waiting for its turn"]
        case PreparationStatus.PREPARING | PreparationStatus.STOPPING | PreparationStatus.STOPPED:
            return _how_far(preparation)
        case PreparationStatus.READY | PreparationStatus.REMOVING:
            return [_size(preparation.summary.classes)]
        case _:
            return []


def _how_far(preparation: Preparation) -> list[str]:
    progress = preparation.progress
    if progress.found is None:
        return ["looking through the source"] if preparation.status == PreparationStatus.PREPARING else []
    checked = f"{figures.count(progress.checked)} of {figures.count(progress.found)} checked"
    return [checked, f"{figures.count(progress.left_out)} left out" if progress.left_out else ""]


def _size(classes: Sequence[ClassCount]) -> str:
    images = figures.of_things(sum(counts(classes)), "image")
    return f"{images}, {figures.of_things(len(classes), 'class', 'classes')}"


def _were(images: int) -> str:
    return f"{figures.of_things(images, 'image')} {'was' if images == 1 else 'were'}"


def _some(names: Sequence[str], most: int = _NAMES_SHOWN) -> str:
    more = len(names) - most
    rest = f" and {figures.count(more)} more" if more > 0 else ""
    return ", ".join(parts.name(one, 60) for one in names[:most]) + rest


def _asked_by_whom(preparation: Preparation) -> str:
    return f", as {parts.mention(preparation.stopped_by)} asked" if preparation.stopped_by else ""


def _problem(preparation: Preparation) -> str:
    return parts.prose(preparation.problem.strip()) or "I cannot say why; the operators' log does."


def _said(preparation: Preparation) -> list[Block | None]:
    match preparation.status:
        case PreparationStatus.FAILED:
            return [parts.section(_problem(preparation))]
        case PreparationStatus.STOPPED:
            return [parts.context("Nothing of it is left; the source is as it was.")]
        case PreparationStatus.REMOVED:
            return [parts.context("What I wrote is gone; the source is as it was.")]
        case _:
            return []


def _warnings(preparation: Preparation) -> Block | None:
    if preparation.status not in (*_SET, PreparationStatus.FAILED):
        return None
    listed = data_rules.warnings(preparation.summary.warnings, _WARNINGS_SHOWN)
    return parts.section(f"*Worth a look before training*\n{listed}") if listed else None


def _fields(preparation: Preparation, now: datetime) -> list[MarkdownTextObject]:
    told = {"Source": source(preparation), "Asked by": asked_by(preparation)}
    if preparation.status in _UNDER_WAY:
        told |= {"Pace": _pace(preparation, now), "Format": options_line(preparation.options)}
    elif preparation.status in _SET:
        told = _outcome(preparation) | told
    elif preparation.status == PreparationStatus.FAILED:
        told |= {"Left out": _left_out(preparation)} if preparation.summary.by_rule else {}
    return [parts.field(label, value) for label, value in told.items() if value]


def _outcome(preparation: Preparation) -> dict[str, str]:
    summary = preparation.summary
    train, validation = counts(summary.classes)
    side = f", smallest side {summary.smallest_side} px" if summary.smallest_side else ""
    # The validation images of a version may be those of what it is based on, where they lie.
    written = [summary.locations.get("train", "")] if preparation.based_on else list(summary.locations.values())
    folder = shared_folder(written)
    return {
        "Data": f"{figures.count(train)} + {figures.count(validation)} images: "
        f"{_some([one.name for one in summary.classes])}",
        "Left out": _left_out(preparation),
        "Changed": data_rules.counted(summary.by_rule, Effect.CONVERTED, _RULES_SHOWN),
        "Format": f"{options_line(preparation.options)}{side}",
        "Written to": parts.code(folder) if folder else "",
    }


def _left_out(preparation: Preparation) -> str:
    """`12 of 647: 6 doubles, 4 too small, 2 damaged`."""
    counted = data_rules.counted(preparation.summary.by_rule, Effect.LEFT_OUT, _RULES_SHOWN)
    progress = preparation.progress
    of_all = f"{figures.count(progress.left_out)} of {figures.count(progress.checked)}: " if progress.left_out else ""
    return f"{of_all}{counted}" if counted else "nothing"


def _pace(preparation: Preparation, now: datetime) -> str:
    """How fast and how long still; the first moments tell nothing of it."""
    progress = preparation.progress
    if preparation.status != PreparationStatus.PREPARING or not progress.checked or progress.began_at is None:
        return ""
    seconds = figures.between(progress.began_at, now)
    if seconds < _FIRST_SECONDS:
        return ""
    rate, left = progress.checked / seconds, (progress.found or 0) - progress.checked
    said = f"about {figures.of_things(round(rate), 'image')} a second" if rate >= 1 else "under an image a second"
    return f"{said} · {figures.time_left(left / rate)}" if left > 0 else f"{said} · writing the rest"


def _buttons(preparation: Preparation) -> list[ButtonElement | None]:
    status, about = preparation.status, preparation.id
    ended_badly = status in (PreparationStatus.FAILED, PreparationStatus.STOPPED)
    failed_with_findings = status == PreparationStatus.FAILED and bool(preparation.summary.by_rule)
    has_details = status == PreparationStatus.READY or failed_with_findings
    return [
        parts.button("Train", TRAIN, about, "primary") if status == PreparationStatus.READY else None,
        parts.button("Add again", AGAIN, about) if ended_badly and not preparation.based_on else None,
        parts.button("Stop", STOP, about, "danger", _stop_question(preparation)) if preparation.stoppable else None,
        parts.button("Details", DETAILS, about) if has_details else None,
    ]


def _stop_question(preparation: Preparation) -> ConfirmObject:
    return parts.confirm(
        f"Stop preparing {preparation.name}?",
        f"What was written of *{parts.name(preparation.name)}* so far is removed. The source stays as it is.",
        "Stop it",
        "Let it go on",
    )
