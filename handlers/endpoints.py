"""`/endpoints`: list endpoints, show one, and what can be done about one by a verb before its name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from slack_bolt import Ack, App, BoltContext, BoltResponse
from slack_sdk import WebClient

from bot.domain import leases
from bot.domain.endpoints import Endpoint
from bot.domain.words import words
from bot.errors import UsageError
from bot.services.deployment import Deployment
from bot.services.upkeep import Upkeep
from bot.views import endpoints as views
from bot.views import help as help_views
from bot.views import leases as lease_views
from bot.views import provenance as provenance_views
from bot.views import replies
from bot.views import strays as stray_views
from bot.views.message import Message
from bot.views.retrainings import learning_reply
from handlers.channels import channel_in, require_to_be_in
from handlers.parsing import at_most, only, subcommand
from handlers.releases import rolled_back_by_name, shadow, split
from handlers.replying import ack_with, tell


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asked for by a verb: the words after it, who and where, and what it takes to do it."""

    verb: str
    names: tuple[str, ...]
    user_id: str
    channel_id: str
    client: WebClient
    context: BoltContext

    @property
    def deployment(self) -> Deployment:
        service: Deployment = self.context["deployment"]
        return service

    @property
    def upkeep(self) -> Upkeep:
        service: Upkeep = self.context["upkeep"]
        return service

    def name(self, more: int = 0) -> str:
        """The name after the verb, which may be followed by so many words."""
        at_most(self.names, 1 + more, "/endpoints")
        if not self.names:
            raise UsageError(
                "Which endpoint?",
                next_step=f"Write its name, as in `/endpoints {self.verb} NAME`; `/endpoints` lists them.",
            )
        return self.names[0]

    def word(self, place: int) -> str:
        """The word at this place after the verb, or nothing."""
        return self.names[place] if len(self.names) > place else ""

    def endpoint(self, more: int = 0) -> Endpoint:
        return self.deployment.endpoint(self.name(more))


def register(app: App) -> None:
    app.command("/endpoints")(endpoints)
    app.action(views.DELETE)(delete_clicked)
    app.action(views.DETAILS)(details_clicked)


def endpoints(ack: Ack, command: dict[str, Any], client: WebClient, context: BoltContext) -> BoltResponse:
    said = words(command.get("text", ""))
    if said.wants_help:
        return ack_with(ack, help_views.usage("endpoints"))
    only(said.pairs, (), "/endpoints")
    verb, names = subcommand(said.names, tuple(VERBS))
    asked = Asked(verb, names, command["user_id"], command["channel_id"], client, context)
    if verb:
        return ack_with(ack, VERBS[verb](asked))
    if names:
        return ack_with(ack, _page(asked.upkeep, asked.endpoint()))
    return ack_with(ack, views.endpoint_list(asked.upkeep.holdings.all(), _now()))


def delete_clicked(
    ack: Ack, action: dict[str, Any], body: dict[str, Any], context: BoltContext, deployment: Deployment
) -> None:
    ack()
    endpoint = deployment.delete(action["value"], body["user"]["id"])
    tell(context, replies.deleting(endpoint))


def details_clicked(ack: Ack, action: dict[str, Any], context: BoltContext, upkeep: Upkeep) -> None:
    ack()
    tell(context, _page(upkeep, upkeep.holdings.living(action["value"])))


def _deleted(asked: Asked) -> Message:
    return replies.deleting(asked.deployment.delete(asked.endpoint().id, asked.user_id))


def _rolled_back(asked: Asked) -> Message:
    return rolled_back_by_name(asked.name(), asked.user_id, asked.deployment, asked.context["roll_back"])


def _split(asked: Asked) -> Message:
    """`split NAME 90/10 [JOB]`, and `split NAME off`."""
    endpoint = asked.endpoint(more=2)
    return split(endpoint, asked.word(1), asked.word(2), asked.user_id, asked.context["splitting"])


def _shadowed(asked: Asked) -> Message:
    """`shadow NAME [JOB]`, and `shadow NAME off`."""
    return shadow(asked.endpoint(more=1), asked.word(1), asked.user_id, asked.context["splitting"])


def _kept(asked: Asked) -> Message:
    endpoint, leasing = asked.endpoint(more=1), asked.upkeep.leasing
    length = leases.length(asked.word(1), leasing.terms.length)
    return lease_views.kept_reply(leasing.keep(endpoint, asked.user_id, length))


def _routed(asked: Asked) -> Message:
    """`route NAME #channel`, and `route off #channel`."""
    name, answering = asked.name(more=1), asked.upkeep.answering
    channel_id = channel_in(asked.word(1), asked.channel_id)
    if name.lower() == "off":
        return replies.unrouted(answering.stop(channel_id, asked.user_id), channel_id)
    endpoint = asked.deployment.endpoint(name)
    require_to_be_in(asked.client, channel_id)
    return replies.routed(endpoint, channel_id, answering.route(endpoint, channel_id, asked.user_id))


def _why(asked: Asked) -> Message:
    endpoint, upkeep = asked.endpoint(), asked.upkeep
    return provenance_views.why_page(upkeep.provenance.of(endpoint), upkeep.figures.in_use(endpoint))


def _learned(asked: Asked) -> Message:
    return learning_reply(asked.context["learning_on"].learn(asked.endpoint(), asked.user_id, asked.channel_id))


def _swept(asked: Asked) -> Message:
    at_most(asked.names, 0, "/endpoints")
    return stray_views.stray_list(asked.upkeep.sweeping.open())


# To be extended by a line: a verb, and what answers to it.
VERBS: Mapping[str, Callable[[Asked], Message]] = {
    "delete": _deleted,
    "keep": _kept,
    "learn": _learned,
    "rollback": _rolled_back,
    "route": _routed,
    "shadow": _shadowed,
    "split": _split,
    "sweep": _swept,
    "why": _why,
}


def _page(upkeep: Upkeep, endpoint: Endpoint) -> Message:
    return views.endpoint_page(upkeep.holdings.of(endpoint), _now())


def _now() -> datetime:
    return datetime.now(UTC)
