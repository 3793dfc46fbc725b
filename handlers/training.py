"""`/train`: start a training job by words, or by a modal when there are none; what is dear is asked about first."""

from typing import Any

from slack_bolt import Ack, App, BoltResponse
from slack_sdk import WebClient

from bot.domain.wishes import JobRequest
from bot.domain.words import Words, without_dry_run, words
from bot.errors import UsageError
from bot.services.cards import CardKeeper
from bot.services.starting import Starting
from bot.services.training import Training
from bot.views import help as help_views
from bot.views import starting as start_views
from bot.views import training as views
from bot.views.modals import metadata
from handlers.access import trainers_only
from handlers.choosing import fields_fit
from handlers.parsing import at_most
from handlers.replying import ack_with
from handlers.starting import answered, sent


def register(app: App) -> None:
    app.command("/train", middleware=[trainers_only])(train)
    app.view(views.SUBMIT, middleware=[trainers_only, fields_fit])(train_submitted)


def train(
    ack: Ack, command: dict[str, Any], client: WebClient, training: Training, starting: Starting, cards: CardKeeper
) -> BoltResponse:
    said = words(command.get("text", ""))
    if said.wants_help:
        return ack_with(ack, help_views.usage("train"))
    if not said.names and not said.pairs:
        view = views.train_modal(training.data_sets(), {}, command["channel_id"])
        client.views_open(trigger_id=command["trigger_id"], view=view)
        return ack()
    asked = without_dry_run(said)
    request = _request(asked, command)
    if asked != said:
        return ack_with(ack, start_views.dry_run_reply(starting.dry_run(request)))
    return ack_with(ack, answered(starting.ask(request), client, cards))


def train_submitted(
    ack: Ack, view: dict[str, Any], body: dict[str, Any], client: WebClient, starting: Starting, cards: CardKeeper
) -> BoltResponse:
    data_set, pairs = views.read_train_modal(view["state"]["values"])
    request = JobRequest(data_set, pairs, body["user"]["id"], metadata(view)["channel_id"], key=view["id"])
    return sent(ack, starting.ask(request), client, cards)


def _request(said: Words, command: dict[str, Any]) -> JobRequest:
    if not said.names:
        raise UsageError("Which data set?", next_step="Write it first: `/train emoji epochs=10`.")
    at_most(said.names, 1, "/train")
    user_id, channel_id = command["user_id"], command["channel_id"]
    return JobRequest(said.names[0], said.pairs, user_id, channel_id, key=command["trigger_id"])
