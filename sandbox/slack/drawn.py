"""What a person can read and press in a message or a view: pure readings of Block Kit."""

from collections.abc import Iterator, Sequence
from typing import Any

from sandbox.slack.answers import Json
from sandbox.slack.blocks import interactive_elements

_STATE_KEYS = {
    "static_select": "selected_option",
    "external_select": "selected_option",
    "radio_buttons": "selected_option",
    "multi_static_select": "selected_options",
    "multi_external_select": "selected_options",
    "checkboxes": "selected_options",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
    "users_select": "selected_user",
    "channels_select": "selected_channel",
    "conversations_select": "selected_conversation",
    "multi_users_select": "selected_users",
    "multi_channels_select": "selected_channels",
    "multi_conversations_select": "selected_conversations",
}


def text_of(place: Json) -> str:
    """All that can be read: the text, then block by block, pictures by their alt text, a button as [its label]."""
    blocks = list(_readable(place.get("blocks") or []))
    # With blocks, `text` is what notifications show; it is kept so that tests can see it as well.
    names = [f"({stored.get('name') or stored['mode']})" for stored in place.get("files") or ()]
    title = [place["title"]["text"]] if isinstance(place.get("title"), dict) else []
    return "\n".join(line for line in [*title, place.get("text") or "", *blocks, *names] if line)


def buttons(place: Json) -> list[Json]:
    """Every action that a click can send: one for each button, one for each option of a menu."""
    return [
        {"block_id": block.get("block_id", ""), "action_id": element.get("action_id", ""), **action}
        for block in place.get("blocks") or ()
        for _, element in interactive_elements(block)
        for action in _actions(element)
    ]


def filled_in(view: Json, values: Json) -> Json:
    """State for a submission from values by block id or action id; raises KeyError for an unknown one."""
    state: Json = {}
    for name, value in values.items():
        block_id, element = _input(view, name)
        state[block_id] = {element["action_id"]: entry_of(element, value)}
    return state


def placed_element(place: Json, action_id: str) -> tuple[str, Json] | None:
    """The block id and the element that sends this action, where it is drawn."""
    found = (
        (block.get("block_id", ""), element)
        for block in place.get("blocks") or ()
        for _, element in interactive_elements(block)
    )
    return next((one for one in found if one[1].get("action_id") == action_id), None)


def input_place(view: Json, name: str) -> Json:
    """Where an input stands, by block id or action id; raises KeyError for an unknown one."""
    block_id, element = _input(view, name)
    return {"view_id": view["id"], "block_id": block_id, "action_id": element["action_id"]}


def input_element(view: Json, name: str) -> Json:
    """An input's element, by block id or action id; raises KeyError for an unknown one."""
    return _input(view, name)[1]


def _input(view: Json, name: str) -> tuple[str, Json]:
    inputs = {block["block_id"]: block["element"] for block in view["blocks"] if block["type"] == "input"}
    by_action = {element["action_id"]: block_id for block_id, element in inputs.items()}
    # A block that was renewed has its number behind the mark.
    renewed = {block_id.partition("#")[0]: block_id for block_id in inputs}
    block_id = name if name in inputs else renewed.get(name) or by_action[name]
    return block_id, inputs[block_id]


def entry_of(element: Json, value: Any) -> Json:
    """What an element's state holds for a value, or for Slack's own state object."""
    if isinstance(value, dict):
        by_action = value.get(element["action_id"])
        return by_action if isinstance(by_action, dict) else {"type": element["type"], **value}
    key = _STATE_KEYS.get(element["type"], "value")
    return {"type": element["type"], key: _state_value(element, key, value)}


def _state_value(element: Json, key: str, value: Any) -> Any:
    match key:
        case "selected_option":
            return _option(element, str(value))
        case "selected_options":
            return [_option(element, str(one)) for one in value]
        case "value":
            return None if value is None else str(value)
    return value


def chosen_option(options: Sequence[Json], wanted: str) -> Json | None:
    """The option of this value; people know an option by its text."""
    named = [option for option in options if option["text"]["text"] == wanted]
    return next((option for option in options if option["value"] == wanted), named[0] if named else None)


def _option(element: Json, value: str) -> Json:
    return chosen_option(_options(element), value) or {"text": {"type": "plain_text", "text": value}, "value": value}


def _options(element: Json) -> list[Json]:
    groups = element.get("option_groups") or [element]
    return [option for group in groups for option in group.get("options") or ()]


def _actions(element: Json) -> Iterator[Json]:
    kind = element["type"]
    if kind == "button":
        yield {key: element[key] for key in ("type", "text", "value") if key in element}
    for option in _options(element):
        many = _STATE_KEYS.get(kind) == "selected_options"
        yield {"type": kind, "selected_options" if many else "selected_option": [option] if many else option}


def _readable(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for entry in value:
            yield from _readable(entry)
    elif isinstance(value, dict):
        yield from _lines(value)


def _lines(value: Json) -> Iterator[str]:
    match value.get("type"):
        case "plain_text" | "mrkdwn" | "raw_text" | "markdown" | "text":
            yield str(value["text"])
        case "button" | "workflow_button":
            yield f"[{value['text']['text']}]"
        case "image":
            yield f"({value['alt_text']})"
        case "divider":
            yield "---"
        case "link" | "user" | "emoji":
            yield str(value.get("text") or value.get("url") or value.get("user_id") or f":{value.get('name')}:")
        case _:
            for entry in value.values():
                yield from _readable(entry)
