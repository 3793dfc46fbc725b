"""Messages with files: what people share is recorded, and answered by the worker; what they delete is let be."""

from typing import Any

from slack_bolt import App, BoltContext
from slack_sdk import WebClient

from bot.domain.sharing import shared_message
from bot.services.asking import Asking
from bot.services.forgetting import Forgetting
from handlers.mentions import is_to_us, mentioned


def register(app: App) -> None:
    # `event("message")` takes every message, so the more exact listeners stand first. `message()` would never see an
    # image without a comment: it wants a text.
    app.event({"type": "message", "subtype": "file_share"})(image_shared)
    app.event({"type": "message", "subtype": "thread_broadcast"})(image_shared)
    app.event({"type": "message", "subtype": "message_deleted"})(message_deleted)
    app.event({"type": "message", "subtype": "message_changed"})(message_changed)
    app.event("message")(other_message)


def image_shared(event: dict[str, Any], context: BoltContext, client: WebClient, asking: Asking) -> None:
    if event.get("bot_id") or event.get("user") in (None, context.bot_user_id):
        return
    asking.shared(shared_message(event, event["channel"]), direct=event.get("channel_type") == "im")
    if is_to_us(event, context):
        mentioned(event, client, context)


def message_deleted(event: dict[str, Any], asking: Asking, forgetting: Forgetting) -> None:
    if event.get("deleted_ts"):
        asking.deleted(event["channel"], event["deleted_ts"])
        forgetting.message_gone(event["channel"], event["deleted_ts"])


def message_changed(event: dict[str, Any], asking: Asking, forgetting: Forgetting) -> None:
    """An edited message is none that is new; a deleted one that has replies leaves a tombstone in its place."""
    message = event.get("message") or {}
    if message.get("subtype") == "tombstone" and message.get("ts"):
        asking.deleted(event["channel"], message["ts"])
        forgetting.message_gone(event["channel"], message["ts"])


def other_message(event: dict[str, Any], context: BoltContext, client: WebClient) -> None:
    """Other messages are people's own affair, unless they speak to us; without a listener Bolt acknowledges none."""
    if "subtype" not in event and is_to_us(event, context):
        mentioned(event, client, context)
