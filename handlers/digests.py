"""`/digest`: when a channel gets one, one now, and the channel's quiet hours."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from slack_bolt import Ack, App, BoltContext, BoltResponse
from slack_sdk import WebClient

from bot.domain.digests import names_zone, timetable_in
from bot.domain.quiet_hours import quiet_in
from bot.domain.wall_time import UTC_NAME
from bot.domain.words import words
from bot.errors import RefusedError
from bot.services.digesting import Digesting
from bot.services.hush import Hush
from bot.views import digests as views
from bot.views import help as help_views
from bot.views.message import Message
from handlers.channels import require_to_be_in
from handlers.parsing import at_most, only
from handlers.replying import ack_with

_DIRECT = "D"


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asked for: the words after the verb, who and where, and what it takes to do it."""

    names: Sequence[str]
    user_id: str
    channel_id: str
    request: str
    client: WebClient
    context: BoltContext

    @property
    def digesting(self) -> Digesting:
        service: Digesting = self.context["digesting"]
        return service

    @property
    def hush(self) -> Hush:
        service: Hush = self.context["hush"]
        return service

    @property
    def usual_zone(self) -> str:
        """The zone by whose clocks the channel goes already."""
        known = self.digesting.of(self.channel_id) or self.hush.of(self.channel_id)
        return known.zone if known else UTC_NAME


def register(app: App) -> None:
    app.command("/digest")(digest)


def digest(ack: Ack, command: dict[str, Any], client: WebClient, context: BoltContext) -> BoltResponse:
    said = words(command.get("text", ""))
    if said.wants_help:
        return ack_with(ack, help_views.usage("digest"))
    only(said.pairs, (), "/digest")
    verb = said.names[0].lower() if said.names else ""
    act = VERBS.get(verb, _planned)
    names = said.names[1:] if verb in VERBS else said.names
    request = f"{command['user_id']}.{command.get('trigger_id', '')}"
    asked = Asked(names, command["user_id"], command["channel_id"], request, client, context)
    return ack_with(ack, act(asked))


def _shown(asked: Asked) -> Message:
    return views.settings_page(asked.digesting.of(asked.channel_id), asked.hush.of(asked.channel_id))


def _now(asked: Asked) -> Message:
    at_most(tuple(asked.names), 0, "/digest")
    return views.asked_reply(asked.digesting.publish(asked.channel_id, asked.user_id, asked.request))


def _stopped(asked: Asked) -> Message:
    at_most(tuple(asked.names), 0, "/digest")
    return views.stopped_reply(asked.digesting.stop(asked.channel_id, asked.user_id))


def _planned(asked: Asked) -> Message:
    timetable = timetable_in(asked.names, asked.usual_zone)
    _require_to_be_in(asked)
    planned = asked.digesting.plan(asked.channel_id, timetable, asked.user_id)
    return views.planned_reply(planned, zone_was_said=names_zone(asked.names))


def _require_to_be_in(asked: Asked) -> None:
    if asked.channel_id.startswith(_DIRECT):
        return
    try:
        require_to_be_in(asked.client, asked.channel_id)
    except RefusedError as error:
        raise RefusedError("I am not in this channel, so I cannot bring a digest.", next_step=error.next_step) from None


def _hushed(asked: Asked) -> Message:
    """`quiet 20:00-08:00 Europe/Berlin`, `quiet off`, and `quiet` alone."""
    if not asked.names:
        return _shown(asked)
    if len(asked.names) == 1 and asked.names[0].lower() == "off":
        return views.loud_reply(asked.hush.end(asked.channel_id, asked.user_id))
    quiet = quiet_in(asked.names, asked.channel_id, asked.user_id, asked.usual_zone)
    return views.quiet_reply(asked.hush.begin(quiet), zone_was_said=names_zone(asked.names))


VERBS: Mapping[str, Callable[[Asked], Message]] = {
    "": _shown,
    "now": _now,
    "off": _stopped,
    "quiet": _hushed,
}
