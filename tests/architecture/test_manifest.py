"""The manifest keeps Slack's rules, and promises what the code does: no command, event or scope more or less."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft7Validator
from slack_sdk import WebClient

from sandbox.slack.scopes import EVENT_SCOPES, METHOD_SCOPES
from tests.architecture.source import commands, manifest, nodes, registrations, sources

SCHEMA = json.loads((Path(__file__).parent / "manifest.schema.json").read_text(encoding="utf-8"))
HISTORY = ("channels:history", "groups:history", "im:history", "mpim:history")
# docs.slack.dev/reference/methods: each method that the code calls, as slack_sdk names it, with the scopes it needs.
SCOPES: dict[str, tuple[str, ...]] = {
    "apps_connections_open": (),
    "auth_test": (),
    "chat_delete": ("chat:write",),
    "chat_getPermalink": (),
    "chat_postEphemeral": ("chat:write",),
    "chat_postMessage": ("chat:write",),
    "chat_update": ("chat:write",),
    "conversations_history": HISTORY,
    # Of public channels, private ones and messages among several; who is in a public one does not matter.
    "conversations_info": ("channels:read", "groups:read", "mpim:read"),
    "conversations_join": ("channels:join",),
    "conversations_members": ("groups:read", "mpim:read"),
    "conversations_replies": HISTORY,
    "files_delete": ("files:write",),
    "files_info": ("files:read",),
    "files_upload_v2": ("files:write",),
    "usergroups_users_list": ("usergroups:read",),
    "views_open": (),
    "views_publish": (),
    "views_update": (),
}
# docs.slack.dev/reference/events
EVENTS: dict[str, tuple[str, ...]] = {
    "app_home_opened": (),
    "file_deleted": ("files:read",),
    "app_mention": ("app_mentions:read",),
    "message.channels": ("channels:history",),
    "message.groups": ("groups:history",),
    "message.im": ("im:history",),
    "message.mpim": ("mpim:history",),
}


def subscribed() -> list[str]:
    events: list[str] = manifest()["settings"]["event_subscriptions"]["bot_events"]
    return events


def methods_called() -> set[str]:
    """Methods of slack_sdk's client that the code calls on something named client."""
    import ast

    calls = (node.func for source in sources("bot", "handlers") for node in nodes(source, ast.Call))
    attributes = [func for func in calls if isinstance(func, ast.Attribute) and hasattr(WebClient, func.attr)]
    return {func.attr for func in attributes if ast.unparse(func.value).split(".")[-1].endswith("client")}


def test_the_schema_is_one() -> None:
    Draft7Validator.check_schema(SCHEMA)


def test_the_manifest_keeps_slacks_rules() -> None:
    problems = [f"{list(error.path)}: {error.message}" for error in Draft7Validator(SCHEMA).iter_errors(manifest())]

    assert problems == []


@pytest.mark.parametrize(
    ("section", "broken"),
    [
        ("display_information", {"name": "x" * 36}),
        ("display_information", {"name": "Darkroom", "colour": "red"}),
        ("features", {"bot_user": {"display_name": "d"}, "slash_commands": [{"command": "train", "description": "d"}]}),
        ("features", {"bot_user": {"display_name": "d"}, "slash_commands": [{"command": "/train"}]}),
        ("settings", {"interactivity": {}}),
        ("oauth_config", {"scopes": {"bot": ["commands", "commands"]}}),
    ],
)
def test_a_manifest_that_breaks_a_rule_is_found_out(section: str, broken: object) -> None:
    assert not Draft7Validator(SCHEMA).is_valid({**manifest(), section: broken})


def test_the_commands_of_the_manifest_are_those_that_are_listened_to() -> None:
    assert sorted(commands()) == sorted(registrations().of("command"))


def test_no_command_is_listened_to_twice() -> None:
    assert len(set(registrations().of("command"))) == len(registrations().of("command"))


def test_the_events_of_the_manifest_are_those_that_are_listened_to() -> None:
    listened = [what if isinstance(what, str | dict) else None for what in registrations().of("event")]
    names = {what["type"] if isinstance(what, dict) else what for what in listened if what}

    assert {event.split(".")[0] for event in subscribed()} == names


def test_the_table_of_methods_is_of_those_that_the_code_calls() -> None:
    assert methods_called() == set(SCOPES)


def test_the_table_of_events_is_of_those_that_the_manifest_subscribes_to() -> None:
    assert set(subscribed()) == set(EVENTS)


def test_the_scopes_of_the_manifest_are_those_that_the_code_needs() -> None:
    needed = {scope for scopes in (*SCOPES.values(), *EVENTS.values()) for scope in scopes}

    assert set(manifest()["oauth_config"]["scopes"]["bot"]) == needed | {"commands"}


def test_the_sandbox_asks_for_the_same_scopes() -> None:
    ours = {name.replace("_", "."): scopes for name, scopes in SCOPES.items() if len(scopes) == 1}
    both = {name: scopes for name, scopes in ours.items() if name in METHOD_SCOPES}

    assert {name: (METHOD_SCOPES[name],) for name in both} == both
    assert {name: (EVENT_SCOPES[name],) for name, scopes in EVENTS.items() if scopes} == {
        name: scopes for name, scopes in EVENTS.items() if scopes
    }


def test_the_shortcuts_of_the_manifest_are_those_that_are_listened_to() -> None:
    declared = [(entry["type"], entry["callback_id"]) for entry in manifest()["features"]["shortcuts"]]

    assert declared == [("message", callback_id) for callback_id in registrations().of("shortcut")]


def test_what_the_bot_draws_can_be_clicked() -> None:
    assert manifest()["settings"]["interactivity"]["is_enabled"]
    assert manifest()["features"]["app_home"]["home_tab_enabled"]
