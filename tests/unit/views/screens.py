"""Reading what a screen offers and says."""

from typing import Any

from bot.views.message import Message


def actions(blocks: list[dict[str, Any]]) -> set[str]:
    """The action ids of all buttons."""
    elements = [element for block in blocks for element in (*block.get("elements", ()), block.get("accessory", {}))]
    return {element["action_id"] for element in elements if element.get("type") == "button"}


def said(message: Message) -> str:
    return str(message.blocks)
