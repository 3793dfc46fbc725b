"""The buttons of an approval's card; who may press them is settled here, at the click."""

from typing import Any

from slack_bolt import Ack, App

from bot.domain.approvals import ApprovalStatus
from bot.services.deployment import Deployment
from bot.views import approvals as views


def register(app: App) -> None:
    app.action(views.APPROVE)(approve_clicked)
    app.action(views.REJECT)(reject_clicked)


def approve_clicked(ack: Ack, action: dict[str, Any], body: dict[str, Any], deployment: Deployment) -> None:
    ack()
    deployment.decide(action["value"], ApprovalStatus.APPROVED, body["user"]["id"])


def reject_clicked(ack: Ack, action: dict[str, Any], body: dict[str, Any], deployment: Deployment) -> None:
    ack()
    deployment.decide(action["value"], ApprovalStatus.REJECTED, body["user"]["id"])
