"""The buttons of an answer to images that have it made once more: try again, and convert and classify."""

from typing import Any

from slack_bolt import Ack, App

from bot.services.repeating import Repeating
from bot.views.answer_notes import AGAIN, CONVERT, CONVERT_ALL


def register(app: App) -> None:
    app.action(AGAIN)(try_again_clicked)
    app.action(CONVERT)(convert_clicked)
    app.action(CONVERT_ALL)(convert_all_clicked)


def try_again_clicked(ack: Ack, action: dict[str, Any], body: dict[str, Any], repeating: Repeating) -> None:
    ack()
    repeating.try_again(action["value"], body["user"]["id"])


def convert_clicked(ack: Ack, action: dict[str, Any], body: dict[str, Any], repeating: Repeating) -> None:
    ack()
    repeating.convert(action["value"], body["user"]["id"])


def convert_all_clicked(ack: Ack, action: dict[str, Any], body: dict[str, Any], repeating: Repeating) -> None:
    ack()
    repeating.convert_all(action["value"], body["user"]["id"])
