"""The *Test* button of an endpoint: an upload, or one of the channel's latest images, answered in a message."""

from typing import Any

from slack_bolt import Ack, App, BoltResponse
from slack_sdk import WebClient

from bot.domain.sharing import SharedFile, SharedMessage, shared_file
from bot.errors import FieldError
from bot.services.classification import Classification
from bot.services.upkeep import Upkeep
from bot.views import trying as views
from bot.views.endpoints import TEST
from bot.views.modals import filled_in, metadata

# As many as a person looks through.
_LATEST = 25


def register(app: App) -> None:
    app.action(TEST)(test_clicked)
    app.view(views.SUBMIT)(test_submitted)


def test_clicked(
    ack: Ack,
    action: dict[str, Any],
    body: dict[str, Any],
    client: WebClient,
    upkeep: Upkeep,
    classification: Classification,
) -> None:
    ack()
    # Only of this channel, whose images the person can see anyway.
    channel_id = body.get("channel", {}).get("id", "")
    latest = classification.latest(channel_id, _LATEST) if channel_id else []
    view = views.try_modal(upkeep.holdings.living(action["value"]), latest, channel_id)
    client.views_open(trigger_id=body["trigger_id"], view=view)


def test_submitted(
    ack: Ack,
    view: dict[str, Any],
    body: dict[str, Any],
    client: WebClient,
    upkeep: Upkeep,
    classification: Classification,
) -> BoltResponse:
    known, user_id = metadata(view), body["user"]["id"]
    files = _chosen(view["state"]["values"], classification, known["channel_id"])
    endpoint = upkeep.holdings.living(known["id"])
    said = views.trying_message(endpoint, [file.name for file in files])
    # To the person's id: Slack answers with their conversation with the bot, and the answer goes into the thread.
    posted = client.chat_postMessage(channel=user_id, text=said.text, blocks=said.blocks)
    place, ts = posted["channel"], posted["ts"]
    classification.try_out(SharedMessage(place, user_id, ts, ts, files, asked_by=user_id), endpoint)
    return ack()


def _chosen(values: dict[str, Any], classification: Classification, channel_id: str) -> tuple[SharedFile, ...]:
    given = [file for element in values[views.FILE].values() for file in element.get("files") or ()]
    if given:
        return tuple(shared_file(file) for file in given)
    picked = filled_in(values).get(views.LATEST, "")
    if not picked:
        raise FieldError(views.FILE, "Choose an image, or upload one.")
    return tuple(
        SharedFile(one.file_id, one.file_name, one.url, one.size)
        for one in classification.latest(channel_id, _LATEST)
        if one.id == picked
    )
