"""What happens when a person types a command, clicks, searches an option list or sends a modal."""

import time
from typing import Any

from sandbox.slack import payloads
from sandbox.slack.answers import ApiError, Json
from sandbox.slack.arguments import Arguments
from sandbox.slack.blocks import MODAL, interactive_elements
from sandbox.slack.delivery import Answer, Kind, UndeliveredError
from sandbox.slack.elements import OPTION_GROUPS, OPTIONS
from sandbox.slack.given_files import hand_over, with_files
from sandbox.slack.responses import respond
from sandbox.slack.rules import array
from sandbox.slack.site import ResponseUrl, Site
from sandbox.slack.typing_rules import encoded
from sandbox.slack.view_rules import checked_view, drawn_values, input_errors
from sandbox.slack.view_stack import clear, close_modal, push_modal, replace_view
from sandbox.slack.workspace import Channel, User

_ASKED = ("block_id", "action_id", "value")
# https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element#external_select
LEAST_TYPED = 3
_TROUBLE = "We had some trouble connecting. Try again?"


class RefusedError(Exception):
    """What a person reads when something did not work."""


async def command(site: Site, user: User, channel: Channel, typed: str) -> Json:
    """A slash command; raises `RefusedError` where Slack itself refuses it or the app does not answer."""
    word, _, text = typed.partition(" ")
    declared = site.manifest.commands.get(word)
    if declared is None:
        raise RefusedError(f"{word} is not a valid command.")
    said = encoded(site.workspace, text.strip()) if declared.should_escape else text.strip()
    payload = payloads.slash_command(site, user, channel, word, said)
    try:
        answer = await site.dispatcher.ask(Kind.COMMAND, payload)
    except UndeliveredError as failure:
        raise RefusedError(f'{word} failed with the error "{_command_error(failure)}".') from None
    try:
        _say_answer(site, user, channel, answer)
    except ApiError as refusal:
        raise RefusedError(f'{word} failed with the error "{refusal.error}".') from None
    return {"answered": True}


async def action(site: Site, user: User, place: Json, sent: Json, values: Json) -> None:
    """A click; `place` is the part of the payload that tells where, and `sent` what the person's client drew."""
    payload = payloads.interaction("block_actions", user) | place
    view = payload.get("view")
    drawn = view or payload.get("message") or {}
    if view:
        view["state"] = {"values": _state(view, with_files(site, user, view, values))}
        hand_over(site, view)
    else:
        payload["state"] = {"values": _state(drawn, values)}
    payload["trigger_id"] = site.new_trigger(user.id, from_modal=bool(view and view["type"] == MODAL))
    payload["actions"] = [{**_as_drawn(drawn, sent), "action_ts": f"{time.time():.6f}"}]
    await _ask(site, payload)


async def options(site: Site, user: User, place: Json, asked: Json) -> Json:
    """The options of an external select for what was typed into it."""
    _check_asked(place, asked)
    payload = payloads.suggestion(user, place, {key: str(asked.get(key) or "") for key in _ASKED})
    found = (await _ask(site, payload)).payload or {}
    checks = {"options": array(OPTIONS, 1, 0), "option_groups": array(OPTION_GROUPS, 1, 0)}
    key = "option_groups" if "option_groups" in found else "options"
    entries = found.get(key) or []
    complaints = list(checks[key]([entries] if entries else [], f"/{key}"))
    if complaints:
        raise RefusedError(f"The app's options are not valid: {complaints[0]}")
    return {key: entries}


def _check_asked(place: Json, asked: Json) -> None:
    """Slack's client asks only for what is drawn, and only after as many characters as the element wants."""
    drawn = place.get("view") or place.get("message") or {"blocks": []}
    found = (
        element
        for block in drawn.get("blocks") or ()
        for _, element in interactive_elements(block)
        if (block["block_id"], element.get("action_id")) == (asked.get("block_id"), asked.get("action_id"))
    )
    element = next(found, None)
    if element is None or not element["type"].endswith("external_select"):
        raise RefusedError("There is no such list here.")
    least = element.get("min_query_length", LEAST_TYPED)
    if len(str(asked.get("value") or "")) < least:
        raise RefusedError(f"Type {least} or more characters.")


