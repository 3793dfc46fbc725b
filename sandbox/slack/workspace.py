"""The state of the workspace: people, channels, messages, files and views, and the team that it starts with."""

import itertools
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import ClassVar

from sandbox.slack.answers import ApiError, Json
from sandbox.slack.files import FileStore


@dataclass(frozen=True, slots=True)
class User:
    """A person, or the user that a bot posts as."""

    id: str
    name: str
    real_name: str
    color: str
    bot_id: str = ""
    app_id: str = ""
    team: str = "T0DARKROOM"
    tz: str = "Etc/UTC"

    @property
    def is_bot(self) -> bool:
        return bool(self.bot_id)

    @property
    def is_stranger(self) -> bool:
        """Somebody of another organisation, who is here by a shared channel only."""
        return self.team != Workspace.TEAM


@dataclass(frozen=True, slots=True)
class UserGroup:
    """A user group, which Slack's API calls a subteam."""

    id: str
    handle: str
    name: str
    users: tuple[str, ...]


@dataclass(slots=True)
class Channel:
    """A conversation with its messages by `ts`, in the order of posting."""

    id: str
    name: str
    members: set[str]
    is_private: bool = False
    is_im: bool = False
    is_mpim: bool = False
    user: str = ""
    topic: str = ""
    is_archived: bool = False
    is_ext_shared: bool = False
    messages: dict[str, Json] = field(default_factory=dict)
    threads: dict[str, list[str]] = field(default_factory=dict)
    whispers: list[tuple[str, Json]] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """The `channel_type` of an event."""
        if self.is_im:
            return "im"
        if self.is_mpim:
            return "mpim"
        return "group" if self.is_private else "channel"

    @property
    def scope_family(self) -> str:
        """The word in front of `:history` and `:read` in scopes for this kind of conversation."""
        return self.kind if self.is_direct else f"{self.kind}s"

    @property
    def is_direct(self) -> bool:
        """Whether it is a direct message, also among several: nobody joins these, and nobody is invited."""
        return self.is_im or self.is_mpim

    def visible_to(self, user_id: str) -> bool:
        return user_id in self.members or not (self.is_private or self.is_im)

    def thread(self, thread_ts: str) -> list[Json]:
        return [self.messages[ts] for ts in self.threads.get(thread_ts, ()) if ts in self.messages]

    def whisper(self, viewer: str, message_ts: str) -> Json | None:
        """The ephemeral message that `viewer` sees under this `ts`."""
        return next((m for who, m in self.whispers if who == viewer and m["ts"] == message_ts), None)


