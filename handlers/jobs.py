"""`/jobs` and the buttons of a job's card: list, bring the card, details, stop, compare, train on, tune, retry."""

from datetime import UTC, datetime
from typing import Any

from slack_bolt import Ack, App, BoltContext, BoltResponse, Respond
from slack_sdk import WebClient

from bot.domain.jobs import Job
from bot.domain.words import words
from bot.errors import FieldError, UsageError
from bot.services.access import AccessControl
from bot.services.cards import CardKeeper
from bot.services.comparing import Comparing
from bot.services.correcting import Correcting
from bot.services.training import Training
from bot.views import comparisons as comparison_views
from bot.views import corrections as correction_views
from bot.views import help as help_views
from bot.views import job_pages as pages
from bot.views import jobs as views
from bot.views import replies, tuning_form
from bot.views import training as training_views
from bot.views.message import Message
from bot.views.modals import filled_in, metadata
from handlers.access import trainers_only
from handlers.parsing import at_most, only, subcommand
from handlers.replying import ack_with, conversation_of, link_to, tell, whisper


def register(app: App) -> None:
    app.command("/jobs")(jobs)
    app.action(views.STOP, middleware=[trainers_only])(stop_clicked)
    app.action(views.DETAILS)(details_clicked)
    app.action(pages.CARD)(card_clicked)
    app.action(correction_views.RETRY, middleware=[trainers_only])(retry_clicked)
    app.action(views.COMPARE)(compare_clicked)
    app.action(views.TRAIN_ON, middleware=[trainers_only])(train_on_clicked)
    app.action(views.TUNE, middleware=[trainers_only])(tune_clicked)
    app.view(comparison_views.SUBMIT)(comparison_submitted)


def jobs(
    ack: Ack, command: dict[str, Any], client: WebClient, context: BoltContext, training: Training
) -> BoltResponse:
    said = words(command.get("text", ""))
    if said.wants_help:
        return ack_with(ack, help_views.usage("jobs"))
    only(said.pairs, (), "/jobs")
    verb, names = subcommand(said.names, ("stop", "compare"))
    if verb == "compare":
        return ack_with(ack, _compared(names, command, training, context["comparing"]))
    at_most(names, 1, "/jobs")
    if verb == "stop":
        access: AccessControl = context["access"]
        access.require_trainer(command["user_id"])
        return ack_with(ack, replies.stopping(training.stop(_one(names), command["user_id"])))
    if names:
        return ack_with(ack, _card(training.named(names[0]), context, client))
    return ack_with(ack, pages.job_list(training.recent()))


def stop_clicked(ack: Ack, action: dict[str, Any], body: dict[str, Any], training: Training) -> None:
    ack()
    training.stop(training.get(action["value"]).name, body["user"]["id"])


def details_clicked(
    ack: Ack, action: dict[str, Any], body: dict[str, Any], client: WebClient, training: Training
) -> None:
    ack()
    client.views_open(trigger_id=body["trigger_id"], view=pages.job_details_modal(training.get(action["value"])))


def card_clicked(ack: Ack, action: dict[str, Any], client: WebClient, context: BoltContext, training: Training) -> None:
    ack()
    tell(context, _card(training.get(action["value"]), context, client))


def retry_clicked(
    ack: Ack, action: dict[str, Any], body: dict[str, Any], respond: Respond, training: Training, correcting: Correcting
) -> None:
    ack()
    started = correcting.start(action["value"], body["user"]["id"])
    whisper(respond, correction_views.retry_reply(started, training.get(action["value"])))


def train_on_clicked(
    ack: Ack, action: dict[str, Any], body: dict[str, Any], client: WebClient, training: Training
) -> None:
    ack()
    words = tuning_form.train_on_words(training.get(action["value"]))
    view = training_views.train_modal(training.data_sets(), words, conversation_of(body))
    client.views_open(trigger_id=body["trigger_id"], view=view)


def tune_clicked(ack: Ack, action: dict[str, Any], body: dict[str, Any], client: WebClient, training: Training) -> None:
    ack()
    words = tuning_form.tune_words(training.get(action["value"]))
    client.views_open(
        trigger_id=body["trigger_id"], view=tuning_form.tune_modal(training.data_sets(), words, conversation_of(body))
    )


def compare_clicked(
    ack: Ack, action: dict[str, Any], body: dict[str, Any], client: WebClient, training: Training, comparing: Comparing
) -> None:
    ack()
    job = training.get(action["value"])
    view = comparison_views.compare_modal(job, comparing.others(job), conversation_of(body))
    client.views_open(trigger_id=body["trigger_id"], view=view)


def comparison_submitted(
    ack: Ack, view: dict[str, Any], body: dict[str, Any], training: Training, comparing: Comparing
) -> BoltResponse:
    known, other = metadata(view), filled_in(view["state"]["values"]).get(comparison_views.OTHER, "")
    if not other:
        raise FieldError(comparison_views.OTHER, "Choose a job.")
    chosen = [training.get(known["job_id"]), training.get(other)]
    comparing.ask(chosen, body["user"]["id"], known["channel_id"], key=view["id"])
    return ack()


def _compared(names: tuple[str, ...], command: dict[str, Any], training: Training, comparing: Comparing) -> Message:
    chosen = [training.named(name) for name in names]
    compared = comparing.ask(chosen, command["user_id"], command["channel_id"], key=command["trigger_id"])
    return comparison_views.comparison_reply(compared)


def _one(names: tuple[str, ...]) -> str:
    if not names:
        raise UsageError("Which job?", next_step="Write its name: `/jobs stop NAME`; `/jobs` lists them.")
    return names[0]


def _card(job: Job, context: BoltContext, client: WebClient) -> Message:
    """A copy of the card for the asker's eyes, with the way to the live one; a reply cannot hold its picture."""
    cards: CardKeeper = context["cards"]
    correcting: Correcting = context["correcting"]
    drawn = views.job_card(job, datetime.now(UTC), correction=correcting.offered(job))
    return replies.card_copy(drawn, link_to(client, cards.of(job.id)))
