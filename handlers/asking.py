"""Asking for images by the message shortcut, and choosing which endpoint looks at a direct message's."""

from typing import Any

from slack_bolt import Ack, App, Respond

from bot.services.asking import Asking
from bot.views import asking as views
from handlers.replying import whisper

SHORTCUT = "classify_images"


def register(app: App) -> None:
    app.message_shortcut(SHORTCUT)(images_wanted)
    app.action(views.CHOOSE)(endpoint_chosen)


def images_wanted(ack: Ack, body: dict[str, Any], respond: Respond, asking: Asking) -> None:
    ack()
    message, channel_id = body["message"], body["channel"]["id"]
    asked = asking.ask_at(channel_id, message["ts"], message.get("thread_ts") or "", body["user"]["id"])
    whisper(respond, views.asked(asked))


def endpoint_chosen(ack: Ack, action: dict[str, Any], body: dict[str, Any], asking: Asking) -> None:
    ack()
    asking.choose(body["channel"]["id"], action["selected_option"]["value"], body["user"]["id"])
