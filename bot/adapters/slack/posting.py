"""Messages to Slack that are posted once: posting, editing, and finding what was posted before a crash.

Slack takes no idempotency key, so every message carries what it is about as metadata, and where it may have been posted
already the conversation is searched for it.
"""

import hashlib
import json
import logging
from datetime import datetime, timedelta
from typing import Any

from slack_sdk import WebClient

from bot.adapters.slack.client import translated
from bot.errors import ChatError, NoMessageError, NoPlaceError
from bot.views.message import Message

EVENT_TYPE = "darkroom"
# What Slack recommends at most: https://docs.slack.dev/apis/web-api/pagination
PAGE = 200
log = logging.getLogger(__name__)


class Posting:
    """One message about one thing; calls raise ChatBusyError, NoPlaceError, NoMessageError or ChatError."""

    def __init__(self, client: WebClient) -> None:
        self._client = client

    def post(self, channel_id: str, message: Message, part: str, **where: Any) -> tuple[str, str]:
        """Post it as our message about `part`, joining the channel where need be; returns its channel and `ts`."""
        try:
            return self._post_once(channel_id, message, part, **where)
        except NoPlaceError as error:
            if error.code != "not_in_channel":
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

    def posted_before(self, channel_id: str, part: str, thread_ts: str = "", since: datetime | None = None) -> str:
        """The `ts` of our message about `part`, or an empty string; a conversation we cannot read has none."""
        oldest = str((since - timedelta(minutes=1)).timestamp()) if since else "0"
        arguments: dict[str, Any] = {"channel": channel_id, "include_all_metadata": True, "limit": PAGE}
        try:
            with translated("look"):
                if thread_ts:
                    pages = self._client.conversations_replies(ts=thread_ts, **arguments)
                else:
                    pages = self._client.conversations_history(oldest=oldest, **arguments)
                # Of a thread the oldest come first, and of a channel the newest: it may stand on the last page.
                found = (str(one["ts"]) for page in pages for one in page["messages"] if _about(one) == part)
                return next(found, "")
        except (NoPlaceError, NoMessageError):
            return ""


def digest_of(message: Message) -> str:
    """What stands for a message where only its changes matter."""
    return hashlib.sha256(json.dumps([message.text, message.blocks]).encode()).hexdigest()[:16]


def _about(message: dict[str, Any]) -> str:
    metadata = message.get("metadata") or {}
    if metadata.get("event_type") != EVENT_TYPE:
        return ""
    return str(metadata.get("event_payload", {}).get("id", ""))
