"""What all modals share: the frame, inputs whose block is named like the field, and reading what was filled in."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any

from slack_sdk.models.blocks import (
    Block,
    ExternalDataSelectElement,
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

# Every input is the only one in its block, so the block tells which it is. What follows the mark is the number of the
# block's renewals: Slack keeps what was typed for as long as the id stays, so a new value takes a new id.
# https://docs.slack.dev/surfaces/modals#updating_views
VALUE, RENEWED = "value", "#"
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
    block_id: str,
    label: str,
    options: Sequence[tuple[str, str]],
    value: str = "",
    hint: str = "",
    *,
    optional: bool = False,
) -> InputBlock:
    """A choice among pairs of value and label; those too long for Slack cannot be offered."""
    return choice_input(
        block_id, label, offered(option(key, text) for key, text in options), value, hint, optional=optional
    )


def choice_input(  # noqa: PLR0913 - a form's input has as many sides
    block_id: str,
    label: str,
    options: list[Option],
    value: str,
    hint: str = "",
    *,
    optional: bool = False,
    tells: str = "",
) -> InputBlock:
    """A choice among options; with `tells` each choice is told to the bot at once, as that action."""
    chosen = next((one for one in options if one.value == value), None)
    element = StaticSelectElement(action_id=tells or VALUE, options=options, initial_option=chosen)
    return input_block(block_id, label, element, hint, optional=optional, dispatch_action=bool(tells))


def search_input(  # noqa: PLR0913 - a form's input has as many sides
    block_id: str,
    label: str,
    asks: str,
    chosen: Option | None,
    hint: str = "",
    *,
    optional: bool = False,
    tells: bool = False,
) -> InputBlock:
    """A choice among what the bot answers, as the action `asks`, to what is typed; offered before anything is typed."""
    # https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element#external_select
    element = ExternalDataSelectElement(
        action_id=asks,
        initial_option=chosen,
        min_query_length=0,
        placeholder=parts.plain("Type to search", 150),
    )
    return input_block(block_id, label, element, hint, optional=optional, dispatch_action=tells)


def offered(options: Iterable[Option]) -> list[Option]:
    """Those that Slack takes: not too long, and not too many."""
    fitting = (one for one in options if one.value and len(one.value) <= OPTION_VALUE_LIMIT)
    return list(islice(fitting, _OPTIONS_LIMIT))


def option(value: str, label: str, note: str = "") -> Option:
    """One of a list, with a second line where there is something to note."""
    second = parts.plain(note, OPTION_LIMIT) if note else None
    return Option(text=parts.plain(label, OPTION_LIMIT), value=value, description=second)


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
    """What was filled in, by field, from a view's `state.values`; empty fields are left out."""
    return {field: value for field, value in standing(values).items() if value}


def standing(values: Mapping[str, Any]) -> dict[str, str]:
    """What stands in each field, from a view's `state.values`; several choices are apart by commas."""
    return {field_of(block): _entered(element) for block, elements in values.items() for element in elements.values()}


def field_of(block_id: str) -> str:
    """Which field a block is, however often it was renewed."""
    return block_id.partition(RENEWED)[0]


def _entered(element: Mapping[str, Any]) -> str:
    if "selected_options" in element:
        return ",".join(chosen["value"] for chosen in element["selected_options"] or ())
    chosen = element.get("selected_option")
    value = chosen["value"] if chosen else element.get("value")
    return "" if value is None else str(value).strip()


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
    place = next((block for block in blocks if field_of(block) == error.field), otherwise)
    return {place: parts.cut(said, _ERROR_LIMIT)}
