"""Messages with files: what people share in channels that have an endpoint is recorded, and answered by the worker."""

from typing import Any

from slack_bolt import App, BoltContext

from bot.services.classification import Classification, SharedFile, SharedMessage


def register(app: App) -> None:
    # `event("message")` takes every message, so the more exact listener stands first. `message()` would never see an
    # image without a comment: it wants a text.
    app.event({"type": "message", "subtype": "file_share"})(image_shared)
    app.event("message")(ignored)


def image_shared(event: dict[str, Any], context: BoltContext, classification: Classification) -> None:
    if event.get("bot_id") or event.get("user") == context.bot_user_id:
        return
    classification.receive(
        SharedMessage(
            channel_id=event["channel"],
            user_id=event["user"],
            message_ts=event["ts"],
            thread_ts=event.get("thread_ts") or event["ts"],
            files=tuple(shared_file(one) for one in event.get("files", []) if _readable(one)),
        )
    )


def ignored() -> None:
    """Other messages are people's own affair; without a listener Bolt would not acknowledge them."""


def _readable(file: dict[str, Any]) -> bool:
    """Pictures, and what calls itself one: a snippet, a post or a video is nobody's wish to have classified."""
    if file.get("mode") not in ("hosted", "external"):
        return False
    return str(file.get("mimetype", "")).startswith("image/") or file.get("filetype") in ("heic", "webp", "tiff")


def shared_file(file: dict[str, Any]) -> SharedFile:
    """What Slack says of a file."""
    url = file.get("url_private_download") or file.get("url_private") or ""
    return SharedFile(file["id"], file.get("name") or file["id"], url, int(file.get("size") or 0))
