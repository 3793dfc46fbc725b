"""Block Kit's composition objects and elements with their limits."""

from collections.abc import Iterator
from typing import Any

from sandbox.slack.rules import (
    Check,
    anything,
    array,
    boolean,
    choice,
    complaint,
    every,
    exactly_one,
    integer,
    pattern,
    shape,
    string,
    variants,
)

# Limits: https://docs.slack.dev/reference/block-kit/block-elements and …/composition-objects
ACTION_ID = string(255)


def plain(most: int, least: int = 1) -> Check:
    return variants({"plain_text": shape({"text": string(most, least)}, {"emoji": boolean})})


def text(most: int) -> Check:
    return variants(
        {
            "plain_text": shape({"text": string(most)}, {"emoji": boolean}),
            "mrkdwn": shape({"text": string(most)}, {"verbatim": boolean}),
        }
    )


CONFIRM = shape(
    {"title": plain(100), "text": text(300), "confirm": plain(30), "deny": plain(30)},
    {"style": choice("primary", "danger")},
)
SLACK_FILE = every(shape({}, {"id": string(255), "url": string(3000)}), exactly_one("id", "url"))
DISPATCH = shape({}, {"trigger_actions_on": array(choice("on_enter_pressed", "on_character_entered"), 2)})
CONVERSATION_FILTER = shape(
    {},
    {
        "include": array(choice("im", "mpim", "private", "public"), 4),
        "exclude_external_shared_channels": boolean,
        "exclude_bot_users": boolean,
    },
)


def option(label: Check) -> Check:
    return shape({"text": label, "value": string(150)}, {"description": text(75), "url": string(3000)})


PLAIN_OPTION = option(plain(75))
RICH_OPTION = option(text(75))
OPTIONS = array(PLAIN_OPTION, 100)
OPTION_GROUP = shape({"label": plain(75), "options": OPTIONS})
OPTION_GROUPS = array(OPTION_GROUP, 100)
_INTERACTIVE: dict[str, Check] = {"action_id": ACTION_ID, "confirm": CONFIRM, "focus_on_load": boolean}
_MENU: dict[str, Check] = {**_INTERACTIVE, "placeholder": plain(150)}
_MANY: dict[str, Check] = {**_MENU, "max_selected_items": integer(1, 100)}
_INPUT: dict[str, Check] = {
    "action_id": ACTION_ID,
    "placeholder": plain(150),
    "focus_on_load": boolean,
    "dispatch_action_config": DISPATCH,
}
_IDS = array(string(255), 100)


def _initial_among_options(value: Any, at: str) -> Iterator[str]:
    groups = value.get("option_groups") or [value]
    offered = [entry for group in groups for entry in group.get("options") or ()]
    initial = [value["initial_option"]] if "initial_option" in value else value.get("initial_options") or ()
    if any(entry not in offered for entry in initial):
        yield complaint("initial option must be among the options", at)


def _static(extra: dict[str, Check]) -> Check:
    lists: dict[str, Check] = {"options": OPTIONS, "option_groups": OPTION_GROUPS}
    return every(shape({}, {**lists, **extra}), exactly_one("options", "option_groups"), _initial_among_options)


def _menu(**extra: Check) -> Check:
    return shape({}, {**_MENU, **extra})


def _many(**extra: Check) -> Check:
    return shape({}, {**_MANY, **extra})


SELECTS: dict[str, Check] = {
    "static_select": _static({**_MENU, "initial_option": PLAIN_OPTION}),
    "external_select": _menu(initial_option=PLAIN_OPTION, min_query_length=integer(0, 3000)),
    "users_select": _menu(initial_user=string(255)),
    "channels_select": _menu(initial_channel=string(255), response_url_enabled=boolean),
    "conversations_select": _menu(
        initial_conversation=string(255),
        default_to_current_conversation=boolean,
        response_url_enabled=boolean,
        filter=CONVERSATION_FILTER,
    ),
    "multi_static_select": _static({**_MANY, "initial_options": array(PLAIN_OPTION, 100)}),
    "multi_external_select": _many(initial_options=array(PLAIN_OPTION, 100), min_query_length=integer(0, 3000)),
    "multi_users_select": _many(initial_users=_IDS),
    "multi_channels_select": _many(initial_channels=_IDS),
    "multi_conversations_select": _many(
        initial_conversations=_IDS, default_to_current_conversation=boolean, filter=CONVERSATION_FILTER
    ),
}
PICKERS: dict[str, Check] = {
    "datepicker": _menu(initial_date=string(10, 10)),
    "timepicker": _menu(initial_time=string(5, 5), timezone=string(255)),
    "datetimepicker": shape({}, {**_INTERACTIVE, "initial_date_time": integer(1_000_000_000, 9_999_999_999)}),
    "checkboxes": every(
        shape({"options": array(RICH_OPTION, 10)}, {**_INTERACTIVE, "initial_options": array(RICH_OPTION, 10)}),
        _initial_among_options,
    ),
    "radio_buttons": every(
        shape({"options": array(RICH_OPTION, 10)}, {**_INTERACTIVE, "initial_option": RICH_OPTION}),
        _initial_among_options,
    ),
}
BUTTON = shape(
    {"text": plain(75)},
    {
        "action_id": ACTION_ID,
        "url": string(3000),
        "value": string(2000),
        "style": choice("primary", "danger"),
        "confirm": CONFIRM,
        "accessibility_label": string(75),
    },
)
IMAGE = every(
    shape({"alt_text": string(2000)}, {"image_url": string(3000), "slack_file": SLACK_FILE}),
    exactly_one("image_url", "slack_file"),
)
ACTIONS: dict[str, Check] = {
    **SELECTS,
    **PICKERS,
    "button": BUTTON,
    "overflow": shape({"options": array(PLAIN_OPTION, 5, 2)}, {"action_id": ACTION_ID, "confirm": CONFIRM}),
    "workflow_button": anything,
}
ACCESSORIES: dict[str, Check] = {**ACTIONS, "image": IMAGE}
_LENGTHS: dict[str, Check] = {"min_length": integer(0, 3000), "max_length": integer(1, 3000)}
INPUTS: dict[str, Check] = {
    **SELECTS,
    **PICKERS,
    "plain_text_input": shape({}, {**_INPUT, **_LENGTHS, "initial_value": string(3000, 0), "multiline": boolean}),
    "email_text_input": shape({}, {**_INPUT, "initial_value": string(3000)}),
    "url_text_input": shape({}, {**_INPUT, "initial_value": string(3000)}),
    "number_input": shape(
        {"is_decimal_allowed": boolean},
        {**_INPUT, "initial_value": string(255), "min_value": string(255), "max_value": string(255)},
    ),
    "rich_text_input": anything,
}
FILE_TYPE = pattern(r"[A-Za-z0-9_+-]{1,32}", "a file extension without its dot")
# https://docs.slack.dev/reference/block-kit/block-elements/file-input-element: in a modal's input block, nowhere else.
MODAL_INPUTS: dict[str, Check] = {
    **INPUTS,
    "file_input": shape({}, {"action_id": ACTION_ID, "filetypes": array(FILE_TYPE, 100), "max_files": integer(1, 10)}),
}
