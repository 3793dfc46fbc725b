"""Trying an endpoint out: the form for an image or one of the latest, and the message that waits for the answer."""

from collections.abc import Sequence
from datetime import UTC

from slack_sdk.models.blocks import Block
from slack_sdk.models.blocks.block_elements import FileInputElement

from bot.domain.endpoints import Endpoint
from bot.domain.uploads import Upload
from bot.views import modals, parts
from bot.views.message import Message, View

SUBMIT = "endpoint.tried"
LATEST, FILE = "latest", "file"
MOST_FILES = 5


def try_modal(endpoint: Endpoint, latest: Sequence[Upload], channel_id: str) -> View:
    """`latest` are images of the channel in which somebody wants to try it, newest first."""
    options = [(one.id, f"{one.file_name}, {one.received_at.astimezone(UTC):%d %b %H:%M} UTC") for one in latest]
    blocks: list[Block | None] = [
        parts.section(f"*{parts.name(endpoint.name)}* answers in a message to you, and nobody else sees it."),
        modals.select_input(LATEST, "One of the latest images", options, optional=True) if options else None,
        modals.input_block(
            FILE,
            "Or an image of yours" if options else "An image of yours",
            FileInputElement(action_id=modals.VALUE, filetypes=["png", "jpg", "jpeg"], max_files=MOST_FILES),
            optional=True,
        ),
    ]
    return modals.modal(
        "Try an endpoint",
        blocks,
        submit="Try",
        callback_id=SUBMIT,
        metadata={"id": endpoint.id, "channel_id": channel_id},
    )


def trying_message(endpoint: Endpoint, file_names: Sequence[str]) -> Message:
    """The message to the one who tries it; the answer comes in its thread."""
    files = ", ".join(parts.code(one) for one in file_names)
    return parts.note(f"Trying *{parts.name(endpoint.name)}* with {files}.")
