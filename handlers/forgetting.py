"""What people delete in Slack is not kept elsewhere: files, and messages with files."""

from typing import Any

from slack_bolt import App

from bot.services.forgetting import Forgetting


def register(app: App) -> None:
    app.event("file_deleted")(file_deleted)


def file_deleted(event: dict[str, Any], forgetting: Forgetting) -> None:
    """https://docs.slack.dev/reference/events/file_deleted"""
    if event.get("file_id"):
        forgetting.file_gone(event["file_id"])
