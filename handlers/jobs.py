"""`/jobs` and the buttons of a job's card: list, bring the card, details, stop."""

from datetime import UTC, datetime
from typing import Any

from slack_bolt import Ack, App, BoltResponse, Respond
from slack_sdk import WebClient

from bot.domain.jobs import Job
from bot.errors import UsageError
from bot.services.access import AccessControl
from bot.services.cards import CardKeeper
from bot.services.training import Training
from bot.views import help as help_views
from bot.views import job_pages as pages
from bot.views import jobs as views
from bot.views import replies
from bot.views.message import Message
from handlers.access import trainers_only
from handlers.parsing import at_most, only, subcommand, words
from handlers.replying import ack_with, link_to, whisper


def register(app: App) -> None:
    app.command("/jobs")(jobs)
    app.action(views.STOP, middleware=[trainers_only])(stop_clicked)
    app.action(views.DETAILS)(details_clicked)
    app.action(pages.CARD)(card_clicked)


def jobs(
    ack: Ack, command: dict[str, Any], client: WebClient, training: Training, cards: CardKeeper, access: AccessControl
) -> BoltResponse:
    said = words(command.get("text", ""))
    if said.wants_help:
        return ack_with(ack, help_views.usage("jobs"))
    only(said.pairs, (), "/jobs")
    verb, names = subcommand(said.names, ("stop",))
    at_most(names, 1, "/jobs")
    if verb == "stop":
        access.require_trainer(command["user_id"])
        return ack_with(ack, replies.stopping(training.stop(_one(names), command["user_id"])))
    if names:
        return ack_with(ack, _card(training.named(names[0]), cards, client))
    return ack_with(ack, pages.job_list(training.recent()))


def stop_clicked(ack: Ack, action: dict[str, Any], body: dict[str, Any], training: Training) -> None:
    ack()
    training.stop(training.get(action["value"]).name, body["user"]["id"])


def details_clicked(
    ack: Ack, action: dict[str, Any], body: dict[str, Any], client: WebClient, training: Training
) -> None:
    ack()
    client.views_open(trigger_id=body["trigger_id"], view=pages.job_details_modal(training.get(action["value"])))


def card_clicked(
    ack: Ack, action: dict[str, Any], respond: Respond, client: WebClient, training: Training, cards: CardKeeper
) -> None:
    ack()
    whisper(respond, _card(training.get(action["value"]), cards, client))


def _one(names: tuple[str, ...]) -> str:
    if not names:
        raise UsageError("Which job?", next_step="Write its name: `/jobs stop NAME`; `/jobs` lists them.")
    return names[0]


def _card(job: Job, cards: CardKeeper, client: WebClient) -> Message:
    """A copy of the card for the asker's eyes, with the way to the live one; a reply cannot hold its picture."""
    return replies.card_copy(views.job_card(job, datetime.now(UTC)), link_to(client, cards.of(job.id)))
