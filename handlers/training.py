"""`/train`: start a training job by words, or by a modal when there are none."""

from typing import Any

from slack_bolt import Ack, App, BoltResponse
from slack_sdk import WebClient

from bot.errors import UsageError
from bot.services.training import Training, TrainingRequest
from bot.views import help as help_views
from bot.views import jobs as job_views
from bot.views import training as views
from bot.views.modals import metadata
from handlers.access import trainers_only
from handlers.parsing import at_most, words
from handlers.replying import ack_with


def register(app: App) -> None:
    app.command("/train", middleware=[trainers_only])(train)
    app.view(views.SUBMIT, middleware=[trainers_only])(train_submitted)


def train(ack: Ack, command: dict[str, Any], client: WebClient, training: Training) -> BoltResponse:
    said = words(command.get("text", ""))
    if said.wants_help:
        return ack_with(ack, help_views.usage("train"))
    if not said.names and not said.pairs:
        view = views.train_modal(training.data_sets(), {}, command["channel_id"])
        client.views_open(trigger_id=command["trigger_id"], view=view)
        return ack()
    if not said.names:
        raise UsageError("Which data set?", next_step="Write it first: `/train emoji epochs=10`.")
    at_most(said.names, 1, "/train")
    job = training.submit(
        TrainingRequest(said.names[0], said.pairs, command["user_id"], command["channel_id"], key=command["trigger_id"])
    )
    return ack_with(ack, job_views.started_reply(job))


def train_submitted(ack: Ack, view: dict[str, Any], body: dict[str, Any], training: Training) -> BoltResponse:
    data_set, pairs = views.read_train_modal(view["state"]["values"])
    training.submit(TrainingRequest(data_set, pairs, body["user"]["id"], metadata(view)["channel_id"], key=view["id"]))
    return ack()
