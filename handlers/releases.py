"""Going back to the release before, and dividing an endpoint's traffic between two releases."""

from typing import Any

from slack_bolt import Ack, App, BoltContext

from bot.domain import traffic
from bot.domain.endpoints import Endpoint
from bot.services.deployment import Deployment
from bot.services.returning import RollBack
from bot.services.splitting import Splitting
from bot.views import replies
from bot.views.message import Message
from bot.views.rollouts import ROLL_BACK
from handlers.replying import tell


def register(app: App) -> None:
    app.action(ROLL_BACK)(roll_back_clicked)


def roll_back_clicked(
    ack: Ack, action: dict[str, Any], body: dict[str, Any], context: BoltContext, roll_back: RollBack
) -> None:
    ack()
    tell(context, replies.rolling_back(*roll_back.ask(action["value"], body["user"]["id"])))


def rolled_back_by_name(name: str, user_id: str, deployment: Deployment, roll_back: RollBack) -> Message:
    """`/endpoints rollback NAME`."""
    return replies.rolling_back(*roll_back.ask(deployment.endpoint(name).id, user_id))


def split(endpoint: Endpoint, shares: str, job: str, user_id: str, splitting: Splitting) -> Message:
    """`/endpoints split NAME 90/10 [JOB]`, and `split NAME off`."""
    if shares.lower() == "off":
        return replies.dividing(splitting.end(endpoint.id, user_id))
    return replies.dividing(splitting.split(endpoint.id, user_id, traffic.share(shares), job))


def shadow(endpoint: Endpoint, job: str, user_id: str, splitting: Splitting) -> Message:
    """`/endpoints shadow NAME [JOB]`, and `shadow NAME off`."""
    if job.lower() == "off":
        return replies.dividing(splitting.end(endpoint.id, user_id))
    return replies.dividing(splitting.shadow(endpoint.id, user_id, job))
