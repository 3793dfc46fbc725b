"""`/train`: start a training job by words, or by a modal when there are none; what is dear is asked about first."""

from dataclasses import replace
from typing import Any

from slack_bolt import Ack, App, BoltResponse, Respond
from slack_sdk import WebClient

from bot.domain.quotes import Question, Started
from bot.errors import UsageError
from bot.services.cards import CardKeeper
from bot.services.starting import Starting
from bot.services.training import Training, TrainingRequest
from bot.views import help as help_views
from bot.views import jobs as job_views
from bot.views import starting as start_views
from bot.views import training as views
from bot.views.message import Message
from bot.views.modals import metadata
from handlers.access import trainers_only
from handlers.parsing import Words, at_most, words
from handlers.replying import ack_with, link_to

_DRY_RUN = ("dry-run", "dry_run", "dryrun")


def register(app: App) -> None:
    app.command("/train", middleware=[trainers_only])(train)
    app.view(views.SUBMIT, middleware=[trainers_only])(train_submitted)
    app.view(start_views.CONFIRM, middleware=[trainers_only])(train_confirmed)
    app.action(start_views.START, middleware=[trainers_only])(start_clicked)
    app.action(start_views.DROP)(drop_clicked)


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
    asked = _without_dry_run(said)
    request = _request(asked, command)
    if asked != said:
        return ack_with(ack, start_views.dry_run_reply(starting.dry_run(request)))
    return ack_with(ack, _answer(starting.ask(request), client, cards))


def train_submitted(
    ack: Ack, view: dict[str, Any], body: dict[str, Any], client: WebClient, starting: Starting, cards: CardKeeper
) -> BoltResponse:
    data_set, pairs = views.read_train_modal(view["state"]["values"])
    request = TrainingRequest(data_set, pairs, body["user"]["id"], metadata(view)["channel_id"], key=view["id"])
    outcome = starting.ask(request)
    if isinstance(outcome, Question):
        return ack(response_action="push", view=start_views.confirm_modal(outcome, _link(outcome, client, cards)))
    return ack()


def train_confirmed(ack: Ack, view: dict[str, Any], body: dict[str, Any], starting: Starting) -> BoltResponse:
    starting.start(metadata(view)["wish_id"], body["user"]["id"])
    return ack(response_action="clear")


def start_clicked(ack: Ack, action: dict[str, Any], body: dict[str, Any], respond: Respond, starting: Starting) -> None:
    ack()
    said = job_views.started_reply(starting.start(action["value"], body["user"]["id"]))
    # The question gives way to its answer, so that it cannot be answered twice.
    respond(text=said.text, blocks=said.blocks, response_type="ephemeral", replace_original=True)


def drop_clicked(ack: Ack, action: dict[str, Any], body: dict[str, Any], respond: Respond, starting: Starting) -> None:
    ack()
    starting.drop(action["value"], body["user"]["id"])
    respond(delete_original=True)


def _without_dry_run(said: Words) -> Words:
    """The words without the one that says not to start anything."""
    return replace(said, names=tuple(name for name in said.names if name.lower() not in _DRY_RUN))


def _request(said: Words, command: dict[str, Any]) -> TrainingRequest:
    if not said.names:
        raise UsageError("Which data set?", next_step="Write it first: `/train emoji epochs=10`.")
    at_most(said.names, 1, "/train")
    user_id, channel_id = command["user_id"], command["channel_id"]
    return TrainingRequest(said.names[0], said.pairs, user_id, channel_id, key=command["trigger_id"])


def _answer(outcome: Started | Question, client: WebClient, cards: CardKeeper) -> Message:
    if isinstance(outcome, Started):
        return start_views.started_reply(outcome)
    return start_views.question(outcome, _link(outcome, client, cards))


def _link(question: Question, client: WebClient, cards: CardKeeper) -> str:
    return link_to(client, cards.of(question.twin.id)) if question.twin else ""
