"""`/endpoints`: list endpoints, show one, delete one."""

from typing import Any

from slack_bolt import Ack, App, BoltContext, BoltResponse

from bot.errors import UsageError
from bot.services.deployment import Deployment
from bot.views import endpoints as views
from bot.views import help as help_views
from bot.views import replies
from handlers.parsing import at_most, only, subcommand, words
from handlers.replying import ack_with, tell


def register(app: App) -> None:
    app.command("/endpoints")(endpoints)
    app.action(views.DELETE)(delete_clicked)


def endpoints(ack: Ack, command: dict[str, Any], deployment: Deployment) -> BoltResponse:
    said = words(command.get("text", ""))
    if said.wants_help:
        return ack_with(ack, help_views.usage("endpoints"))
    only(said.pairs, (), "/endpoints")
    verb, names = subcommand(said.names, ("delete",))
    at_most(names, 1, "/endpoints")
    if verb == "delete":
        endpoint = deployment.endpoint(_one(names))
        return ack_with(ack, replies.deleting(deployment.delete(endpoint.id, command["user_id"])))
    if names:
        return ack_with(ack, views.endpoint_detail(deployment.endpoint(names[0])))
    return ack_with(ack, views.endpoint_list(deployment.live()))


def delete_clicked(
    ack: Ack, action: dict[str, Any], body: dict[str, Any], context: BoltContext, deployment: Deployment
) -> None:
    ack()
    endpoint = deployment.delete(action["value"], body["user"]["id"])
    tell(context, replies.deleting(endpoint))


def _one(names: tuple[str, ...]) -> str:
    if not names:
        raise UsageError(
            "Which endpoint?", next_step="Write its name: `/endpoints delete NAME`; `/endpoints` lists them."
        )
    return names[0]
