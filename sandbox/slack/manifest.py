"""What the app's manifest promises: commands, shortcuts, bot scopes and subscribed events."""

from dataclasses import dataclass
from pathlib import Path

import yaml

from sandbox.slack.answers import Json


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
    return AppManifest(
        name=document["display_information"]["name"],
        commands={entry["command"]: _command(entry) for entry in features.get("slash_commands", ())},
        shortcuts=tuple(features.get("shortcuts", ())),
        scopes=tuple(document.get("oauth_config", {}).get("scopes", {}).get("bot", ())),
        events=frozenset(settings.get("event_subscriptions", {}).get("bot_events", ())),
        home_tab=bool(features.get("app_home", {}).get("home_tab_enabled")),
        interactive=bool(settings.get("interactivity", {}).get("is_enabled")),
    )


def _command(entry: Json) -> Command:
    known = ("command", "description", "usage_hint", "should_escape")
    return Command(**{name: entry[name] for name in known if name in entry})
