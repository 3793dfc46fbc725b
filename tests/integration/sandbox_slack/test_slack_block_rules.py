"""Block Kit's rules, case by case."""

import pytest

from sandbox.slack.blocks import HOME, MESSAGE, MODAL, check_blocks, with_ids

PLAIN = {"type": "plain_text", "text": "Go"}
BUTTON = {"type": "button", "text": PLAIN, "action_id": "go"}
OPTION = {"text": PLAIN, "value": "1"}
CONFIRM = {"title": PLAIN, "text": PLAIN, "confirm": PLAIN, "deny": PLAIN}


def plain(length: int) -> dict:
    return {"type": "plain_text", "text": "x" * length}


def mrkdwn(length: int) -> dict:
    return {"type": "mrkdwn", "text": "x" * length}


def section(**parts: object) -> dict:
    return {"type": "section", **parts}


def actions(*elements: dict) -> dict:
    return {"type": "actions", "elements": list(elements)}


def select(**parts: object) -> dict:
    return {"type": "static_select", "action_id": "pick", **parts}


def image(**parts: object) -> dict:
    return {"type": "image", "alt_text": "a chart", **parts}


def entry(element: dict) -> dict:
    return {"type": "input", "label": PLAIN, "element": element}


ACCEPTED = {
    "a section of 3,000 characters": section(text=mrkdwn(3000)),
    "ten fields of 2,000": section(fields=[mrkdwn(2000)] * 10),
    "a header of 150": {"type": "header", "text": plain(150)},
    "a divider": {"type": "divider"},
    "ten context elements": {"type": "context", "elements": [mrkdwn(10)] * 9 + [image(image_url="https://x/y.png")]},
    "25 buttons": actions(*[{**BUTTON, "action_id": f"go{n}"} for n in range(25)]),
    "a button with everything": actions({**BUTTON, "value": "v" * 2000, "style": "danger", "confirm": CONFIRM}),
    "a select with an initial option": section(text=PLAIN, accessory=select(options=[OPTION], initial_option=OPTION)),
    "a hundred options": actions(select(options=[{"text": PLAIN, "value": str(n)} for n in range(100)])),
    "an image by address": image(image_url="https://x/y.png", title=PLAIN),
    "an image by file": image(slack_file={"id": "F0123456789"}),
    "an input": entry({"type": "plain_text_input", "action_id": "name"}),
    "a block this server knows little of": {"type": "rich_text", "elements": []},
}
REFUSED = {
    "an unknown type": ({"type": "hologram"}, "unsupported type: hologram", "/0/type"),
    "no type": ({"text": PLAIN}, "missing required field: type", "/0"),
    "no object": ("words", "must provide an object", "/0"),
    "a section of 3,001 characters": (section(text=mrkdwn(3001)), "must be less than 3001 characters", "/0/text/text"),
    "an empty text": (section(text=mrkdwn(0)), "must be more than 0 characters", "/0/text/text"),
    "a text that is a number": (section(text={"type": "mrkdwn", "text": 5}), "must provide a string", "/0/text/text"),
    "a section with nothing": (section(), "must provide at least one of text, fields", "/0"),
    "eleven fields": (section(fields=[mrkdwn(1)] * 11), "no more than 10 items allowed", "/0/fields"),
    "a field of 2,001": (section(fields=[mrkdwn(2001)]), "must be less than 2001 characters", "/0/fields/0/text"),
    "an unknown property": (section(text=PLAIN, colour="red"), "invalid additional property: colour", "/0"),
    "a header in mrkdwn": ({"type": "header", "text": mrkdwn(3)}, "unsupported type: mrkdwn", "/0/text/type"),
    "a header of 151": ({"type": "header", "text": plain(151)}, "must be less than 151 characters", "/0/text/text"),
    "a divider with a text": ({"type": "divider", "text": PLAIN}, "invalid additional property: text", "/0"),
    "eleven context elements": (
        {"type": "context", "elements": [mrkdwn(1)] * 11}, "no more than 10 items allowed", "/0/elements"),
    "a button in a context": (
        {"type": "context", "elements": [BUTTON]}, "unsupported type: button", "/0/elements/0/type"),
    "26 buttons": (
        actions(*[{**BUTTON, "action_id": f"go{n}"} for n in range(26)]), "no more than 25 items allowed",
        "/0/elements"),
    "no buttons": (actions(), "no fewer than 1 items allowed", "/0/elements"),
    "a button text of 76": (
        actions({**BUTTON, "text": plain(76)}), "must be less than 76 characters", "/0/elements/0/text/text"),
    "a button text in mrkdwn": (
        actions({**BUTTON, "text": mrkdwn(3)}), "unsupported type: mrkdwn", "/0/elements/0/text/type"),
    "a button value of 2,001": (
        actions({**BUTTON, "value": "v" * 2001}), "must be less than 2001 characters", "/0/elements/0/value"),
    "a button style": (
        actions({**BUTTON, "style": "purple"}), "must be one of primary, danger", "/0/elements/0/style"),
    "an action_id of 256": (
        actions({**BUTTON, "action_id": "a" * 256}), "must be less than 256 characters", "/0/elements/0/action_id"),
    "the same action_id twice": (
        actions(BUTTON, BUTTON), "action_id go already exists", "/0/elements/1/action_id"),
    "a confirm title of 101": (
        actions({**BUTTON, "confirm": {**CONFIRM, "title": plain(101)}}), "must be less than 101 characters",
        "/0/elements/0/confirm/title/text"),
    "a confirm without deny": (
        actions({**BUTTON, "confirm": {"title": PLAIN, "text": PLAIN, "confirm": PLAIN}}),
        "missing required field: deny", "/0/elements/0/confirm"),
    "101 options": (
        actions(select(options=[OPTION] * 101)), "no more than 100 items allowed", "/0/elements/0/options"),
    "no options": (
        actions(select()), "must provide exactly one of options, option_groups", "/0/elements/0"),
    "an option text of 76": (
        actions(select(options=[{"text": plain(76), "value": "1"}])), "must be less than 76 characters",
        "/0/elements/0/options/0/text/text"),
    "an option value of 151": (
        actions(select(options=[{"text": PLAIN, "value": "v" * 151}])), "must be less than 151 characters",
        "/0/elements/0/options/0/value"),
    "an initial option that is not offered": (
        actions(select(options=[OPTION], initial_option={**OPTION, "value": "2"})),
        "initial option must be among the options", "/0/elements/0"),
    "an overflow of one": (
        actions({"type": "overflow", "options": [OPTION]}), "no fewer than 2 items allowed",
        "/0/elements/0/options"),
    "an image without alt_text": (
        {"type": "image", "image_url": "https://x/y"}, "missing required field: alt_text", "/0"),
    "an image with neither source": (image(), "must provide exactly one of image_url, slack_file", "/0"),
    "an image with both sources": (
        image(image_url="https://x/y", slack_file={"id": "F0123456789"}),
        "must provide exactly one of image_url, slack_file", "/0"),
    "a slack_file with id and url": (
        image(slack_file={"id": "F0123456789", "url": "https://x"}), "must provide exactly one of id, url",
        "/0/slack_file"),
    "an alt_text of 2,001": (
        {"type": "image", "alt_text": "a" * 2001, "image_url": "https://x"}, "must be less than 2001 characters",
        "/0/alt_text"),
    "a block_id of 256": ({"type": "divider", "block_id": "b" * 256}, "must be less than 256 characters",
                          "/0/block_id"),
    "a button in an input": (entry(BUTTON), "unsupported type: button", "/0/element/type"),
    "a placeholder of 151": (
        entry({"type": "plain_text_input", "placeholder": plain(151)}), "must be less than 151 characters",
        "/0/element/placeholder/text"),
    "a min_length of 3,001": (
        entry({"type": "plain_text_input", "min_length": 3001}), "must be between 0 and 3000",
        "/0/element/min_length"),
    "a number input that does not say whether decimals": (
        entry({"type": "number_input"}), "missing required field: is_decimal_allowed", "/0/element"),
    "a multiline that is a word": (
        entry({"type": "plain_text_input", "multiline": "yes"}), "must provide a boolean", "/0/element/multiline"),
}  # fmt: skip


