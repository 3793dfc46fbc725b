"""The question before what is dear or runs already, for `/train` and `/tune` alike: how it is put, and its answers."""

from typing import Any

from slack_bolt import Ack, App, BoltResponse, Respond
from slack_sdk import WebClient

from bot.domain.questions import Question, Started
from bot.services.cards import CardKeeper
from bot.services.starting import Starting
from bot.views import starting as views
from bot.views.message import Message
from bot.views.modals import metadata
from handlers.access import trainers_only
from handlers.replying import link_to


def register(app: App) -> None:
    app.view(views.CONFIRM, middleware=[trainers_only])(confirmed)
    app.action(views.START, middleware=[trainers_only])(start_clicked)
    app.action(views.DROP)(drop_clicked)


def confirmed(ack: Ack, view: dict[str, Any], body: dict[str, Any], starting: Starting) -> BoltResponse:
    starting.start(metadata(view)["wish_id"], body["user"]["id"])
    return ack(response_action="clear")


def start_clicked(ack: Ack, action: dict[str, Any], body: dict[str, Any], respond: Respond, starting: Starting) -> None:
    ack()
    said = views.reply(starting.start(action["value"], body["user"]["id"]))
    # The question gives way to its answer, so that it cannot be answered twice.
    respond(text=said.text, blocks=said.blocks, response_type="ephemeral", replace_original=True)


def drop_clicked(ack: Ack, action: dict[str, Any], body: dict[str, Any], respond: Respond, starting: Starting) -> None:
    ack()
    starting.drop(action["value"], body["user"]["id"])
    respond(delete_original=True)


def answered(outcome: Started | Question, client: WebClient, cards: CardKeeper) -> Message:
    """The answer to words: what starts, or the question."""
    if isinstance(outcome, Started):
        return views.started_reply(outcome)
    return views.question(outcome, _link(outcome, client, cards))


def sent(ack: Ack, outcome: Started | Question, client: WebClient, cards: CardKeeper) -> BoltResponse:
    """The answer to a form, which closes unless something is asked; then the question comes on top of it."""
    if isinstance(outcome, Started):
        return ack()
    return ack(response_action="push", view=views.confirm_modal(outcome, _link(outcome, client, cards)))


def _link(question: Question, client: WebClient, cards: CardKeeper) -> str:
    return link_to(client, cards.of(question.twin.id)) if question.twin else ""
