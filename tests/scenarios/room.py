"""A room with people who talk to the bot, and ways to read what they see."""

import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from bot.bootstrap import UseCases
from bot.services.catalog import Catalog
from sandbox.slack.drawn import text_of
from sandbox.slack.person import Person
from sandbox.slack.server import LocalSlack
from sandbox.slack.workspace import Workspace

# How long to look for what must come, on a machine that does much else; what is there is seen at once.
PATIENCE = 90.0
Message = dict[str, Any]


@dataclass
class Room:
    """The workspace with its people, and what the bot is told of it."""

    slack: LocalSlack
    environment: dict[str, str]
    channel: str = Workspace.EMOJI
    bot: UseCases | None = None
    catalog: Catalog | None = None
    ada: Person = field(init=False)
    grace: Person = field(init=False)
    lin: Person = field(init=False)

    def __post_init__(self) -> None:
        self.ada, self.grace, self.lin = (
            Person(self.slack.url, one) for one in (Workspace.ADA, Workspace.GRACE, Workspace.LIN)
        )

    def shows(
        self, pattern: str, thread_ts: str | None = None, within: float = PATIENCE, to: Person | None = None
    ) -> Message:
        """What the channel (or a thread of it) comes to show."""
        return (to or self.ada).sees(self.channel, says(pattern), thread_ts=thread_ts, within=within)

    def whispers(self, to: Person, pattern: str, within: float = PATIENCE) -> Message:
        """What the bot comes to tell one person alone."""
        return to.sees(self.channel, lambda one: bool(one.get("is_ephemeral")) and says(pattern)(one), within=within)

    def told(self, person: Person, act: Callable[[], object], within: float = PATIENCE) -> str:
        """What the bot says to one person alone after what they do."""
        known = {one["ts"] for one in person.messages(self.channel)}
        act()

        def new(one: Message) -> bool:
            return bool(one.get("is_ephemeral")) and one["ts"] not in known

        return plain(person.sees(self.channel, new, within=within))

    def answer_to(self, person: Person, typed: str) -> str:
        """What the bot answers to a command, for its sender only."""
        return self.told(person, lambda: person.types(self.channel, typed))

    def current(self, message: Message) -> Message:
        """The message as it stands now."""
        return next(one for one in self.ada.messages(self.channel) if one["ts"] == message["ts"])

    def becomes(self, message: Message, pattern: str, within: float = PATIENCE) -> Message:
        """Wait until this very message says so."""
        return self.ada.sees(self.channel, lambda one: one["ts"] == message["ts"] and says(pattern)(one), within=within)

    def cards(self, pattern: str) -> list[Message]:
        """Public messages, top level, that say so."""
        found = self.ada.messages(self.channel)
        return [one for one in found if not one.get("is_ephemeral") and says(pattern)(one)]

    def trained(self, words: str = "emoji epochs=3") -> Message:
        """The card of a job that has been trained."""
        self.ada.types(self.channel, f"/train {words}")
        name = job_name(self.whispers(self.ada, r"Training emoji-\w+"))
        return self.shows(rf"Trained {name}", within=2 * PATIENCE)

    def asked(self, job: str, words: str = "", by: Person | None = None) -> Message:
        """The card of a new request to deploy the job."""
        person = by or self.ada
        known = {one["ts"] for one in person.messages(self.channel)}
        person.types(self.channel, f"/deploy {job} {words}")
        named = "".join(word.removeprefix("as=") for word in words.split() if word.startswith("as="))

        def new(one: Message) -> bool:
            is_public = one["ts"] not in known and not one.get("is_ephemeral")
            # A request of an earlier test may still be on its way to the channel.
            return is_public and says(rf"Deploy {job} to ")(one) and (not named or named in plain(one).splitlines())

        return person.sees(self.channel, new, within=PATIENCE)

    def deployed(self, job: str, words: str = "") -> Message:
        """The card of a new endpoint that Ada asked for and Grace approved."""
        card = self.asked(job, words)
        self.grace.clicks(card, "approval.approve")
        return self.becomes(card, ":large_green_circle:")

    def rejects(self, card: Message, why: str = "The live model is better.", by: Person | None = None) -> None:
        """Somebody, Grace unless said otherwise, rejects a request and says why."""
        person = by or self.grace
        person.clicks(card, "approval.reject")
        person.submits(person.modal(), {"why": why})

    def settles(self) -> None:
        """Wait until nothing runs and everything is shown, lest an earlier test's messages come into a later one."""
        assert self.bot
        training, cards = self.bot.training, self.bot.cards._cards
        until(lambda: not any(job.active for job in training.recent()) and not cards.behind())

    def replies(self, message: Message) -> list[str]:
        """What the message's thread says."""
        return [plain(one) for one in self.ada.messages(message["channel"], message["ts"])[1:]]


@dataclass(frozen=True)
class Lab:
    """A room that the tests of a module share, with a job that has been trained in it."""

    room: Room
    card: Message
    job: str


def plain(message: Message) -> str:
    """What a message says, without the marks of bold."""
    return text_of(message).replace("*", "")


def says(pattern: str) -> Callable[[Message], bool]:
    """Whether a message says so; bold or not makes no difference."""
    return lambda message: re.search(pattern, text_of(message).replace("*", "")) is not None


def job_name(message: Message) -> str:
    match = re.search(r"emoji-[0-9a-f]{6}", text_of(message))
    assert match, text_of(message)
    return match[0]


def public(messages: Iterable[Message]) -> list[Message]:
    """What everybody sees."""
    return [one for one in messages if not one.get("is_ephemeral")]


def until(condition: Callable[[], object], within: float = PATIENCE) -> None:
    deadline, pause = time.monotonic() + within, 0.01
    while not condition():
        assert time.monotonic() < deadline, f"not within {within:g} s"
        time.sleep(pause)
        pause = min(pause * 1.2, 0.1)
