"""Every button that is drawn is listened to, and every listener asks for what there is."""

import ast
import inspect
import json
import re
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any, get_type_hints

import pytest
from slack_bolt.kwargs_injection.args import Args

from bot.bootstrap import UseCases
from handlers.errors import answer_error
from tests.architecture.source import ROOT, capabilities, nodes, registrations, sources

ID = re.compile(r"[a-z]+\.[a-z_]+")
GOLDEN = ROOT / "tests" / "unit" / "views" / "golden"
LISTENERS = [listener for _, _, listener in registrations().made]
INJECTED = [*LISTENERS, *{*registrations().middleware}, answer_error]
named = pytest.mark.parametrize("listener", INJECTED, ids=lambda listener: listener.__qualname__)


def handled() -> set[str]:
    """Ids of buttons, lists and modals that a listener of their own takes."""
    registered = registrations()
    return {what for kind in ("action", "view", "options") for what in registered.of(kind) if isinstance(what, str)}


def declared() -> set[str]:
    """The constants of the views that are such ids."""
    constants = (node.value for source in sources("bot") for node in _assigned(source) if "views" in source.path)
    return {value.value for value in constants if isinstance(value, ast.Constant) and _is_id(value.value)}


def _assigned(source: Any) -> Iterator[Any]:
    for node in nodes(source, ast.Assign):
        values = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]
        yield from (SimpleNamespace(value=value) for value in values)


def _is_id(value: object) -> bool:
    return isinstance(value, str) and ID.fullmatch(value) is not None


def drawn() -> set[str]:
    """Ids that stand in the views' examples."""
    found: set[str] = set()
    for path in GOLDEN.glob("*.json"):
        found |= set(_ids(json.loads(path.read_text(encoding="utf-8"))))
    return found


def _ids(drawing: Any) -> Iterator[str]:
    if isinstance(drawing, list):
        for entry in drawing:
            yield from _ids(entry)
    if isinstance(drawing, dict):
        yield from (drawing[key] for key in ("action_id", "callback_id") if _is_id(drawing.get(key)))
        for entry in drawing.values():
            yield from _ids(entry)


def provided() -> dict[str, Any]:
    """What services listeners may name, with their types."""
    return get_type_hints(UseCases)


def test_the_buttons_and_modals_that_views_name_are_those_that_are_handled() -> None:
    assert declared() == handled()


def test_the_buttons_and_modals_of_the_examples_are_those_that_are_handled() -> None:
    assert drawn() == handled()


def test_no_button_is_listened_to_twice() -> None:
    ids = [what for kind in ("action", "view") for what in registrations().of(kind)]

    assert len(set(map(str, ids))) == len(ids) - 1, "the catch-alls of actions and views look alike, and nothing else"


def test_every_capability_is_part_of_the_app_and_the_catch_alls_come_last() -> None:
    (app,) = [source for source in sources("handlers") if source.path == "handlers/app.py"]
    tuples = [node.value for node in nodes(app, ast.Assign) if isinstance(node.value, ast.Tuple)]
    registered = [ast.unparse(name) for name in tuples[0].elts]

    assert sorted(registered) == sorted(capabilities())
    assert registered[-1] == "unknown"


@named
def test_a_listener_asks_for_what_bolt_or_the_services_provide(listener: Callable[..., Any]) -> None:
    known = {*Args.__annotations__, *provided(), "error"}

    assert set(inspect.signature(listener).parameters) <= known


@named
def test_a_listeners_parameters_are_such_as_bolt_fills_in(listener: Callable[..., Any]) -> None:
    # Bolt leaves out keyword-only parameters without a word.
    kinds = {parameter.kind for parameter in inspect.signature(listener).parameters.values()}

    assert kinds <= {inspect.Parameter.POSITIONAL_OR_KEYWORD}


@named
def test_a_listener_names_a_service_by_its_type(listener: Callable[..., Any]) -> None:
    hints = get_type_hints(listener)
    asked = {name: hint for name, hint in provided().items() if name in hints}

    assert {name: hints[name] for name in asked} == asked


def test_a_listener_is_a_few_moves() -> None:
    longest = max((len(inspect.getsource(listener).splitlines()), listener.__qualname__) for listener in LISTENERS)

    assert longest[0] <= 20, longest


def test_no_listener_is_lazy() -> None:
    words = [node.arg for source in sources("handlers") for node in nodes(source, ast.keyword)]

    assert "lazy" not in words
