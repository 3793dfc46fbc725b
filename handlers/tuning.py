"""`/tune` and the buttons of a tuning's card: search for better hyperparameters, stop, and go on from the best."""

from datetime import UTC, datetime
from typing import Any

from slack_bolt import Ack, App, BoltContext, BoltResponse
from slack_sdk import WebClient

from bot.domain.endpoints import Kind
from bot.domain.hyperparameters import nearest
from bot.domain.tunings import Tuning
from bot.domain.wishes import JobRequest, Purpose
from bot.domain.words import Words, without_dry_run, words
from bot.errors import UsageError
from bot.services.access import AccessControl
from bot.services.cards import CardKeeper
from bot.services.deployment import Deployment, check_deployable
from bot.services.starting import Starting
from bot.services.training import Training
from bot.services.tuning import Tunings
from bot.views import help as help_views
from bot.views import hosting as hosting_views
from bot.views import replies
from bot.views import starting as start_views
from bot.views import training as training_views
from bot.views import tuning_form as form
from bot.views import tuning_pages as pages
from bot.views import tunings as views
from bot.views.message import Message
from bot.views.modals import metadata
from handlers.access import trainers_only
from handlers.choosing import fields_fit
from handlers.parsing import at_most, only, subcommand
from handlers.replying import ack_with, conversation_of, link_to, tell
from handlers.starting import answered, sent

_VERBS = ("list", "show", "stop")


def register(app: App) -> None:
    app.command("/tune")(tune)
    app.view(form.SUBMIT, middleware=[trainers_only, fields_fit])(tune_submitted)
    app.action(pages.CARD)(card_clicked)
    app.action(views.STOP, middleware=[trainers_only])(stop_clicked)
    app.action(views.TUNE_ON, middleware=[trainers_only])(tune_on_clicked)
    app.action(views.TRAIN_ON, middleware=[trainers_only])(train_on_clicked)
    app.action(views.ASK, middleware=[trainers_only])(ask_clicked)


def tune(
    ack: Ack, command: dict[str, Any], client: WebClient, context: BoltContext, tuning: Tunings, cards: CardKeeper
) -> BoltResponse:
    said = words(command.get("text", ""))
    if said.wants_help:
        return ack_with(ack, help_views.usage("tune"))
    verb, names = _verb(without_dry_run(said).names)
    if verb in ("list", "show"):
        only(said.pairs, (), "/tune")
        return ack_with(ack, _shown(verb, names, tuning, cards, client))
    access: AccessControl = context["access"]
    access.require_trainer(command["user_id"])
    if verb == "stop":
        return ack_with(ack, views.stopping_reply(tuning.stop(_one(names, "stop"), command["user_id"])))
    if not said.names and not said.pairs:
        view = form.tune_modal(tuning.data_sets(), {}, command["channel_id"])
        client.views_open(trigger_id=command["trigger_id"], view=view)
        return ack()
    return ack_with(ack, _begun(said, command, client, context))


def tune_submitted(
    ack: Ack, view: dict[str, Any], body: dict[str, Any], client: WebClient, starting: Starting, cards: CardKeeper
) -> BoltResponse:
    data_set, pairs = form.read_tune_modal(view["state"]["values"])
    place = body["user"]["id"], metadata(view)["channel_id"]
    return sent(ack, starting.ask(JobRequest(data_set, pairs, *place, view["id"], Purpose.TUNING)), client, cards)


def card_clicked(
    ack: Ack, action: dict[str, Any], client: WebClient, context: BoltContext, tuning: Tunings, cards: CardKeeper
) -> None:
    ack()
    tell(context, _card(tuning.get(action["value"]), cards, client))


def stop_clicked(ack: Ack, action: dict[str, Any], body: dict[str, Any], tuning: Tunings) -> None:
    ack()
    tuning.stop(tuning.get(action["value"]).name, body["user"]["id"])


def tune_on_clicked(ack: Ack, action: dict[str, Any], body: dict[str, Any], client: WebClient, tuning: Tunings) -> None:
    ack()
    filled = form.tune_on_words(tuning.get(action["value"]))
    view = form.tune_modal(tuning.data_sets(), filled, conversation_of(body))
    client.views_open(trigger_id=body["trigger_id"], view=view)


def train_on_clicked(
    ack: Ack, action: dict[str, Any], body: dict[str, Any], client: WebClient, tuning: Tunings, training: Training
) -> None:
    ack()
    earlier = tuning.get(action["value"])
    job = tuning.best_job(earlier.name, body["user"]["id"], conversation_of(body))
    view = training_views.train_modal(training.data_sets(), form.train_on_words(job), conversation_of(body))
    client.views_open(trigger_id=body["trigger_id"], view=view)


def ask_clicked(
    ack: Ack, action: dict[str, Any], body: dict[str, Any], client: WebClient, tuning: Tunings, deployment: Deployment
) -> None:
    ack()
    job = tuning.best_job(tuning.get(action["value"]).name, body["user"]["id"], conversation_of(body))
    # Its model and curve are looked up while the form is filled in; what has ended without one is refused at once.
    if not job.active:
        check_deployable(job)
    view = hosting_views.deploy_modal(job, Kind.SERVERLESS, {}, conversation_of(body), deployment.least_accuracy(job))
    client.views_open(trigger_id=body["trigger_id"], view=view)


def _begun(said: Words, command: dict[str, Any], client: WebClient, context: BoltContext) -> Message:
    """What starts by words, or is asked about first, or only told."""
    starting: Starting = context["starting"]
    asked = without_dry_run(said)
    request = _request(asked, command)
    if asked != said:
        return start_views.dry_run_reply(starting.dry_run(request))
    return answered(starting.ask(request), client, context["cards"])


def _request(said: Words, command: dict[str, Any]) -> JobRequest:
    if not said.names:
        raise UsageError("Which data set?", next_step="Write it first: `/tune emoji learning_rate=1e-4..0.1`.")
    at_most(said.names, 1, "/tune")
    place = command["user_id"], command["channel_id"]
    return JobRequest(said.names[0], said.pairs, *place, command["trigger_id"], Purpose.TUNING)


def _shown(verb: str, names: tuple[str, ...], tuning: Tunings, cards: CardKeeper, client: WebClient) -> Message:
    if verb == "list":
        at_most(names, 0, "/tune")
        return pages.tuning_list(tuning.recent())
    return _card(tuning.named(_one(names, "show")), cards, client)


def _verb(names: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """What to do with which; a first word that is not nearly a verb is a data set, whatever follows."""
    first = names[0].lower() if names else ""
    return subcommand(names, _VERBS) if first in _VERBS or nearest(first, _VERBS) else ("", names)


def _one(names: tuple[str, ...], verb: str) -> str:
    if not names:
        raise UsageError("Which tuning?", next_step=f"Write its name: `/tune {verb} NAME`; `/tune list` lists them.")
    at_most(names, 1, "/tune")
    return names[0]


def _card(tuning: Tuning, cards: CardKeeper, client: WebClient) -> Message:
    """A copy of the card for the asker's eyes, with the way to the live one; a reply cannot hold its pictures."""
    return replies.card_copy(views.tuning_card(tuning, datetime.now(UTC)), link_to(client, cards.of(tuning.id)))
