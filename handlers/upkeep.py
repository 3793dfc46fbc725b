"""The buttons with which endpoints are kept or let go, and what was left behind on AWS is removed."""

from typing import Any

from slack_bolt import Ack, App, BoltContext

from bot.services.deployment import Deployment
from bot.services.upkeep import Upkeep
from bot.views import leases as views
from bot.views import replies
from bot.views import strays as stray_views
from bot.views.endpoints import KEEP
from handlers.replying import tell


def register(app: App) -> None:
    app.action(views.KEEP)(asked_keep_clicked)
    app.action(views.DELETE)(asked_delete_clicked)
    app.action(KEEP)(keep_clicked)
    app.action(stray_views.REMOVE)(remove_clicked)


def asked_keep_clicked(
    ack: Ack, action: dict[str, Any], body: dict[str, Any], context: BoltContext, upkeep: Upkeep
) -> None:
    ack()
    tell(context, views.kept_reply(upkeep.leasing.keep_asked(action["value"], body["user"]["id"])))


def asked_delete_clicked(
    ack: Ack,
    action: dict[str, Any],
    body: dict[str, Any],
    context: BoltContext,
    deployment: Deployment,
    upkeep: Upkeep,
) -> None:
    ack()
    endpoint = upkeep.leasing.endpoint_asked(action["value"])
    tell(context, replies.deleting(deployment.delete(endpoint.id, body["user"]["id"])))


def keep_clicked(ack: Ack, action: dict[str, Any], body: dict[str, Any], context: BoltContext, upkeep: Upkeep) -> None:
    ack()
    endpoint, leasing = upkeep.holdings.living(action["value"]), upkeep.leasing
    tell(context, views.kept_reply(leasing.keep(endpoint, body["user"]["id"], leasing.terms.length)))


def remove_clicked(
    ack: Ack, action: dict[str, Any], body: dict[str, Any], context: BoltContext, upkeep: Upkeep
) -> None:
    ack()
    tell(context, stray_views.removing_reply(upkeep.sweeping.remove(action["value"], body["user"]["id"])))
