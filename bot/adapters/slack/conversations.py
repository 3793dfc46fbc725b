"""Reads single messages, and who sees a conversation."""

import logging
from typing import Any

from slack_sdk import WebClient

from bot.adapters.slack.client import translated
from bot.domain.sharing import SharedMessage, shared_message
from bot.errors import ChatError, MissingScopeError, NoMessageError

# https://docs.slack.dev/reference/methods/conversations.members: of more than a thousand Slack tells page by page.
_PAGE = 1000
# The first is nobody's wish: a direct message is one person's. The second an older installation may lack.
_CLOSED = ("im:read", "mpim:read")
log = logging.getLogger(__name__)


class SlackConversations:
    """The port Conversations."""

    def __init__(self, client: WebClient) -> None:
        self._client = client
        self._url = ""

    def message(self, channel_id: str, message_ts: str, thread_ts: str = "") -> SharedMessage:
        only: dict[str, Any] = {"channel": channel_id, "oldest": message_ts, "latest": message_ts, "inclusive": True}
        with translated("look"):
            if thread_ts and thread_ts != message_ts:
                # The thread's first message always comes along.
                found = self._client.conversations_replies(ts=thread_ts, limit=2, **only)
            else:
                found = self._client.conversations_history(limit=1, **only)
        told = next((one for one in found["messages"] if one.get("ts") == message_ts), None)
        # A deleted message that has replies leaves this in its place.
        if told is None or told.get("subtype") == "tombstone":
            raise NoMessageError("The message is gone.")
        return shared_message(told, channel_id)

    def shown_to(self, channel_id: str, user_id: str) -> bool:
        try:
            return self.is_public(channel_id) or self._has_member(channel_id, user_id)
        except MissingScopeError as error:
            if error.scope in _CLOSED:
                return False
            raise

    def is_public(self, channel_id: str) -> bool:
        """Whether everybody in the workspace can read it."""
        with translated("look at a conversation"):
            channel = self._client.conversations_info(channel=channel_id)["channel"]
        return bool(channel.get("is_channel") and not channel.get("is_private"))

    def link(self, channel_id: str, message_ts: str) -> str:
        try:
            with translated("link"):
                return str(self._client.chat_getPermalink(channel=channel_id, message_ts=message_ts)["permalink"])
        except NoMessageError:
            raise
        except ChatError as error:
            log.info("permalink_unknown channel=%s ts=%s code=%s", channel_id, message_ts, error.code)
            return ""

    def workspace_url(self) -> str:
        if not self._url:
            try:
                with translated("auth.test"):
                    self._url = str(self._client.auth_test()["url"])
            except ChatError as error:
                log.info("workspace_unknown code=%s", error.code)
        return self._url

    def _has_member(self, channel_id: str, user_id: str) -> bool:
        cursor = ""
        while True:
            with translated("look at a conversation"):
                page = self._client.conversations_members(channel=channel_id, limit=_PAGE, cursor=cursor)
            if user_id in page["members"]:
                return True
            cursor = str((page.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor:
                return False
