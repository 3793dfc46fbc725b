"""What people say of answers: the buttons under them, and the form that asks what a picture shows."""

import logging
from typing import Any

from slack_bolt import Ack, App, BoltContext, BoltResponse
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.domain.feedback import Say
from bot.domain.saying import CLASS, Said
from bot.services.feedback import Feedback
from bot.views import feedback as views
from bot.views.modals import filled_in, metadata
from handlers.replying import tell

log = logging.getLogger(__name__)


def register(app: App) -> None:
    app.action(views.RIGHT)(right_clicked)
    app.action(views.AGREE)(agree_clicked)
    app.action(views.AGREE_OTHERWISE)(agree_clicked)
    app.action(views.WRONG)(wrong_clicked)
    app.options(views.CLASSES)(classes_wanted)
    app.view(views.SUBMIT)(wrong_submitted)


def right_clicked(
    ack: Ack, action: dict[str, Any], body: dict[str, Any], context: BoltContext, feedback: Feedback
) -> None:
    ack()
    message = views.said_message(feedback.right(action["value"], body["user"]["id"]))
    if message is not None:
        tell(context, message)


def agree_clicked(
    ack: Ack, action: dict[str, Any], body: dict[str, Any], context: BoltContext, feedback: Feedback
) -> None:
    ack()
    key, _, upload_id = action["value"].partition(".")
    message = views.said_message(feedback.agree(upload_id, body["user"]["id"], key))
    if message is not None:
        tell(context, message)


def wrong_clicked(
    ack: Ack, action: dict[str, Any], body: dict[str, Any], client: WebClient, feedback: Feedback
) -> None:
    ack()
    asked = feedback.asked(action["value"], body["user"]["id"])
    client.views_open(trigger_id=body["trigger_id"], view=views.wrong_modal(asked))


def classes_wanted(ack: Ack, payload: dict[str, Any], body: dict[str, Any], feedback: Feedback) -> BoltResponse:
    upload_id = metadata(payload.get("view", body.get("view", {})))["upload_id"]
    asked = feedback.asked(upload_id, body["user"]["id"])
    return ack(options=views.class_options(asked, asked.classes_like(str(payload.get("value") or ""))))


def wrong_submitted(
    ack: Ack, view: dict[str, Any], body: dict[str, Any], client: WebClient, feedback: Feedback
) -> BoltResponse:
    filled = filled_in(view["state"]["values"])
    say = Say(filled.get(views.SAY, Say.LABEL))
    said = feedback.say(metadata(view)["upload_id"], body["user"]["id"], say, filled.get(CLASS, ""))
    # Slack waits for three seconds, and the whisper is one more call of it.
    acknowledged = ack()
    _whisper(client, said)
    return acknowledged


def _whisper(client: WebClient, said: Said) -> None:
    """In the answer's thread, for the person alone; a form has no reply of its own. What was said counts either way."""
    message, upload = views.said_message(said), said.asked.upload
    if message is None:
        return
    user_id, thread_ts = said.opinion.user_id, said.asked.thread_ts
    try:
        client.chat_postEphemeral(
            channel=upload.channel_id, user=user_id, thread_ts=thread_ts, text=message.text, blocks=message.blocks
        )
    except SlackApiError as error:
        log.warning("feedback_not_answered upload=%s code=%s", upload.id, error.response.get("error", ""))
