"""What no other listener takes, such as a button of an older version: Slack wants an answer to everything it sends."""

import re

from slack_bolt import Ack, App, BoltResponse, Respond

from bot.views import replies
from handlers.replying import whisper

_ANY = re.compile(".*")


def register(app: App) -> None:
    """Last of all: the first listener that fits is the one that runs."""
    app.action(_ANY)(action_unknown)
    app.view(_ANY)(view_unknown)
    app.event(_ANY)(event_unknown)
    app.options(_ANY)(options_unknown)


def action_unknown(ack: Ack, respond: Respond) -> None:
    ack()
    # A button in a modal or on App Home has no place for a reply.
    if respond.response_url:
        whisper(respond, replies.outdated())


def view_unknown(ack: Ack) -> BoltResponse:
    # Closed without a word it would look as if it had been sent.
    return ack(response_action="update", view=replies.outdated_form())


def options_unknown(ack: Ack) -> BoltResponse:
    return ack(options=[])


def event_unknown() -> None:
    """Nothing to do; Bolt acknowledges events that a listener took."""
