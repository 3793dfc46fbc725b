"""views.*: modals that follow an interaction, and the Home tab."""

from collections.abc import Callable

from sandbox.slack.answers import ApiError, Json
from sandbox.slack.arguments import Arguments
from sandbox.slack.blocks import HOME, MODAL
from sandbox.slack.site import Site
from sandbox.slack.view_rules import checked_view
from sandbox.slack.view_stack import open_modal, publish_home, push_modal, replace_view


def open_view(site: Site, arguments: Arguments) -> Json:
    fields = _fields(site, arguments, MODAL)
    _require_free_external_id(site, fields)
    trigger = site.exchange(arguments.needed("trigger_id"))
    return {"view": open_modal(site, trigger.user, fields)}


def push(site: Site, arguments: Arguments) -> Json:
    fields = _fields(site, arguments, MODAL)
    _require_free_external_id(site, fields)
    trigger = site.exchange(arguments.needed("trigger_id"))
    if not trigger.from_modal:
        raise ApiError("invalid_trigger_id")
    return {"view": push_modal(site, trigger.user, fields)}


def update(site: Site, arguments: Arguments) -> Json:
    view = _wanted(site, arguments)
    fields = _fields(site, arguments, view["type"])
    _require_hash(arguments, view)
    return {"view": replace_view(site, view, fields)}


def publish(site: Site, arguments: Arguments) -> Json:
    if not site.manifest.home_tab:
        raise ApiError("not_enabled")
    user = site.workspace.user(arguments.needed("user_id"))
    fields = _fields(site, arguments, HOME)
    if user.id in site.workspace.homes:
        _require_hash(arguments, site.workspace.homes[user.id])
    return {"view": publish_home(site, user.id, fields)}


def _fields(site: Site, arguments: Arguments, surface: str) -> Json:
    return checked_view(site, arguments.structure("view", "invalid_arguments"), surface)


def _wanted(site: Site, arguments: Arguments) -> Json:
    external_id = arguments.text("external_id")
    for view in site.workspace.views.values():
        if view["id"] == arguments.text("view_id") or (external_id and view["external_id"] == external_id):
            return view
    raise ApiError("not_found")


def _require_hash(arguments: Arguments, view: Json) -> None:
    if arguments.text("hash") and arguments.text("hash") != view["hash"]:
        raise ApiError("hash_conflict")


def _require_free_external_id(site: Site, fields: Json) -> None:
    taken = {view["external_id"] for view in site.workspace.views.values() if view["external_id"]}
    if fields.get("external_id") in taken:
        raise ApiError("duplicate_external_id")


METHODS: dict[str, Callable[[Site, Arguments], Json]] = {
    "views.open": open_view,
    "views.publish": publish,
    "views.push": push,
    "views.update": update,
}
