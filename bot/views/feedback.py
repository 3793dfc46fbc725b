"""What people say of answers: the form that asks what a picture shows, and the sentences that follow."""

from collections import Counter
from collections.abc import Sequence

from slack_sdk.models.blocks import Block, Option
from slack_sdk.models.blocks.block_elements import RadioButtonsElement

from bot.domain.feedback import Say, Side, Verdict, class_key
from bot.domain.saying import CLASS, Asked, Said
from bot.views import answer_parts, modals, parts
from bot.views.message import Message, View

RIGHT, WRONG = answer_parts.RIGHT, answer_parts.WRONG
AGREE, AGREE_OTHERWISE = answer_parts.AGREE, answer_parts.AGREE_OTHERWISE
SUBMIT, CLASSES = "feedback.said", "feedback.classes"
SAY = "say"
# https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element#static_select
MOST_LISTED = 100
_FILE_NAME = 60
_SAYS = {
    Say.LABEL: "A class that the model knows, chosen below",
    Say.NONE: "None of these",
    Say.UNFAIR: "Not a fair picture",
}
_NOTES = {
    Say.NONE: "It shows something that the model was not taught.",
    Say.UNFAIR: "Blurred, cut off, or nothing that anybody could tell.",
}


def wrong_modal(asked: Asked) -> View:
    """Asks what the picture shows; what the person said before stands in it."""
    first = asked.prediction.labels[0]
    head = f"{parts.code(asked.upload.file_name, _FILE_NAME)}: the model says *{parts.class_name(first.name)}*."
    blocks: list[Block | None] = [
        parts.section(head),
        parts.context(_gone(asked)) if not asked.in_service else None,
        modals.input_block(SAY, "What does it show?", _radio(asked.mine.say if asked.mine else Say.LABEL)),
        _picker(asked),
    ]
    metadata = {"upload_id": asked.upload.id}
    return modals.modal("What is it?", blocks, submit="Say so", callback_id=SUBMIT, metadata=metadata)


def class_options(asked: Asked, names: Sequence[str]) -> list[Option]:
    """These of the classes. Long names that look alike are told apart by their numbers."""
    titles = _titles(asked.endpoint.classes)
    return modals.offered(modals.option(class_key(name), titles[name]) for name in names)


def _titles(classes: Sequence[str]) -> dict[str, str]:
    cut = {name: _title(name) for name in classes}
    often = Counter(cut.values())
    return {
        name: title if often[title] == 1 else _title(name, f"{place}. ")
        for place, (name, title) in enumerate(cut.items(), 1)
    }


def _title(name: str, number: str = "") -> str:
    return number + parts.cut_within(" ".join(name.split()), modals.OPTION_LIMIT - len(number))


def said_message(said: Said) -> Message | None:
    """What the person reads for themselves; None: the answer itself shows it all."""
    sentences = [_again(said)] if not said.is_new else []
    if said.verdict.disputed:
        sentences.append(f"{differing(said.verdict)} It counts once you agree{_or_decided(said)}.")
    if said.verdict.settled_by and said.opinion.user_id not in said.verdict.by:
        decided = ", ".join(map(parts.mention, said.verdict.settled_by))
        sentences.append(f"{decided} decided that it is {_what(said.verdict.say, said.verdict.label)}.")
    if said.is_new and not said.asked.in_service:
        sentences.append(_gone(said.asked))
    if said.hint:
        sentences.append(
            "Thank you. Pictures of this channel are not kept, so the model cannot learn from this one;"
            " `/classify keep 90d` has them kept for 90 days."
        )
    return parts.note(" ".join(sentences)) if sentences else None


def _or_decided(said: Said) -> str:
    """Who else may settle it; nobody, where those differ who may decide."""
    if said.opinion.decides:
        return ""
    return f", or once {parts.mention(said.asked.endpoint.owner)} or an approver says what it is"


def question(verdict: Verdict) -> Message:
    """What the thread reads once where people differ."""
    return parts.note(f"{differing(verdict)} What is it?")


def settled(verdict: Verdict) -> Message:
    """What stands in the question's place once they agree, or somebody decided."""
    what = _what(verdict.say, verdict.label)
    by = verdict.settled_by or verdict.by
    says = "decided" if verdict.settled_by else "agreed" if len(by) > 1 else "says"
    people = ", ".join(map(parts.mention, by))
    return parts.note(f"{people} {says}: it is {what}." if says != "says" else f"It is {what}, says {people}.")


def differing(verdict: Verdict) -> str:
    """`@a says cat, @b says fox.`"""
    return f"{', '.join(_side(side) for side in verdict.sides[:4])}."


def _side(side: Side) -> str:
    people = ", ".join(map(parts.mention, side.by[:3]))
    more = f" and {len(side.by) - 3} more" if len(side.by) > 3 else ""
    says = "says" if len(side.by) == 1 else "say"
    return f"{people}{more} {says} {_what(side.say, side.label)}"


def _what(say: Say, label: str) -> str:
    match say:
        case Say.LABEL:
            return f"*{parts.class_name(label)}*"
        case Say.NONE:
            return "none of the model's classes"
        case Say.UNFAIR:
            return "not a fair picture"


def _again(said: Said) -> str:
    return f"You said so already: {_what(said.opinion.say, said.opinion.label)}. It counts once."


def _gone(asked: Asked) -> str:
    name = parts.name(asked.upload.endpoint_name)
    return f"*{name}* is gone by now; what you say still counts for its data set."


def _radio(chosen: Say) -> RadioButtonsElement:
    options = [modals.option(say, text, _NOTES.get(say, "")) for say, text in _SAYS.items()]
    initial = next(one for one in options if one.value == chosen)
    return RadioButtonsElement(action_id=modals.VALUE, options=options, initial_option=initial)


def _picker(asked: Asked) -> Block:
    """All classes in a list, or else a search among them: Slack lists a hundred at most."""
    mine = [name for name in asked.classes if asked.mine and (asked.mine.say, asked.mine.label) == (Say.LABEL, name)]
    chosen = next(iter(class_options(asked, mine)), None)
    if 0 < len(asked.classes) <= MOST_LISTED:
        listed = class_options(asked, asked.classes)
        return modals.choice_input(CLASS, "Class", listed, chosen.value if chosen else "", optional=True)
    return modals.search_input(CLASS, "Class", CLASSES, chosen, optional=True)
