"""The buttons under an offer to train a live model on with pictures from use."""

from typing import Any

from slack_bolt import Ack, App, BoltContext

from bot.services.learning_on import LearningOn
from bot.views import retrainings as views
from handlers.replying import tell


def register(app: App) -> None:
    app.action(views.START)(start_clicked)
    app.action(views.LATER)(later_clicked)


def start_clicked(
    ack: Ack, action: dict[str, Any], body: dict[str, Any], context: BoltContext, learning_on: LearningOn
) -> None:
    ack()
    tell(context, views.learning_reply(learning_on.start(action["value"], body["user"]["id"])))


def later_clicked(ack: Ack, action: dict[str, Any], body: dict[str, Any], learning_on: LearningOn) -> None:
    ack()
    learning_on.decline(action["value"], body["user"]["id"])
