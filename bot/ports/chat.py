"""What the services need of Slack."""

from datetime import datetime
from typing import Protocol

from bot.domain.cards import Card, Subject
from bot.domain.endpoints import Endpoint
from bot.domain.predictions import Upload


class Announcer(Protocol):
    """The one writer to Slack outside of a reply. Calls may raise ChatBusyError, NoPlaceError or ChatError."""

    def show(self, card: Card, subject: Subject, now: datetime) -> Card:
        """Make Slack show the subject: post the card, edit it where it differs, or do nothing. Returns the card."""

    def announce(self, card: Card, subject: Subject) -> None:
        """Tell the card's thread, and the channel where it matters, of the milestone that the subject has reached."""

    def answer(self, upload: Upload, endpoint: Endpoint | None) -> str:
        """Post or edit the upload's answer in its thread; returns the answer's `message_ts`."""


class Files(Protocol):
    """Files that people uploaded to Slack."""

    def fetch(self, url: str, max_bytes: int) -> bytes:
        """The file's bytes. RefusedError: it is larger, or no file came but a web page; ChatBusyError: try later."""


class Directory(Protocol):
    """Who is in a user group."""

    def members(self, group_id: str) -> frozenset[str]: ...