@pytest.mark.parametrize("block", ACCEPTED.values(), ids=ACCEPTED.keys())
def test_a_right_block_is_accepted(block: dict) -> None:
    assert check_blocks([block], MESSAGE) == []


@pytest.mark.parametrize(("block", "words", "pointer"), REFUSED.values(), ids=REFUSED.keys())
def test_a_wrong_block_is_refused_with_a_pointer(block: object, words: str, pointer: str) -> None:
    assert check_blocks([block], MESSAGE) == [f"{words} [json-pointer:/blocks{pointer}]"]


@pytest.mark.parametrize(("surface", "most"), [(MESSAGE, 50), (MODAL, 100), (HOME, 100)])
def test_a_surface_takes_so_many_blocks_and_no_more(surface: str, most: int) -> None:
    divider = {"type": "divider"}

    fitting, too_many = check_blocks([divider] * most, surface), check_blocks([divider] * (most + 1), surface)

    assert (fitting, too_many) == ([], [f"no more than {most} items allowed [json-pointer:/blocks]"])


def test_a_block_id_may_not_come_twice() -> None:
    blocks = [{"type": "divider", "block_id": "a"}, {"type": "divider", "block_id": "a"}]

    assert check_blocks(blocks, MESSAGE) == ["block_id a already exists [json-pointer:/blocks/1/block_id]"]


@pytest.mark.parametrize(
    ("block", "allowed"),
    [
        ({"type": "markdown", "text": "*x*"}, {MESSAGE}),
        ({"type": "alert", "text": PLAIN}, {MODAL}),
        ({"type": "table", "rows": [[{"type": "raw_text", "text": "a"}]]}, {MESSAGE}),
        (entry({"type": "plain_text_input"}), {MESSAGE, MODAL, HOME}),
    ],
)
def test_a_block_stands_on_its_surfaces_only(block: dict, allowed: set[str]) -> None:
    assert {surface for surface in (MESSAGE, MODAL, HOME) if not check_blocks([block], surface)} == allowed


def test_markdown_is_counted_over_all_blocks() -> None:
    complaints = check_blocks([{"type": "markdown", "text": "x" * 7000}] * 2, MESSAGE)

    assert complaints == ["markdown must be less than 12001 characters in all [json-pointer:/blocks]"]


def test_one_message_takes_two_native_charts() -> None:
    chart = {"type": "data_visualization", "title": "Accuracy", "chart": {"type": "line"}}

    assert (check_blocks([chart] * 2, MESSAGE), len(check_blocks([chart] * 3, MESSAGE))) == ([], 1)


def test_blocks_and_elements_without_ids_are_given_some() -> None:
    block = with_ids([actions({"type": "button", "text": PLAIN}, {"type": "button", "text": PLAIN})])[0]

    assert block["block_id"]
    assert len({element["action_id"] for element in block["elements"]}) == 2


def test_the_same_action_id_may_stand_in_two_blocks() -> None:
    assert check_blocks([actions(BUTTON), actions(BUTTON)], MESSAGE) == []
