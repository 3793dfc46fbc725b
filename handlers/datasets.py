"""`/datasets` and the buttons of a data set's card: list, bring the card, add, stop, train on it, remove."""

import difflib
from datetime import UTC, datetime
from typing import Any

from slack_bolt import Ack, App, BoltContext, BoltResponse, Respond
from slack_sdk import WebClient

from bot.domain.datasets import DataSet
from bot.domain.options import WORDS
from bot.domain.preparations import Preparation
from bot.domain.words import Words, addressed, words
from bot.errors import DarkroomError, FieldError, NotFoundError, RefusedError, UsageError, WrongStateError
from bot.services.access import AccessControl
from bot.services.cards import CardKeeper
from bot.services.curation import AddRequest, Curation
from bot.services.training import Training
from bot.views import data_set_form as form
from bot.views import data_set_pages as pages
from bot.views import datasets as views
from bot.views import errors as error_views
from bot.views import help as help_views
from bot.views import replies
from bot.views import training as training_views
from bot.views.message import Message, View
from bot.views.modals import metadata
from handlers.access import trainers_only
from handlers.parsing import at_most, only, subcommand
from handlers.replying import ack_with, conversation_of, link_to, whisper

_VERBS = ("show", "add", "remove")
# What other programs call the same.
_ALIKE = {"delete": "remove", "rm": "remove", "drop": "remove", "new": "add", "create": "add", "make": "add"}


def register(app: App) -> None:
    app.command("/datasets")(datasets)
    app.view(form.SUBMIT, middleware=[trainers_only])(data_set_submitted)
    app.action(pages.CARD)(card_clicked)
    app.action(views.DETAILS)(details_clicked)
    app.action(pages.ADD, middleware=[trainers_only])(add_clicked)
    app.action(views.AGAIN, middleware=[trainers_only])(again_clicked)
    app.action(views.STOP, middleware=[trainers_only])(stop_clicked)
    app.action(views.TRAIN, middleware=[trainers_only])(train_clicked)
    # Who may is settled within: in a modal, a refusal needs a place of its own.
    app.action(pages.REMOVE)(remove_clicked)


def datasets(
    ack: Ack, command: dict[str, Any], client: WebClient, curation: Curation, cards: CardKeeper, access: AccessControl
) -> BoltResponse:
    address, rest = addressed(command.get("text", ""))
    said = words(rest)
    if said.wants_help:
        return ack_with(ack, help_views.usage("datasets"))
    verb, names = _verb(said.names)
    if verb in ("add", "remove"):
        access.require_trainer(command["user_id"])
    if verb == "add":
        return _add(ack, command, Words((*names, *filter(None, [address])), said.pairs), curation, client)
    _nothing_more(said, names, address)
    if verb == "remove":
        return ack_with(ack, pages.removal_question(curation.removable(_one(names, "remove"))))
    if verb == "show" or names:
        return ack_with(ack, _card(_known(curation, _one(names, "show")), cards, client))
    return ack_with(ack, pages.data_set_list(curation.known()))


def data_set_submitted(ack: Ack, view: dict[str, Any], body: dict[str, Any], curation: Curation) -> BoltResponse:
    filled, file_ids = form.read_add_modal(view["state"]["values"])
    name, source = filled.pop(form.NAME), filled.pop(form.SOURCE)
    channel_id, user_id = metadata(view)["channel_id"], body["user"]["id"]
    try:
        curation.add(AddRequest(name, source, file_ids, filled, user_id, channel_id, key=view["id"]))
    except (RefusedError, WrongStateError) as error:
        raise FieldError(form.NAME, error.what, error.next_step) from error
    # All of them: it may stand upon the form for training.
    return ack(response_action="clear")


def card_clicked(
    ack: Ack, action: dict[str, Any], respond: Respond, client: WebClient, curation: Curation, cards: CardKeeper
) -> None:
    ack()
    whisper(respond, _card(curation.shown(action["value"]), cards, client))


def details_clicked(
    ack: Ack, action: dict[str, Any], body: dict[str, Any], client: WebClient, curation: Curation
) -> None:
    ack()
    client.views_open(trigger_id=body["trigger_id"], view=pages.data_set_details_modal(curation.get(action["value"])))


def add_clicked(ack: Ack, body: dict[str, Any], client: WebClient) -> None:
    ack()
    _open(client, body, form.add_modal({}, _channel(body)))


