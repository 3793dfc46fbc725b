"""The message about training a live model on with pictures from use: the offer, and what became of it."""

from slack_sdk.models.blocks import Block

from bot.domain.retrainings import Retraining, RetrainingStatus
from bot.views import figures, parts
from bot.views.message import Message

START, LATER = "retraining.start", "retraining.later"


def retraining_message(retraining: Retraining) -> Message:
    """To the owner, and then for everybody to read."""
    if retraining.status == RetrainingStatus.OFFERED:
        return _offer(retraining)
    sign, said = _became(retraining)
    return parts.message(said, [parts.section(f"{sign} {said}")])


def learning_reply(retraining: Retraining) -> Message:
    """The answer to whoever asked for it."""
    pictures = with_pictures(len(retraining.lot.trained))
    name, version = parts.name(retraining.endpoint_name), parts.name(retraining.version_name)
    return parts.note(f"*{name}* is trained on {pictures}: first *{version}* is made, then its job starts by itself.")


def with_pictures(count: int) -> str:
    return f"with {figures.of_things(count, 'picture')} from use"


def _offer(retraining: Retraining) -> Message:
    name, new = parts.name(retraining.endpoint_name), _new(retraining)
    return parts.message(f"{name} could learn from {new} that people have labelled.", offer_blocks(retraining))


def _new(retraining: Retraining) -> str:
    return figures.of_things(retraining.lot.fresh, "new picture")


def offer_blocks(retraining: Retraining) -> list[Block | None]:
    """The offer with its buttons, in its message and on its owner's App Home."""
    name, new = parts.name(retraining.endpoint_name), _new(retraining)
    said = f"*{name}* could learn from {new} that people have labelled."
    return [
        parts.section(f"{parts.DECISION} {parts.mention(retraining.owner)} {said}"),
        parts.context(" · ".join(_figures(retraining))),
        parts.actions(
            [
                parts.button(f"Train on with {new}", START, retraining.id),
                parts.button("Not now", LATER, retraining.id),
            ]
        ),
    ]


def _figures(retraining: Retraining) -> list[str]:
    lot = retraining.lot
    older = len(lot.trained) - lot.fresh
    again = [f"{figures.count(older)} earlier ones along with them"] if older > 0 else []
    cost = figures.money(retraining.cost) if retraining.cost is not None else "at a price that is not known"
    return [
        f"{figures.count(lot.wrong)} of them the model had wrong",
        *again,
        f"{figures.of_things(lot.held_out, 'other')} held out to compare with",
        f"about {cost}" if retraining.cost is not None else cost,
    ]


def _became(retraining: Retraining) -> tuple[str, str]:
    """A sign, and what it stands for."""
    name, version = parts.name(retraining.endpoint_name), parts.name(retraining.version_name)
    who = parts.mention(retraining.decided_by) if retraining.decided_by else ""
    pictures = with_pictures(len(retraining.lot.trained))
    match retraining.status:
        case RetrainingStatus.WANTED:
            return parts.RUNNING, f"{who} trains {name} on {pictures}. {version} is being made; its job starts then."
        case RetrainingStatus.STARTED:
            return parts.DONE, f"{who} trains {name} on {pictures}: {parts.name(retraining.started_job)} on {version}."
        case RetrainingStatus.FAILED:
            return parts.FAILED, f"{who} {name} was not trained on. {parts.prose(retraining.problem)}"
        case _:
            again = f"`/endpoints learn {name}` does it all the same."
            said = f"{who} has said not now" if who else "it has another model by now"
            return parts.STOPPED, f"{name} is not trained on with these pictures: {said}. {again}"
