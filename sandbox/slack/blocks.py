"""Block Kit's blocks: what each may hold, on which surface it may stand, and what must be unique."""

import uuid
from collections.abc import Iterator
from typing import Any

from sandbox.slack.answers import Json
from sandbox.slack.elements import (
    ACCESSORIES,
    ACTIONS,
    IMAGE,
    INPUTS,
    MODAL_INPUTS,
    SLACK_FILE,
    plain,
    text,
)
from sandbox.slack.rules import (
    Check,
    anything,
    array,
    at_least_one,
    boolean,
    choice,
    complaint,
    every,
    exactly_one,
    shape,
    string,
    variants,
)

MESSAGE, MODAL, HOME = "message", "modal", "home"
MOST_BLOCKS = {MESSAGE: 50, MODAL: 100, HOME: 100}
# All markdown blocks of a payload together: https://docs.slack.dev/reference/block-kit/blocks/markdown-block
MOST_MARKDOWN = 12_000
_ID: dict[str, Check] = {"block_id": string(255)}


def _block(required: dict[str, Check], optional: dict[str, Check] | None = None) -> Check:
    return shape(required, {**_ID, **(optional or {})})


def _loose(*required: str) -> Check:
    """A young block whose limits are not settled: only what it cannot do without is checked."""

    def check(value: Any, at: str) -> Iterator[str]:
        for name in required:
            if value.get(name) is None:
                yield complaint(f"missing required field: {name}", at)

    return check


def _input(elements: dict[str, Check]) -> Check:
    required: dict[str, Check] = {"label": plain(2000), "element": variants(elements)}
    return _block(required, {"hint": plain(2000), "optional": boolean, "dispatch_action": boolean})


# https://docs.slack.dev/reference/block-kit/blocks
EVERYWHERE: dict[str, Check] = {
    "section": every(
        _block(
            {},
            {
                "text": text(3000),
                "fields": array(text(2000), 10),
                "accessory": variants(ACCESSORIES),
                "expand": boolean,
            },
        ),
        at_least_one("text", "fields"),
    ),
    "header": _block({"text": plain(150)}, {"level": anything}),
    "divider": _block({}),
    "image": every(
        _block(
            {"alt_text": string(2000)},
            {"image_url": string(3000), "slack_file": SLACK_FILE, "title": plain(2000)},
        ),
        exactly_one("image_url", "slack_file"),
    ),
    "context": _block(
        {"elements": array(variants({"image": IMAGE, "plain_text": text(3000), "mrkdwn": text(3000)}), 10)}
    ),
    "actions": _block({"elements": array(variants(ACTIONS), 25)}),
    "input": _input(INPUTS),
    "rich_text": _loose("elements"),
    "video": _loose("alt_text", "title", "thumbnail_url", "video_url"),
}
MESSAGES_ONLY: dict[str, Check] = {
    "markdown": _block({"text": string(MOST_MARKDOWN)}),
    "table": _block({"rows": array(array(anything, 20), 100)}, {"column_settings": array(anything, 20)}),
    "data_visualization": _block({"title": string(50), "chart": anything}),
    "data_table": _loose("caption", "rows"),
    "context_actions": _block({"elements": array(anything, 5)}),
    "card": _loose(),
    "carousel": _loose("elements"),
    "container": _loose("child_blocks"),
    "task_card": _loose("task_id", "title"),
    "plan": _loose("title"),
    "file": _loose("external_id", "source"),
    "call": _loose("call_id"),
}
MODALS_ONLY: dict[str, Check] = {
    "input": _input(MODAL_INPUTS),
    "alert": _block({"text": text(200)}, {"level": choice("default", "info", "warning", "error", "success")}),
}
SURFACES: dict[str, Check] = {
    MESSAGE: variants({**EVERYWHERE, **MESSAGES_ONLY}),
    MODAL: variants({**EVERYWHERE, **MODALS_ONLY}),
    HOME: variants(EVERYWHERE),
}
_MOST_OF_A_TYPE = {"table": 1, "data_visualization": 2}


def check_blocks(blocks: Any, surface: str, at: str = "/blocks") -> list[str]:
    """What Slack would say against these blocks, each with its pointer; nothing if they are right."""
    complaints = list(array(SURFACES[surface], MOST_BLOCKS[surface], 0)(blocks, at))
    return complaints or [*_block_ids(blocks, at), *_action_ids(blocks, at), *_totals(blocks, at)]


def with_ids(blocks: list[Json]) -> list[Json]:
    """Slack gives blocks and elements that have no id one of its own."""
    return [_with_id(block) for block in blocks]


def interactive_elements(block: Json) -> list[tuple[str, Json]]:
    """The elements of one block that can be clicked or filled in, with their pointers inside the block."""
    single = [(name, block[name]) for name in ("accessory", "element") if name in block]
    several = block.get("elements") if block["type"] == "actions" else None
    elements = single + [(f"elements/{index}", entry) for index, entry in enumerate(several or ())]
    return [(at, element) for at, element in elements if element["type"] != "image"]


def slack_files(value: Any, at: str) -> Iterator[tuple[Json, str]]:
    """Every `slack_file` object inside, with its pointer."""
    if isinstance(value, list):
        for index, entry in enumerate(value):
            yield from slack_files(entry, f"{at}/{index}")
    elif isinstance(value, dict):
        for name, entry in value.items():
            if name == "slack_file" and isinstance(entry, dict):
                yield entry, f"{at}/{name}"
            else:
                yield from slack_files(entry, f"{at}/{name}")


def _with_id(block: Json) -> Json:
    block["block_id"] = block.get("block_id") or uuid.uuid4().hex[:5]
    for _, element in interactive_elements(block):
        element["action_id"] = element.get("action_id") or uuid.uuid4().hex[:5]
    return block


def _block_ids(blocks: list[Json], at: str) -> Iterator[str]:
    seen: set[str] = set()
    for index, block in enumerate(blocks):
        block_id = block.get("block_id")
        if block_id in seen:
            yield complaint(f"block_id {block_id} already exists", f"{at}/{index}/block_id")
        if block_id is not None:
            seen.add(block_id)


def _action_ids(blocks: list[Json], at: str) -> Iterator[str]:
    for index, block in enumerate(blocks):
        seen: set[str] = set()
        for inside, element in interactive_elements(block):
            action_id = element.get("action_id")
            if action_id in seen:
                yield complaint(f"action_id {action_id} already exists", f"{at}/{index}/{inside}/action_id")
            if action_id is not None:
                seen.add(action_id)


def _totals(blocks: list[Json], at: str) -> Iterator[str]:
    for kind, most in _MOST_OF_A_TYPE.items():
        if sum(block["type"] == kind for block in blocks) > most:
            yield complaint(f"no more than {most} blocks of type {kind} allowed", at)
    if sum(len(block["text"]) for block in blocks if block["type"] == "markdown") > MOST_MARKDOWN:
        yield complaint(f"markdown must be less than {MOST_MARKDOWN + 1} characters in all", at)