def again_clicked(
    ack: Ack, action: dict[str, Any], body: dict[str, Any], client: WebClient, curation: Curation
) -> None:
    ack()
    _open(client, body, form.add_modal(form.again(curation.get(action["value"])), _channel(body)))


def stop_clicked(ack: Ack, action: dict[str, Any], body: dict[str, Any], curation: Curation) -> None:
    ack()
    curation.stop(action["value"], body["user"]["id"])


def train_clicked(
    ack: Ack, action: dict[str, Any], body: dict[str, Any], client: WebClient, curation: Curation, training: Training
) -> None:
    ack()
    filled = pages.training_words(curation.trainable(action["value"]))
    _open(client, body, training_views.train_modal(training.data_sets(), filled, _channel(body)))


def remove_clicked(
    ack: Ack, action: dict[str, Any], body: dict[str, Any], client: WebClient, context: BoltContext, curation: Curation
) -> None:
    ack()
    access: AccessControl = context["access"]
    try:
        access.require_trainer(body["user"]["id"])
        said = pages.removing_reply(curation.remove(action["value"], body["user"]["id"]))
    except DarkroomError as error:
        said = error_views.problem(error)
    if "view" in body:
        client.views_update(view_id=body["view"]["id"], view=pages.told_in_modal(said))
    elif context.respond is not None:
        context.respond(text=said.text, blocks=said.blocks, response_type="ephemeral", replace_original=True)


def _add(ack: Ack, command: dict[str, Any], said: Words, curation: Curation, client: WebClient) -> BoltResponse:
    """At once where the name and the address are given, and by the form otherwise."""
    at_most(said.names, 2, "/datasets")
    only(said.pairs, WORDS, "/datasets")
    if len(said.names) == 2:
        name, source = said.names
        user_id, channel_id = command["user_id"], command["channel_id"]
        request = AddRequest(name, source, (), said.pairs, user_id, channel_id, key=command["trigger_id"])
        return ack_with(ack, views.adding_reply(curation.add(request)))
    given = {form.SOURCE if one.startswith("s3://") else form.NAME: one for one in said.names}
    view = form.add_modal({**said.pairs, **given}, command["channel_id"])
    client.views_open(trigger_id=command["trigger_id"], view=view)
    return ack()


def _nothing_more(said: Words, names: tuple[str, ...], address: str) -> None:
    """Refuse all but one name."""
    only(said.pairs, (), "/datasets")
    at_most(names, 1, "/datasets")
    if address:
        raise UsageError("What shall I do with this address?", next_step=f"`/datasets add NAME {address}`?")


def _verb(names: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    if len(names) > 1 and names[0].lower() in _ALIKE:
        raise UsageError(f"I don't know `{names[0]}`.", next_step=f"Did you mean `{_ALIKE[names[0].lower()]}`?")
    return subcommand(names, _VERBS)


def _known(curation: Curation, name: str) -> DataSet | Preparation:
    """What stands for the name; a word that is nearly a verb was likely meant as one."""
    try:
        return curation.shown(name)
    except NotFoundError:
        like = difflib.get_close_matches(name.lower(), _VERBS, n=1, cutoff=0.75)
        if not like:
            raise
        raise UsageError(f"I don't know `{name}`.", next_step=f"Did you mean `{like[0]}`?") from None


def _one(names: tuple[str, ...], verb: str) -> str:
    if not names:
        raise UsageError(
            "Which data set?", next_step=f"Write its name: `/datasets {verb} NAME`; `/datasets` lists them."
        )
    return names[0]


def _card(shown: DataSet | Preparation, cards: CardKeeper, client: WebClient) -> Message:
    """A copy of the card for the asker's eyes, with the way to the live one; a reply cannot hold its pictures."""
    if not isinstance(shown, Preparation):
        return pages.data_set_page(shown)
    link = link_to(client, cards.of(shown.id))
    return replies.card_copy(views.data_set_card(shown, datetime.now(UTC)), link)


def _open(client: WebClient, body: dict[str, Any], view: View) -> None:
    """Over the modal in which the button stands, if it stands in one."""
    in_modal = body.get("view", {}).get("type") == "modal"
    (client.views_push if in_modal else client.views_open)(trigger_id=body["trigger_id"], view=view)


def _channel(body: dict[str, Any]) -> str:
    """Where the card belongs: where the button stands, or with the person where that is no conversation."""
    remembered = metadata(body.get("view", {})).get("channel_id", "")
    return remembered or conversation_of(body)
