"""What the services need of Slack."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.answers import Answer, AnswerCase
from bot.domain.cards import Card, Subject


class Announcer(Protocol):
    """The one writer to Slack outside of a reply. Calls may raise ChatBusyError, NoPlaceError or ChatError."""

    def show(self, card: Card, subject: Subject, now: datetime) -> Card:
        """Make Slack show the subject: post the card, edit it where it differs, or do nothing. Returns the card."""

    def announce(self, card: Card, subject: Subject, *, told_together: bool = False) -> None:
        """Tell the card's thread, and the channel where it matters, of the milestone that the subject has reached.

        What matters to the channel and was `told_together` with others is not said once more.
        """

    def announce_together(self, cards: Sequence[tuple[Card, Subject]], now: datetime) -> None:
        """Tell a channel in one message, once, of the milestones of several cards of it that matter to it."""


class AnswerWriter(Protocol):
    """Writes answers to images into their threads, with the same errors."""

    def write(self, case: AnswerCase) -> Answer:
        """Make Slack show the answer: post it, edit it where it differs, or do nothing. Returns the answer."""


class Files(Protocol):
    """Files that people uploaded to Slack."""

    def fetch(self, url: str, max_bytes: int) -> bytes:
        """The file's bytes. RefusedError: it is larger, or no file came but a web page; ChatBusyError: try later."""


class Directory(Protocol):
    """Who is in a user group."""

    def members(self, group_id: str) -> frozenset[str]:
        """ChatBusyError: nobody can say for now."""
