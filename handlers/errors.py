"""What a person reads when a listener fails: what happened and what to do, never a trace; and Slack always gets a 200.

Without a 200, Bolt does not acknowledge in Socket Mode and the person sees a time-out. Events are the exception: what
could not be recorded is answered with a 500, so that Slack sends it again.
"""

import json
import logging
import secrets
from typing import Any

from slack_bolt import BoltContext, BoltResponse
from slack_sdk.errors import SlackApiError

from bot.errors import DarkroomError, FieldError, RefusedError
from bot.views import errors as views
from bot.views.message import Message
from bot.views.modals import field_errors, modal
from handlers.replying import tell

log = logging.getLogger(__name__)


def answer_error(error: Exception, context: BoltContext, body: dict[str, Any]) -> BoltResponse:
    """Answer in the manner of what was done: a command, a click, a modal, or an event."""
    message = _message(error, body)
    if body.get("type") == "event_callback":
        return BoltResponse(status=500, body="")
    if body.get("type") == "view_submission":
        return _json(_on_the_form(message, error, body))
    if "command" in body:
        return _json({"response_type": "ephemeral", "text": message.text, "blocks": message.blocks})
    if body.get("type") in ("block_actions", "message_action"):
        _tell(context, message)
    return BoltResponse(status=200, body="")


def _tell(context: BoltContext, message: Message) -> None:
    """What cannot be told cannot be helped: Slack gets its 200 all the same."""
    try:
        tell(context, message)
    except SlackApiError as error:
        log.warning("error_not_told user=%s code=%s", context.user_id, error.response.get("error", ""))


def _message(error: Exception, body: dict[str, Any]) -> Message:
    if isinstance(error, DarkroomError):
        log.info("refused kind=%s user=%s", type(error).__name__, _user(body))
        return views.problem(error)
    token = secrets.token_hex(4)
    log.error("listener_failed token=%s", token, exc_info=error)
    return views.unexpected(token)


def _on_the_form(message: Message, error: Exception, body: dict[str, Any]) -> dict[str, Any]:
    """Slack shows a modal's errors under a field only: under the one that it is about, or else under the last.

    A page without fields gives way to one that says what went wrong.
    """
    inputs = [block["block_id"] for block in body["view"]["blocks"] if block["type"] == "input"]
    if not inputs:
        return {"response_action": "update", "view": modal("That did not work", []) | {"blocks": message.blocks}}
    return {"response_action": "errors", "errors": field_errors(_about(error, message), inputs, inputs[-1])}


def _about(error: Exception, message: Message) -> FieldError:
    if isinstance(error, FieldError):
        return error
    return FieldError(error.field if isinstance(error, RefusedError) else "", message.text)


def _user(body: dict[str, Any]) -> str:
    return str(body.get("user_id") or body.get("user", {}).get("id", ""))


def _json(answer: dict[str, Any]) -> BoltResponse:
    return BoltResponse(status=200, body=json.dumps(answer), headers={"content-type": ["application/json"]})
