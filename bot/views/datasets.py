"""A data set's card, from the wish to the finished set, and the short notes that go with it."""

from datetime import datetime

from bot.domain.preparations import Preparation
from bot.views import parts
from bot.views.message import Message


def data_set_card(preparation: Preparation, now: datetime) -> Message:  # noqa: ARG001 - shown later
    """The preparation as it stands."""
    head = f"Data set {parts.name(preparation.name)}"
    return parts.message(parts.sentence(head, preparation.status), [parts.section(f"*{head}*")])


def finished_note(preparation: Preparation) -> Message | None:
    """The line in the card's thread that tells the requester of the end."""
    return None if preparation.open else parts.note(f"{parts.mention(preparation.requested_by)} it has ended.")
