"""What a view makes of a domain object: a text for notifications and screen readers, and blocks for the eye."""

from dataclasses import dataclass
from typing import Any

# A block and a view as Slack's JSON has it.
BlockJson = dict[str, Any]
View = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Message:
    """`text` says what the first line says, as a sentence; `blocks` are ready for Slack's Web API."""

    text: str
    blocks: list[BlockJson]
