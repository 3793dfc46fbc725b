"""What a message may say: text, blocks, attachments and metadata, checked as Slack checks them."""

from typing import Any

from sandbox.slack.access import can_be_shown
from sandbox.slack.answers import ApiError, Json, refused_by_pointer, without_nulls
from sandbox.slack.arguments import Arguments
from sandbox.slack.blocks import MESSAGE, check_blocks, slack_files, with_ids
from sandbox.slack.rules import complaint
from sandbox.slack.site import Site

MOST_TEXT_POSTED = 40_000
MOST_TEXT_UPDATED = 4_000
MOST_ATTACHMENTS = 100


def compose(site: Site, arguments: Arguments, most_text: int) -> Json:
    """The parts that were given; raises `no_text`, `msg_too_long`, `invalid_blocks` and their like."""
    content: Json = {"text": arguments.text("text")}
    blocks = checked_blocks(site, arguments.structure("blocks", "invalid_blocks_format"))
    if blocks:
        content["blocks"] = blocks
    attachments = arguments.structure("attachments", "invalid_attachments")
    if attachments is not None:
        content["attachments"] = _checked_attachments(site, attachments)
    if not (content["text"] or blocks or attachments):
        raise ApiError("no_text")
    if len(content["text"]) > most_text:
        raise ApiError("msg_too_long")
    return content | _metadata(arguments)


def checked_blocks(site: Site, blocks: Any, at: str = "/blocks", error: str = "invalid_blocks") -> list[Json]:
    """A message's blocks with their ids filled in; absent ones are none."""
    if blocks is None:
        return []
    if not isinstance(blocks, list):
        raise ApiError("invalid_blocks_format")
    blocks = without_nulls(blocks)
    complaints = check_blocks(blocks, MESSAGE, at) or file_complaints(site, blocks, at)
    if complaints:
        raise refused_by_pointer(error, complaints)
    return with_ids(blocks)


def file_complaints(site: Site, blocks: list[Json], at: str) -> list[str]:
    """A picture that Slack has not looked at yet, or that the bot cannot see, is an invalid slack file."""
    references = slack_files(blocks, at)
    return [complaint("invalid slack file", pointer) for file, pointer in references if not can_be_shown(site, file)]


def _checked_attachments(site: Site, attachments: Any) -> list[Json]:
    if not isinstance(attachments, list) or not all(isinstance(entry, dict) for entry in attachments):
        raise ApiError("invalid_attachments")
    if len(attachments) > MOST_ATTACHMENTS:
        raise ApiError("too_many_attachments")
    for index, attachment in enumerate(attachments):
        checked_blocks(site, attachment.get("blocks"), f"/attachments/{index}/blocks")
    return attachments


def _metadata(arguments: Arguments) -> Json:
    metadata = arguments.structure("metadata", "invalid_metadata_format")
    if metadata is None:
        return {}
    if not isinstance(metadata, dict) or not metadata.get("event_type"):
        raise ApiError("invalid_metadata_format")
    if not isinstance(metadata.get("event_payload"), dict):
        raise ApiError("invalid_metadata_format")
    return {"metadata": metadata}
