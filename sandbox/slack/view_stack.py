"""The modals that a person has open, the Home tab that they see, and how both change."""

import secrets
import time

from sandbox.slack.answers import ApiError, Json
from sandbox.slack.site import Site
from sandbox.slack.view_rules import drawn_values
from sandbox.slack.workspace import Workspace

# https://docs.slack.dev/reference/methods/views.push: two more on top of the first.
MOST_STACKED = 3
_DEFAULTS: Json = {"private_metadata": "", "callback_id": "", "external_id": ""}
_MODAL_DEFAULTS: Json = {"close": None, "submit": None, "clear_on_close": False, "notify_on_close": False}


def open_modal(site: Site, user_id: str, fields: Json) -> Json:
    """A first modal; whatever was open is gone."""
    clear(site, user_id)
    view = _stored(site, fields)
    site.workspace.stacks[user_id] = [view["id"]]
    return _shown(site, user_id, "view_opened", view)


def push_modal(site: Site, user_id: str, fields: Json) -> Json:
    """A modal on top of the open ones; raises `push_limit_reached` or `not_found`."""
    stack = site.workspace.stacks.get(user_id)
    if not stack:
        raise ApiError("not_found")
    if len(stack) >= MOST_STACKED:
        raise ApiError("push_limit_reached")
    view = _stored(site, fields)
    view |= {"previous_view_id": stack[-1], "root_view_id": stack[0]}
    stack.append(view["id"])
    return _shown(site, user_id, "view_opened", view)


def replace_view(site: Site, view: Json, fields: Json) -> Json:
    """New content under the same id; inputs that stay keep what was filled in."""
    filled = view["state"]["values"]
    defaults = _DEFAULTS | (_MODAL_DEFAULTS if view["type"] == "modal" else {})
    view |= {**defaults, **fields, "hash": _new_hash()}
    view["state"] = {"values": drawn_values(view["blocks"], filled)}
    user_id = owner(site, view["id"])
    return _shown(site, user_id, "home" if view["type"] == "home" else "view_updated", view)


def publish_home(site: Site, user_id: str, fields: Json) -> Json:
    home = site.workspace.homes.get(user_id)
    if home:
        return replace_view(site, home, fields)
    view = _stored(site, fields)
    site.workspace.homes[user_id] = view
    return _shown(site, user_id, "home", view)


def close_modal(site: Site, user_id: str, view_id: str) -> None:
    """Close this modal and those above it."""
    stack = site.workspace.stacks.get(user_id, [])
    if view_id not in stack:
        return
    at = stack.index(view_id)
    gone = [site.workspace.views.pop(closed) for closed in stack[at:]]
    del stack[at:]
    for view in gone:
        site.streams.tell_person(user_id, {"type": "view_closed", "view": view})


def clear(site: Site, user_id: str) -> None:
    stack = site.workspace.stacks.get(user_id)
    if stack:
        close_modal(site, user_id, stack[0])


def owner(site: Site, view_id: str) -> str:
    """Who sees this view; raises `not_found`."""
    stacks = ((user, stack) for user, stack in site.workspace.stacks.items() if view_id in stack)
    homes = ((user, home) for user, home in site.workspace.homes.items() if home["id"] == view_id)
    for user, _ in (*stacks, *homes):
        return user
    raise ApiError("not_found")


def _stored(site: Site, fields: Json) -> Json:
    view_id = site.workspace.new_id("V")
    view: Json = {"id": view_id, "team_id": Workspace.TEAM, **_DEFAULTS}
    if fields["type"] == "modal":
        view |= _MODAL_DEFAULTS
    view |= {**fields, "hash": _new_hash(), "previous_view_id": None, "root_view_id": view_id}
    view |= {"app_id": Workspace.APP, "app_installed_team_id": Workspace.TEAM, "bot_id": Workspace.BOT}
    view["state"] = {"values": drawn_values(view["blocks"], {})}
    site.workspace.views[view_id] = view
    return view


def _shown(site: Site, user_id: str, what: str, view: Json) -> Json:
    site.streams.tell_person(user_id, {"type": what, "view": view})
    return view


def _new_hash() -> str:
    return f"{int(time.time())}.{secrets.token_hex(4)}"
