"""The button that replays a channel's last images through the model that is asked for."""

from typing import Any

from slack_bolt import Ack, App, BoltContext

from bot.services.replaying import Replaying
from bot.views.replays import REPLAY, replaying_reply
from handlers.access import trainers_only
from handlers.replying import tell


def register(app: App) -> None:
    app.action(REPLAY, middleware=[trainers_only])(replay_clicked)


def replay_clicked(
    ack: Ack, action: dict[str, Any], body: dict[str, Any], context: BoltContext, replaying: Replaying
) -> None:
    ack()
    replaying.ask(action["value"], body["user"]["id"])
    tell(context, replaying_reply())