async def submit(site: Site, user: User, view: Json, values: Json) -> Json:
    """Send a modal; answers the errors to show, or what the app wants next."""
    view["state"] = {"values": drawn_values(view["blocks"], with_files(site, user, view, values))}
    errors = input_errors(view["blocks"], view["state"]["values"])
    if errors:
        return {"ok": False, "error": "Some fields need another look.", "errors": errors}
    hand_over(site, view)
    payload = payloads.interaction("view_submission", user) | {"view": view, "response_urls": []}
    payload["trigger_id"] = site.new_trigger(user.id, from_modal=True)
    answer = (await _ask(site, payload)).payload or {}
    try:
        return _after_submit(site, user, view, answer)
    except (ApiError, KeyError, TypeError, AttributeError):
        raise RefusedError(_TROUBLE) from None


async def close(site: Site, user: User, view: Json) -> None:
    """Close a modal; the app hears of it where it asked to."""
    close_modal(site, user.id, view["id"])
    if view["notify_on_close"]:
        payload = payloads.interaction("view_closed", user) | {"view": view, "is_cleared": False}
        await _ask(site, payload)


async def shortcut(site: Site, user: User, payload_part: Json) -> None:
    kind = "message_action" if "message" in payload_part else "shortcut"
    payload = payloads.interaction(kind, user) | payload_part
    payload |= {"trigger_id": site.new_trigger(user.id), "action_ts": f"{time.time():.6f}"}
    await _ask(site, payload)


async def _ask(site: Site, payload: Json) -> Answer:
    if not site.manifest.interactive:
        raise RefusedError("This app has no interactivity: its manifest does not enable it.")
    try:
        return await site.dispatcher.ask(Kind.INTERACTION, payload)
    except UndeliveredError:
        raise RefusedError(_TROUBLE) from None


def _command_error(failure: UndeliveredError) -> str:
    return "operation_timeout" if "timeout" in failure.reason else "dispatch_failed"


def _say_answer(site: Site, user: User, channel: Channel, answer: Answer) -> None:
    said = answer.payload or {}
    if said.get("text") or said.get("blocks") or said.get("attachments"):
        respond(site, ResponseUrl(channel.id, user.id, float("inf")), Arguments(said))


def _state(drawn: Json, values: Json) -> Json:
    before = drawn.get("state", {}).get("values", {}) if "state" in drawn else {}
    merged = {**before, **{block: {**before.get(block, {}), **entry} for block, entry in values.items()}}
    return drawn_values(drawn.get("blocks", []), merged)


def _as_drawn(drawn: Json, sent: Json) -> Json:
    """What was sent, with the text of the button as it stands now, if it still stands."""
    for block in drawn.get("blocks", []):
        for _, element in interactive_elements(block):
            if block["block_id"] == sent.get("block_id") and element.get("action_id") == sent.get("action_id"):
                kept: Json = {key: element[key] for key in ("type", "text", "value", "style") if key in element}
                return {**kept, **sent}
    return sent


def _after_submit(site: Site, user: User, view: Json, answer: Json) -> Json:
    action: Any = answer.get("response_action")
    match action:
        case None:
            close_modal(site, user.id, view["id"])
        case "clear":
            clear(site, user.id)
        case "errors":
            return _errors(view, answer["errors"])
        case "update":
            replace_view(site, view, checked_view(site, answer["view"], MODAL))
        case "push":
            push_modal(site, user.id, checked_view(site, answer["view"], MODAL))
        case _:
            raise ApiError("invalid_response_action")
    return {"ok": True, **({"response_action": action} if action else {})}


def _errors(view: Json, errors: Json) -> Json:
    inputs = {block["block_id"] for block in view["blocks"] if block["type"] == "input"}
    if not errors or set(errors) - inputs:
        raise ApiError("invalid_errors")
    return {"ok": False, "response_action": "errors", "errors": errors, "error": "Some fields need another look."}
