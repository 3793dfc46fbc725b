"""Small checks that build up Block Kit's rules; each yields what is wrong, with a pointer to where."""

import re
from collections.abc import Callable, Iterator
from typing import Any

Check = Callable[[Any, str], Iterator[str]]


def complaint(words: str, at: str) -> str:
    return f"{words} [json-pointer:{at}]"


def anything(value: Any, at: str) -> Iterator[str]:  # noqa: ARG001 - a Check that takes all
    yield from ()


def boolean(value: Any, at: str) -> Iterator[str]:
    if not isinstance(value, bool):
        yield complaint("must provide a boolean", at)


def string(most: int, least: int = 1) -> Check:
    def check(value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, str):
            yield complaint("must provide a string", at)
        elif len(value) < least:
            yield complaint(f"must be more than {least - 1} characters", at)
        elif len(value) > most:
            yield complaint(f"must be less than {most + 1} characters", at)

    return check


def pattern(expression: str, what: str) -> Check:
    """A string that is this from its first to its last character."""

    def check(value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, str) or not re.fullmatch(expression, value):
            yield complaint(f"must be {what}", at)

    return check


def integer(least: int, most: int) -> Check:
    def check(value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, int) or isinstance(value, bool):
            yield complaint("must provide an integer", at)
        elif not least <= value <= most:
            yield complaint(f"must be between {least} and {most}", at)

    return check


def choice(*allowed: str) -> Check:
    def check(value: Any, at: str) -> Iterator[str]:
        if value not in allowed:
            yield complaint(f"must be one of {', '.join(allowed)}", at)

    return check


def array(item: Check, most: int, least: int = 1) -> Check:
    def check(value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, list):
            yield complaint("must provide an array", at)
            return
        if len(value) < least:
            yield complaint(f"no fewer than {least} items allowed", at)
        if len(value) > most:
            yield complaint(f"no more than {most} items allowed", at)
        for index, entry in enumerate(value):
            yield from item(entry, f"{at}/{index}")

    return check


def shape(required: dict[str, Check], optional: dict[str, Check] | None = None) -> Check:
    """An object with these properties and no others; `type` is its variant's business."""
    known = {**(optional or {}), **required}

    def check(value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield complaint("must provide an object", at)
            return
        for name in required:
            if name not in value:
                yield complaint(f"missing required field: {name}", at)
        for name, entry in value.items():
            if name in known:
                yield from known[name](entry, f"{at}/{name}")
            elif name != "type":
                yield complaint(f"invalid additional property: {name}", at)

    return check


def variants(table: dict[str, Check]) -> Check:
    """An object whose `type` says which of these checks it must pass."""

    def check(value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield complaint("must provide an object", at)
        elif value.get("type") is None:
            yield complaint("missing required field: type", at)
        elif not isinstance(value["type"], str) or value["type"] not in table:
            yield complaint(f"unsupported type: {value['type']}", f"{at}/type")
        else:
            yield from table[value["type"]](value, at)

    return check


def every(*checks: Check) -> Check:
    """The first check that complains speaks for all: those after it may rely on it."""

    def check(value: Any, at: str) -> Iterator[str]:
        for one in checks:
            complaints = list(one(value, at))
            yield from complaints
            if complaints:
                return

    return check


def exactly_one(*names: str) -> Check:
    def check(value: Any, at: str) -> Iterator[str]:
        if sum(value.get(name) is not None for name in names) != 1:
            yield complaint(f"must provide exactly one of {', '.join(names)}", at)

    return check


def at_least_one(*names: str) -> Check:
    def check(value: Any, at: str) -> Iterator[str]:
        if all(value.get(name) is None for name in names):
            yield complaint(f"must provide at least one of {', '.join(names)}", at)

    return check
