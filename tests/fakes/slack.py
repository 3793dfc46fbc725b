"""Slack's ports in memory: cards and answers that were shown, files that were uploaded, and who is in which group."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.domain.answers import Answer, AnswerCase
from bot.domain.cards import ACCURACY, Card, Chart, Subject, milestone
from bot.domain.image_rules import ImageFacts
from bot.domain.sharing import SharedFile
from bot.domain.uploads import UploadStatus
from bot.errors import ChatBusyError, DarkroomError, RefusedError
from tests.fakes.platform import Troubles


class FakeAnnouncer:
    """Announcer. Its digest of a card is the subject itself; every message gets a `ts` that counts up."""

    def __init__(self) -> None:
        self.shown: list[tuple[str, Subject]] = []
        self.announced: list[tuple[str, str]] = []
        self.together: dict[frozenset[str], list[str]] = {}
        self.picture_waits = False
        self._digests: dict[str, str] = {}
        self._posted = 0
        self._troubles = Troubles()

    def show(self, card: Card, subject: Subject, now: datetime) -> Card:
        self._troubles.take("show")
        waiting = {ACCURACY: Chart(waiting_file_id="F1")} if self.picture_waits else {}
        if card.digest != str(hash(repr(subject))):
            self.shown.append((card.subject_id, subject))
        self._troubles.take("show", after=True)
        return replace(
            card,
            message_ts=card.message_ts or self._next_ts(),
            digest=str(hash(repr(subject))),
            pictures=waiting,
        )

    def announce(self, card: Card, subject: Subject, *, told_together: bool = False) -> None:
        self._troubles.take("announce")
        self.announced.append((card.subject_id, milestone(subject)))
        self._troubles.take("announce", after=True)

    def announce_together(self, cards: Sequence[tuple[Card, Subject]], now: datetime) -> None:
        self._troubles.take("announce_together")
        news = [card.subject_id for card, subject in cards if card.announced != milestone(subject)]
        if news:
            self.together.setdefault(frozenset(card.subject_id for card, _ in cards), news)
        self._troubles.take("announce_together", after=True)

    def fails(self, operation: str, error: DarkroomError, *, answer_lost: bool = False) -> None:
        """The next call of the operation fails; with `answer_lost` after it has been done."""
        self._troubles.waiting.append((operation, error, answer_lost))

    def _next_ts(self) -> str:
        self._posted += 1
        return f"1772443800.{self._posted:06}"


class FakeAnswerWriter:
    """AnswerWriter. `said` has for each message in a thread what it said, one after the other."""

    def __init__(self) -> None:
        self.said: dict[str, list[list[UploadStatus]]] = {}
        self._troubles = Troubles()

    def write(self, case: AnswerCase) -> Answer:
        self._troubles.take("write")
        statuses = [upload.status for upload in case.uploads]
        if case.answer.digest == str(statuses):
            return case.answer
        reply_ts = case.answer.reply_ts or f"1772443900.{len(self.said) + 1:06}"
        self.said.setdefault(reply_ts, []).append(statuses)
        self._troubles.take("write", after=True)
        return replace(case.answer, reply_ts=reply_ts, digest=str(statuses))

    def fails(self, error: DarkroomError, *, answer_lost: bool = False) -> None:
        """The next writing fails; with `answer_lost` after it has been done."""
        self._troubles.waiting.append(("write", error, answer_lost))


@dataclass(slots=True)
class FakeFiles:
    """Files: bytes by address, or the error that a test put there."""

    kept: dict[str, bytes | DarkroomError] = field(default_factory=dict)
    fetched: list[str] = field(default_factory=list)
    described: dict[str, SharedFile | DarkroomError] = field(default_factory=dict)

    def describe(self, file_id: str) -> SharedFile:
        """By its id, or the error that a test put there."""
        found = self.described.get(file_id, RefusedError("The file is no longer there.", code="deleted"))
        if isinstance(found, DarkroomError):
            raise found
        return found

    def fetch(self, url: str, max_bytes: int) -> bytes:
        self.fetched.append(url)
        found = self.kept.get(url, RefusedError("The file is no longer there."))
        if isinstance(found, DarkroomError):
            raise found
        return found


@dataclass(slots=True)
class FakeImages:
    """Images: what a test says of bytes, and of those that were converted."""

    facts: ImageFacts = field(default_factory=lambda: ImageFacts("PNG", 640, 480, 1000))
    after_conversion: ImageFacts = field(default_factory=lambda: ImageFacts("JPEG", 640, 480, 1000))

    def look(self, image: bytes) -> ImageFacts:
        return self.after_conversion if image.startswith(b"converted ") else self.facts

    def as_jpeg(self, image: bytes) -> bytes:
        return b"a JPEG of " + image

    def cleaned(self, image: bytes) -> bytes:
        return image

    def converted(self, image: bytes) -> bytes:
        return b"converted " + image


@dataclass(slots=True)
class FakeDirectory:
    """Directory: user groups with their members; `asked` has every question, and `unread` what Slack does not say."""

    groups: dict[str, frozenset[str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    unread: frozenset[str] = frozenset()

    def members(self, group_id: str) -> frozenset[str]:
        self.asked.append(group_id)
        if group_id in self.unread:
            raise ChatBusyError("I cannot read right now who is in the user group; try again in half a minute.")
        return self.groups.get(group_id, frozenset())
