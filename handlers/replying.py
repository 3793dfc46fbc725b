"""How listeners answer: the acknowledgement itself carries the reply to a command, seen by the asker only."""

import logging
from collections.abc import Mapping
from typing import Any

from slack_bolt import Ack, BoltContext, BoltResponse, Respond
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.domain.cards import Card
from bot.views.message import Message

log = logging.getLogger(__name__)


def ack_with(ack: Ack, message: Message) -> BoltResponse:
    """Acknowledge a slash command with a reply that only its sender sees."""
    return ack(text=message.text, blocks=message.blocks, response_type="ephemeral")


def whisper(respond: Respond, message: Message) -> None:
    """Reply to a click, for the clicker only, leaving the clicked message as it is."""
    respond(text=message.text, blocks=message.blocks, response_type="ephemeral", replace_original=False)


def tell(context: BoltContext, message: Message) -> None:
    """Reply to a click that may have been made on App Home, which has no place for a reply: there by direct message."""
    if context.response_url and context.respond is not None:
        whisper(context.respond, message)
    elif context.client is not None and context.user_id:
        context.client.chat_postMessage(channel=context.user_id, text=message.text, blocks=message.blocks)


def conversation_of(body: Mapping[str, Any]) -> str:
    """Where the button stands, or a direct conversation with its person where that is no conversation, as Home."""
    return str(body.get("channel", {}).get("id", "") or body["user"]["id"])


def link_to(client: WebClient, card: Card) -> str:
    """The address of the live card; empty where it stands nowhere yet, or Slack does not tell."""
    if not card.message_ts:
        return ""
    try:
        return str(client.chat_getPermalink(channel=card.channel_id, message_ts=card.message_ts)["permalink"])
    except SlackApiError:
        log.info("permalink_unknown channel=%s ts=%s", card.channel_id, card.message_ts)
        return ""
