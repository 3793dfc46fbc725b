"""What a modal or a Home tab may be, and which values its inputs hold."""

from collections.abc import Callable
from typing import Any

from sandbox.slack.answers import ApiError, Json, refused_by_pointer, without_nulls
from sandbox.slack.blocks import HOME, MODAL, check_blocks, interactive_elements, with_ids
from sandbox.slack.composing import file_complaints
from sandbox.slack.elements import plain
from sandbox.slack.given_files import input_error
from sandbox.slack.rules import Check, anything, boolean, complaint, shape, string, variants
from sandbox.slack.scopes import require
from sandbox.slack.site import Site

# https://docs.slack.dev/reference/views
_EITHER: dict[str, Check] = {
    "private_metadata": string(3000, 0),
    "callback_id": string(255, 0),
    "external_id": string(255, 0),
}
_MODAL: dict[str, Check] = {
    "close": plain(24),
    "submit": plain(24),
    "clear_on_close": boolean,
    "notify_on_close": boolean,
    "submit_disabled": boolean,
}
_VIEW = {
    MODAL: variants({MODAL: shape({"title": plain(24), "blocks": anything}, {**_EITHER, **_MODAL})}),
    HOME: variants({HOME: shape({"blocks": anything}, _EITHER)}),
}
_INITIAL = {
    "initial_value": "value",
    "initial_option": "selected_option",
    "initial_options": "selected_options",
    "initial_date": "selected_date",
    "initial_time": "selected_time",
    "initial_date_time": "selected_date_time",
    "initial_user": "selected_user",
    "initial_users": "selected_users",
    "initial_channel": "selected_channel",
    "initial_channels": "selected_channels",
    "initial_conversation": "selected_conversation",
    "initial_conversations": "selected_conversations",
}
_STATEFUL_NOT = frozenset({"button", "overflow", "image", "workflow_button"})
_MOST_CHARACTERS = 250_000


def checked_view(site: Site, view: Any, surface: str) -> Json:
    """The view with ids filled in; raises `invalid_arguments` with pointers, `view_too_large` or `missing_scope`."""
    view = without_nulls(view)
    complaints = list(_VIEW[surface](view, "/view")) or view_complaints(view, surface)
    complaints = complaints or file_complaints(site, view["blocks"], "/view/blocks")
    if complaints:
        raise refused_by_pointer("invalid_arguments", complaints)
    if len(str(view["blocks"])) > _MOST_CHARACTERS:
        raise ApiError("view_too_large")
    if any(element["type"] == "file_input" for block in view["blocks"] for _, element in interactive_elements(block)):
        require("files:read", site.manifest.scopes)
    return {**view, "blocks": with_ids(view["blocks"])}


def view_complaints(view: Json, surface: str) -> list[str]:
    complaints = check_blocks(view["blocks"], surface, "/view/blocks")
    if complaints or surface == HOME:
        return complaints
    has_input = any(block["type"] == "input" for block in view["blocks"])
    if has_input and not view.get("submit"):
        return [complaint("missing required field: submit", "/view")]
    return []


def drawn_values(blocks: list[Json], given: Json) -> Json:
    """State as Slack sends it: what a person filled in, else what the block said to begin with."""
    values: Json = {}
    for block in blocks:
        for _, element in interactive_elements(block):
            if element["type"] not in _STATEFUL_NOT:
                filled = (given.get(block["block_id"]) or {}).get(element["action_id"])
                entry = {**_initial(element), **(filled or {}), "type": element["type"]}
                values.setdefault(block["block_id"], {})[element["action_id"]] = entry
    return values


def _initial(element: Json) -> Json:
    empty: Json = {_empty_key(element["type"]): [] if _takes_many(element["type"]) else None}
    return empty | {key: element[initial] for initial, key in _INITIAL.items() if initial in element}


def _takes_many(kind: str) -> bool:
    return kind.startswith("multi_") or kind in {"checkboxes", "file_input"}


def _empty_key(kind: str) -> str:
    match kind.removeprefix("multi_"):
        case "static_select" | "external_select" | "radio_buttons" | "checkboxes":
            key = "selected_option"
        case "users_select" | "channels_select" | "conversations_select":
            key = f"selected_{kind.removeprefix('multi_').removesuffix('s_select')}"
        case "datepicker" | "timepicker" | "datetimepicker":
            names = {"datepicker": "date", "timepicker": "time", "datetimepicker": "date_time"}
            key = f"selected_{names[kind]}"
        case _:
            return "files" if kind == "file_input" else "value"
    return f"{key}s" if _takes_many(kind) else key


def input_errors(blocks: list[Json], values: Json) -> dict[str, str]:
    """What Slack's own client says before it sends a modal: missing and ill-formed inputs, by block."""
    errors: dict[str, str] = {}
    for block in blocks:
        if block["type"] == "input":
            entry = values[block["block_id"]][block["element"]["action_id"]]
            error = _input_error(block, _content(entry))
            if error:
                errors[block["block_id"]] = error
    return errors


def _content(entry: Json) -> Any:
    return next((value for key, value in entry.items() if key != "type" and value not in (None, "", [])), None)


def _input_error(block: Json, content: Any) -> str:
    if content is None:
        return "" if block.get("optional") else "Please complete this required field."
    element = block["element"]
    check = _CHECKS.get(element["type"])
    return check(element, content) if check else ""


def _email_error(_element: Json, content: Any) -> str:
    return "" if "@" in str(content) else "Please enter a valid email address."


def _url_error(_element: Json, content: Any) -> str:
    return "" if "://" in str(content) else "Please enter a valid URL."


def _length_error(element: Json, content: Any) -> str:
    least, most = element.get("min_length", 0), element.get("max_length", 3000)
    length = len(str(content))
    if length < least:
        return f"Please enter at least {least} characters."
    return f"Please enter at most {most} characters." if length > most else ""


def _number_error(element: Json, content: Any) -> str:
    try:
        number = float(content)
    except ValueError:
        return "Please enter a number."
    if not element["is_decimal_allowed"] and not number.is_integer():
        return "Please enter a whole number."
    if number < float(element.get("min_value", "-inf")) or number > float(element.get("max_value", "inf")):
        return "Please enter a number within the limits."
    return ""


_CHECKS: dict[str, Callable[[Json, Any], str]] = {
    "email_text_input": _email_error,
    "file_input": input_error,
    "number_input": _number_error,
    "plain_text_input": _length_error,
    "url_text_input": _url_error,
}
