"""What all modals share: the frame, inputs whose block is named like the field, and reading what was filled in."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from slack_sdk.models.blocks import (
    Block,
    InputBlock,
    NumberInputElement,
    Option,
    PlainTextInputElement,
    StaticSelectElement,
)
from slack_sdk.models.blocks.block_elements import InputInteractiveElement

from bot.errors import FieldError
from bot.views import parts
from bot.views.message import View

# Every input is the only one in its block, so the block tells which it is.
VALUE = "value"
_TITLE_LIMIT, _HINT_LIMIT, _ERROR_LIMIT = 24, 2000, 300
OPTION_LIMIT, OPTION_VALUE_LIMIT, _OPTIONS_LIMIT = 75, 150, 100


def modal(
    title: str,
    blocks: Iterable[Block | None],
    *,
    submit: str = "",
    callback_id: str = "",
    metadata: Mapping[str, str] | None = None,
) -> View:
    """A modal; without `submit` there is nothing to fill in."""
    view: View = {
        "type": "modal",
        "title": parts.plain(title, _TITLE_LIMIT).to_dict(),
        "close": parts.plain("Cancel" if submit else "Close", _TITLE_LIMIT).to_dict(),
        "blocks": parts.as_json(blocks),
    }
    if submit:
        view |= {"submit": parts.plain(submit, _TITLE_LIMIT).to_dict(), "callback_id": callback_id}
    if metadata:
        view["private_metadata"] = json.dumps(dict(metadata), sort_keys=True)
    return view


def metadata(view: Mapping[str, Any]) -> dict[str, str]:
    """What `modal` was given to remember."""
    text = view.get("private_metadata") or "{}"
    return {str(key): str(value) for key, value in json.loads(text).items()}


def text_input(
    block_id: str, label: str, value: str = "", hint: str = "", placeholder: str = "", *, optional: bool = False
) -> InputBlock:
    element = PlainTextInputElement(
        action_id=VALUE,
        initial_value=parts.cut(value, parts.TEXT_LIMIT) or None,
        placeholder=parts.plain(placeholder, 150) if placeholder else None,
    )
    return input_block(block_id, label, element, hint, optional=optional)


def lines_input(block_id: str, label: str, value: str, hint: str, placeholder: str) -> InputBlock:
    element = PlainTextInputElement(
        action_id=VALUE,
        multiline=True,
        initial_value=parts.cut(value, parts.TEXT_LIMIT) or None,
        placeholder=parts.plain(placeholder, 150),
    )
    return input_block(block_id, label, element, hint, optional=True)


def number_input(  # noqa: PLR0913 - a form's input has as many sides
    block_id: str,
    label: str,
    value: str,
    low: int,
    high: int | None = None,
    *,
    hint: str = "",
    optional: bool = False,
) -> InputBlock:
    """A whole number; a prefilled value that is none is left out, since Slack would refuse the whole modal."""
    fits = value.isascii() and value.isdecimal() and low <= int(value) <= (high or int(value))
    element = NumberInputElement(
        action_id=VALUE,
        is_decimal_allowed=False,
        initial_value=value if fits else None,
        min_value=str(low),
        max_value=None if high is None else str(high),
    )
    return input_block(block_id, label, element, hint, optional=optional)


def select_input(
    block_id: str, label: str, options: Sequence[tuple[str, str]], value: str = "", *, optional: bool = False
) -> InputBlock:
    """A choice among pairs of value and label; those too long for Slack cannot be offered."""
    offered = [option(key, text) for key, text in options if key and len(key) <= OPTION_VALUE_LIMIT][:_OPTIONS_LIMIT]
    chosen = next((one for one in offered if one.value == value), None)
    return input_block(
        block_id,
        label,
        StaticSelectElement(action_id=VALUE, options=offered, initial_option=chosen),
        optional=optional,
    )


def option(value: str, label: str) -> Option:
    return Option(text=parts.plain(label, OPTION_LIMIT), value=value)


def input_block(
    block_id: str,
    label: str,
    element: InputInteractiveElement,
    hint: str = "",
    *,
    optional: bool = False,
    dispatch_action: bool = False,
) -> InputBlock:
    return InputBlock(
        block_id=block_id,
        label=parts.plain(label, _HINT_LIMIT),
        element=element,
        hint=parts.plain(hint, _HINT_LIMIT) if hint else None,
        optional=optional,
        dispatch_action=dispatch_action,
    )


def filled_in(values: Mapping[str, Any]) -> dict[str, str]:
    """What was filled in, by block, from a view's `state.values`; empty fields are left out."""
    words = {}
    for block_id, elements in values.items():
        for element in elements.values():
            chosen = element.get("selected_option")
            value = chosen["value"] if chosen else element.get("value")
            if value is not None and str(value).strip():
                words[block_id] = str(value).strip()
    return words


def files_in(elements: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The ids and names of the files in a block with a `file_input`, each once; an empty one has none."""
    # https://docs.slack.dev/reference/block-kit/block-elements/file-input-element
    chosen = [file for element in elements.values() for file in element.get("files") or ()]
    return list({str(file["id"]): (str(file["id"]), str(file.get("name") or file["id"])) for file in chosen}.values())


def field_errors(error: FieldError, blocks: Iterable[str], otherwise: str) -> dict[str, str]:
    """The error under its field, or under the field `otherwise`: Slack refuses errors for blocks that are not there.

    Slack shows these errors as plain text, so the marks of mrkdwn are taken out.
    """
    said = parts.unescape(re.sub(r"[`*]", "", error.sentences))
    return {error.field if error.field in set(blocks) else otherwise: parts.cut(said, _ERROR_LIMIT)}
