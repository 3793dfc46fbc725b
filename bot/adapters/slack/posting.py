"""Messages to Slack that are posted once: posting, editing, and finding what was posted before a crash.

Slack takes no idempotency key, so every message carries what it is about as metadata, and where it may have been posted
already the conversation is searched for it. A file in a thread cannot carry metadata: it is known by its name.
"""

import hashlib
import json
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from slack_sdk import WebClient

from bot.adapters.slack.client import translated
from bot.errors import ChatBusyError, ChatError, MissingScopeError, NoMessageError, NoPlaceError
from bot.views.message import Message

EVENT_TYPE = "darkroom"
# What Slack recommends at most: https://docs.slack.dev/apis/web-api/pagination
PAGE = 200
# Our clock and Slack's may differ.
_APART = timedelta(minutes=5)
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file for a thread, with the words that stand above it."""

    name: str
    title: str
    content: bytes
    words: str


class Posting:
    """One message about one thing; calls raise ChatBusyError, NoPlaceError, NoMessageError or ChatError."""

    def __init__(self, client: WebClient) -> None:
        self._client = client
        self._identity: Mapping[str, Any] = {}

    def post(
        self, channel_id: str, message: Message, part: str, *, joins: bool = True, **where: Any
    ) -> tuple[str, str]:
        """Post it as our message about `part`; returns its channel and `ts`.

        Where we are not in the channel it `joins`; not where we were, and somebody wanted us to leave.
        """
        try:
            return self._post_once(channel_id, message, part, **where)
        except NoPlaceError as error:
            if error.code != "not_in_channel" or not joins:
                raise
            self._join(channel_id)
            return self._post_once(channel_id, message, part, **where)

    def _post_once(self, channel_id: str, message: Message, part: str, **where: Any) -> tuple[str, str]:
        with translated("post"):
            response = self._client.chat_postMessage(
                channel=channel_id,
                text=message.text,
                blocks=message.blocks,
                metadata={"event_type": EVENT_TYPE, "event_payload": {"id": part}},
                unfurl_links=False,
                unfurl_media=False,
                **where,
            )
        return str(response["channel"]), str(response["ts"])

    def _join(self, channel_id: str) -> None:
        try:
            with translated("join"):
                self._client.conversations_join(channel=channel_id)
        except ChatBusyError:
            raise
        except ChatError as error:
            raise NoPlaceError("I cannot write in this conversation.", code=error.code) from error

    def update(self, channel_id: str, message_ts: str, message: Message) -> None:
        """Show something else in the message's place. NoMessageError: it is gone."""
        with translated("update"):
            self._client.chat_update(channel=channel_id, ts=message_ts, text=message.text, blocks=message.blocks)

    def remove(self, channel_id: str, message_ts: str) -> None:
        """Take a message of ours back; one that is gone is gone."""
        try:
            with translated("delete"):
                self._client.chat_delete(channel=channel_id, ts=message_ts)
        except NoMessageError:
            log.info("message_gone channel=%s ts=%s", channel_id, message_ts)

    def attach(self, channel_id: str, thread_ts: str, file: Attachment) -> None:
        """Put a file into a thread."""
        with translated("upload"):
            self._client.files_upload_v2(
                content=file.content,
                filename=file.name,
                title=file.title,
                channel=channel_id,
                thread_ts=thread_ts,
                initial_comment=file.words,
            )

    def posted_before(
        self, channel_id: str, part: str, thread_ts: str = "", since: datetime | None = None, file_name: str = ""
    ) -> str:
        """The `ts` of our message about `part`, or with a file of that name; empty: none, or none that we can read.

        Nothing that is older than `since` is looked at.
        """
        oldest = str((since - _APART).timestamp()) if since else "0"
        arguments: dict[str, Any] = {
            "channel": channel_id,
            "oldest": oldest,
            "include_all_metadata": True,
            "limit": PAGE,
        }
        try:
            with translated("look"):
                if thread_ts:
                    pages = self._client.conversations_replies(ts=thread_ts, **arguments)
                else:
                    pages = self._client.conversations_history(**arguments)
                # Of a thread the oldest come first, and of a channel the newest: it may stand on the last page.
                messages = (one for page in pages for one in page["messages"])
                found = (one for one in messages if _about(one) == part or _has_file(one, file_name))
                # Any app can write our metadata into a message of its own.
                return next((str(one["ts"]) for one in found if self._is_ours(one)), "")
        except (NoPlaceError, NoMessageError, MissingScopeError):
            return ""

    def _is_ours(self, message: Mapping[str, Any]) -> bool:
        """By its author, as Slack names it: https://docs.slack.dev/reference/methods/auth.test tells who we are."""
        if not self._identity:
            us = self._client.auth_test()
            named = {"bot_id": us.get("bot_id"), "user": us.get("user_id")}
            self._identity = {name: known for name, known in named.items() if known}
        told = {name: message[name] for name in self._identity if message.get(name)}
        return bool(told) and all(self._identity[name] == author for name, author in told.items())


def digest_of(message: Message) -> str:
    """What stands for a message where only its changes matter."""
    return hashlib.sha256(json.dumps([message.text, message.blocks]).encode()).hexdigest()[:16]


def one_of(parts: Iterable[str]) -> str:
    """What a message is known by that is about several things."""
    return hashlib.sha256("\n".join(sorted(parts)).encode()).hexdigest()[:16]


def _about(message: Mapping[str, Any]) -> str:
    metadata = message.get("metadata") or {}
    if metadata.get("event_type") != EVENT_TYPE:
        return ""
    return str(metadata.get("event_payload", {}).get("id", ""))


def _has_file(message: Mapping[str, Any], name: str) -> bool:
    return bool(name) and any(file.get("name") == name for file in message.get("files", ()))
