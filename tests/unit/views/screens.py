"""Reading what a screen offers and says."""

from typing import Any

from bot.domain.endpoints import Endpoint
from bot.domain.uploads import Upload
from bot.views import answers
from bot.views.message import Message
from tests.builders import an_answer_case


def actions(blocks: list[dict[str, Any]]) -> set[str]:
    """The action ids of all buttons."""
    elements = [element for block in blocks for element in (*block.get("elements", ()), block.get("accessory", {}))]
    return {element["action_id"] for element in elements if element.get("type") == "button"}


def said(message: Message) -> str:
    return str(message.blocks)


def answer_said(upload: Upload, endpoint: Endpoint | None) -> Message:
    """The answer to a message with this one image."""
    return answers.answer_message(an_answer_case(upload, endpoint=endpoint))