class Timestamps:
    """Message timestamps, which are ids too: unique and rising."""

    def __init__(self) -> None:
        self._last = 0

    def next(self) -> str:
        self._last = max(time.time_ns() // 1000, self._last + 1)
        return f"{self._last // 1_000_000}.{self._last % 1_000_000:06d}"


class Workspace:
    """One team with its state. Written by the server's thread only; read it from anywhere."""

    TEAM: ClassVar[str] = "T0DARKROOM"
    TEAM_NAME: ClassVar[str] = "Darkroom Lab"
    DOMAIN: ClassVar[str] = "darkroom-lab"
    ADA: ClassVar[str] = "U0ADA00001"
    GRACE: ClassVar[str] = "U0GRACE001"
    LIN: ClassVar[str] = "U0LIN00001"
    BOT_USER: ClassVar[str] = "U0DARKROOM"
    BOT: ClassVar[str] = "B0DARKROOM"
    APP: ClassVar[str] = "A0DARKROOM"
    OTHER_BOT_USER: ClassVar[str] = "U0OTHERBOT"
    OTHER_BOT: ClassVar[str] = "B0OTHERBOT"
    APPROVERS: ClassVar[str] = "S0APPROVER"
    GENERAL: ClassVar[str] = "C0GENERAL1"
    EMOJI: ClassVar[str] = "C0EMOJI001"
    PRIVATE_LAB: ClassVar[str] = "C0PRIVATE1"
    TRIO: ClassVar[str] = "C0TRIO0001"
    PARTNER_TEAM: ClassVar[str] = "T0PARTNERS"
    MIA: ClassVar[str] = "U0MIA00001"
    SHARED: ClassVar[str] = "C0SHARED01"

    def __init__(self) -> None:
        self.users = {user.id: user for user in _people()}
        self.groups = {self.APPROVERS: UserGroup(self.APPROVERS, "approvers", "Approvers", (self.GRACE,))}
        self.channels = {channel.id: channel for channel in _channels()}
        self.begin_group(self.TRIO, self.ADA, self.GRACE, self.BOT_USER)
        self.files = FileStore()
        self.views: dict[str, Json] = {}
        self.stacks: dict[str, list[str]] = {}
        self.homes: dict[str, Json] = {}
        self.timestamps = Timestamps()
        self._serials = itertools.count(1)

    @property
    def bot(self) -> User:
        return self.users[self.BOT_USER]

    def connect(self) -> Channel:
        """Share #partners with another organisation, by Slack Connect: Mia is one of its people."""
        self.users[self.MIA] = User(self.MIA, "mia", "Mia Partner", "4f6d7a", team=self.PARTNER_TEAM)
        members = {self.ADA, self.GRACE, self.MIA, self.BOT_USER}
        shared = Channel(self.SHARED, "partners", members, topic="With the partners", is_ext_shared=True)
        return self.channels.setdefault(shared.id, shared)

    def begin_group(self, channel_id: str, *members: str) -> Channel:
        """A direct message among several; whether the app is among them is settled when it begins."""
        return self.channels.setdefault(channel_id, _group(channel_id, [self.users[member] for member in members]))

    def new_id(self, prefix: str) -> str:
        return f"{prefix}{next(self._serials):010d}"

    def channel(self, channel_id: str) -> Channel:
        """Raises `channel_not_found`."""
        if channel_id in self.channels:
            return self.channels[channel_id]
        raise ApiError("channel_not_found")

    def user(self, user_id: str) -> User:
        """Raises `user_not_found`."""
        if user_id in self.users:
            return self.users[user_id]
        raise ApiError("user_not_found")

    def direct(self, user_id: str) -> Channel:
        """The direct message channel between the bot and a person; raises `channel_not_found`."""
        return self.channel(direct_channel(user_id))

    def open_view(self, user_id: str) -> Json | None:
        """The modal that this person has on top."""
        stack = self.stacks.get(user_id)
        return self.views[stack[-1]] if stack else None


def direct_channel(user_id: str) -> str:
    return f"D{user_id[1:]}"


def _group(channel_id: str, members: list[User]) -> Channel:
    # As Slack names them: https://docs.slack.dev/reference/objects/conversation-object
    name = f"mpdm-{'--'.join(member.name for member in members)}-1"
    return Channel(channel_id, name, {member.id for member in members}, is_private=True, is_mpim=True)


def _people() -> tuple[User, ...]:
    space = Workspace
    return (
        User(space.ADA, "ada", "Ada Lovelace", "8e4a9e", tz="Europe/London"),
        User(space.GRACE, "grace", "Grace Hopper", "2b6f8f", tz="America/New_York"),
        User(space.LIN, "lin", "Lin Lanying", "a3601f", tz="Asia/Shanghai"),
        User(space.BOT_USER, "darkroom", "darkroom", "4a1d1d", space.BOT, space.APP),
        User(space.OTHER_BOT_USER, "lighthouse", "lighthouse", "5b6b2f", space.OTHER_BOT, "A0OTHERBOT"),
    )


def _channels() -> Iterator[Channel]:
    space = Workspace
    people = {space.ADA, space.GRACE, space.LIN}
    everybody = people | {space.BOT_USER, space.OTHER_BOT_USER}
    yield Channel(space.GENERAL, "general", set(everybody), topic="Everything about the lab")
    yield Channel(space.EMOJI, "emoji", set(everybody), topic="Pictures to classify")
    yield Channel(space.PRIVATE_LAB, "private-lab", {space.ADA, space.GRACE}, is_private=True)
    for person in sorted(people):
        channel_id = direct_channel(person)
        yield Channel(channel_id, "", {person, space.BOT_USER}, is_im=True, user=person)
