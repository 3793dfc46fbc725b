"""The payloads that Slack sends for commands and interactions."""

import json
from urllib.parse import urlencode

from sandbox.slack.answers import Json
from sandbox.slack.site import Site
from sandbox.slack.workspace import Channel, User, Workspace


def slash_command(site: Site, user: User, channel: Channel, command: str, text: str) -> Json:
    """https://docs.slack.dev/interactivity/implementing-slash-commands"""
    return {
        "token": "sandbox",
        "team_id": Workspace.TEAM,
        "team_domain": Workspace.DOMAIN,
        "channel_id": channel.id,
        "channel_name": channel_name(channel),
        "user_id": user.id,
        "user_name": user.name,
        "command": command,
        "text": text,
        "api_app_id": Workspace.APP,
        "is_enterprise_install": "false",
        "response_url": site.new_response_url(channel.id, user.id),
        "trigger_id": site.new_trigger(user.id),
    }


def interaction(kind: str, user: User) -> Json:
    """What every interaction carries."""
    who = {"id": user.id, "username": user.name, "name": user.name, "team_id": user.team}
    return {
        "type": kind,
        "token": "sandbox",
        "team": {"id": Workspace.TEAM, "domain": Workspace.DOMAIN},
        "user": who,
        "api_app_id": Workspace.APP,
        "enterprise": None,
        "is_enterprise_install": False,
    }


def on_message(site: Site, user: User, channel: Channel, message: Json) -> Json:
    """The part of an interaction that tells on which message it was."""
    is_ephemeral = bool(message.get("is_ephemeral"))
    container = {"type": "message", "message_ts": message["ts"], "channel_id": channel.id}
    container["is_ephemeral"] = is_ephemeral
    if "thread_ts" in message:
        container["thread_ts"] = message["thread_ts"]
    part: Json = {"container": container, "channel": {"id": channel.id, "name": channel_name(channel)}}
    if not is_ephemeral:
        part["message"] = {key: value for key, value in message.items() if key != "channel"}
    return part | {"response_url": site.new_response_url(channel.id, user.id, message["ts"])}


def of_shortcut(site: Site, user: User, channel: Channel, message: Json) -> Json:
    """https://docs.slack.dev/reference/interaction-payloads/shortcuts-interaction-payload: the whole message."""
    return {
        "message_ts": message["ts"],
        "channel": {"id": channel.id, "name": channel_name(channel)},
        "message": {key: value for key, value in message.items() if key != "channel"},
        "response_url": site.new_response_url(channel.id, user.id, message["ts"], has_original=False),
    }


def on_view(view: Json) -> Json:
    return {"container": {"type": "view", "view_id": view["id"]}, "view": view}


def suggestion(user: User, place: Json, asked: Json) -> Json:
    """https://docs.slack.dev/reference/interaction-payloads/block_suggestion-payload

    Its view's state is always empty: https://github.com/slackapi/java-slack-sdk/issues/1292
    """
    payload = interaction("block_suggestion", user) | place
    payload.pop("response_url", None)
    if "view" in payload:
        payload["view"] = {**payload["view"], "state": {"values": {}}}
    return payload | asked


def channel_name(channel: Channel) -> str:
    if channel.is_im:
        return "directmessage"
    return "privategroup" if channel.kind == "group" else channel.name


def http_body(kind: str, payload: Json) -> tuple[str, str]:
    """Content type and body of a payload as Slack posts it to a request URL."""
    if kind == "events_api":
        return "application/json", json.dumps(payload)
    form = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
    return "application/x-www-form-urlencoded", urlencode(form)
