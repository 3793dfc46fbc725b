"""What the app's manifest promises: commands, shortcuts, bot scopes and subscribed events."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from sandbox.slack.answers import Json
from sandbox.slack.rules import array, choice, complaint, shape, string

# https://docs.slack.dev/reference/app-manifest#features
_SHORTCUT = shape({"name": string(24), "callback_id": string(255), "description": string(150)})
_MOST_SHORTCUTS = 10


class ManifestError(ValueError):
    """The manifest is one that Slack does not take."""


@dataclass(frozen=True, slots=True)
class Command:
    """A slash command as the manifest declares it."""

    command: str
    description: str = ""
    usage_hint: str = ""
    should_escape: bool = False


@dataclass(frozen=True, slots=True)
class AppManifest:
    """The part of an app manifest that decides what Slack does."""

    name: str
    commands: dict[str, Command]
    shortcuts: tuple[Json, ...]
    scopes: tuple[str, ...]
    events: frozenset[str]
    home_tab: bool
    interactive: bool


def read_manifest(path: Path) -> AppManifest:
    """Read YAML or JSON (JSON is YAML)."""
    document: Json = yaml.safe_load(path.read_text(encoding="utf-8"))
    features: Json = document.get("features", {})
    settings: Json = document.get("settings", {})
    scopes = tuple(document.get("oauth_config", {}).get("scopes", {}).get("bot", ()))
    _check_shortcuts(features.get("shortcuts", []), scopes)
    return AppManifest(
        name=document["display_information"]["name"],
        commands={entry["command"]: _command(entry) for entry in features.get("slash_commands", ())},
        shortcuts=tuple(features.get("shortcuts", ())),
        scopes=scopes,
        events=frozenset(settings.get("event_subscriptions", {}).get("bot_events", ())),
        home_tab=bool(features.get("app_home", {}).get("home_tab_enabled")),
        interactive=bool(settings.get("interactivity", {}).get("is_enabled")),
    )


def _check_shortcuts(shortcuts: list[Json], scopes: tuple[str, ...]) -> None:
    complaints = list(array(_SHORTCUT, _MOST_SHORTCUTS, 0)(shortcuts, "/features/shortcuts"))
    complaints += [] if complaints else _type_complaints(shortcuts)
    if shortcuts and "commands" not in scopes:
        complaints.append(complaint("shortcuts need the scope commands", "/oauth_config/scopes/bot"))
    if complaints:
        raise ManifestError("; ".join(complaints))


def _type_complaints(shortcuts: list[Json]) -> Iterator[str]:
    seen: set[str] = set()
    for index, entry in enumerate(shortcuts):
        at = f"/features/shortcuts/{index}"
        yield from choice("message", "global")(entry.get("type"), f"{at}/type")
        if entry["callback_id"] in seen:
            yield complaint(f"callback_id {entry['callback_id']} already exists", f"{at}/callback_id")
        seen.add(entry["callback_id"])


def _command(entry: Json) -> Command:
    known = ("command", "description", "usage_hint", "should_escape")
    return Command(**{name: entry[name] for name in known if name in entry})
