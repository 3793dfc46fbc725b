"""Channels in the words of a command: `<#C…|name>` as Slack writes one, and whether the bot is in it."""

import logging
import re

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.errors import UsageError
from bot.services.answering import require_member

# https://docs.slack.dev/messaging/formatting-message-text#linking-channels
_LINK = re.compile(r"<#(?P<id>[CG][A-Z0-9]+)(?:\|[^<>]*)?>")
_ID = re.compile(r"[CG][A-Z0-9]{7,}")
_ABSENT = ("not_in_channel", "channel_not_found")
log = logging.getLogger(__name__)


def channel_in(word: str, here: str) -> str:
    """The id of the channel that the word means; `here` is where it was said."""
    if word.lower() in ("here", ""):
        return here
    link = _LINK.fullmatch(word)
    if link:
        return link["id"]
    if _ID.fullmatch(word):
        return word
    raise UsageError(
        f"I can't tell which channel `{word}` is.",
        next_step="Type `#` and choose it from Slack's list, so that it becomes a link, or write `here`.",
    )


def require_to_be_in(client: WebClient, channel_id: str) -> None:
    """Refuse a channel that the bot is not in. Reading one message takes no permission that it does not have anyway."""
    try:
        client.conversations_history(channel=channel_id, limit=1)
    except SlackApiError as error:
        code = str(error.response.get("error", ""))
        log.info("channel_looked_at channel=%s code=%s", channel_id, code)
        require_member(channel_id, code not in _ABSENT)
