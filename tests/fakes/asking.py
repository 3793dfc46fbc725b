"""What it takes to ask for images, in memory: conversations, and what the operators are told."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain.sharing import SharedMessage
from bot.errors import ChatError, DarkroomError, NoMessageError


@dataclass(slots=True)
class FakeToldRows:
    """ToldRows."""

    rows: dict[str, datetime] = field(default_factory=dict)

    def first(self, key: str, now: datetime, again_after: timedelta) -> bool:
        if key in self.rows and self.rows[key] > now - again_after:
            return False
        self.rows[key] = now
        return True

    def forget(self, key: str) -> None:
        self.rows.pop(key, None)


@dataclass(slots=True)
class FakeOperatorPost:
    """OperatorPost; `trouble` is what comes of the next note."""

    told: list[str] = field(default_factory=list)
    trouble: ChatError | None = None

    def scope_missing(self, scope: str) -> None:
        if self.trouble:
            raise self.trouble
        self.told.append(scope)


@dataclass(slots=True)
class FakeConversations:
    """Conversations: messages by channel and `ts`, who may see which closed conversation, and errors by channel.

    To `deleted` ones, by their `ts`, there is no link.
    """

    messages: dict[tuple[str, str], SharedMessage] = field(default_factory=dict)
    closed: dict[str, frozenset[str]] = field(default_factory=dict)
    troubles: dict[str, DarkroomError] = field(default_factory=dict)
    deleted: set[str] = field(default_factory=set)

    def has(self, message: SharedMessage) -> SharedMessage:
        self.messages[message.channel_id, message.message_ts] = message
        return message

    def message(self, channel_id: str, message_ts: str, thread_ts: str = "") -> SharedMessage:
        if channel_id in self.troubles:
            raise self.troubles[channel_id]
        if (channel_id, message_ts) not in self.messages:
            raise NoMessageError("The message is gone.")
        return self.messages[channel_id, message_ts]

    def shown_to(self, channel_id: str, user_id: str) -> bool:
        if channel_id in self.troubles:
            raise self.troubles[channel_id]
        return channel_id not in self.closed or user_id in self.closed[channel_id]

    def workspace_url(self) -> str:
        return "https://lab.slack.com/"

    def link(self, channel_id: str, message_ts: str) -> str:
        if message_ts in self.deleted:
            raise NoMessageError("The message is gone.")
        return f"https://darkroom-lab.slack.com/archives/{channel_id}/p{message_ts.replace('.', '')}"
