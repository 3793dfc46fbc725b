"""The buttons and forms of an approval's card; who may decide is settled here, at each click."""

from typing import Any

from slack_bolt import Ack, App, BoltContext, BoltResponse
from slack_sdk import WebClient

from bot.domain.endpoints import Kind
from bot.services.deciding import Deciding
from bot.services.training import Training
from bot.views import approval_notes
from bot.views import approvals as views
from bot.views import deciding as forms
from bot.views.hosting import read_deploy_modal
from bot.views.modals import filled_in, metadata
from handlers.deployments import hosting_in
from handlers.replying import tell


def register(app: App) -> None:
    app.action(views.APPROVE)(approve_clicked)
    app.action(views.REJECT)(reject_clicked)
    app.action(views.CHANGE)(change_clicked)
    app.action(views.WITHDRAW)(withdraw_clicked)
    app.action(forms.CHANGE_KIND)(kind_switched)
    app.view(forms.REJECTED)(reject_submitted)
    app.view(forms.CHANGED)(change_submitted)


def approve_clicked(
    ack: Ack, action: dict[str, Any], body: dict[str, Any], context: BoltContext, deciding: Deciding
) -> None:
    ack()
    approval_id, _, seen = action["value"].partition(" ")
    approval = deciding.approve(approval_id, body["user"]["id"], seen)
    if approval.pending:
        tell(context, approval_notes.voted_reply(approval))


def reject_clicked(
    ack: Ack, action: dict[str, Any], body: dict[str, Any], client: WebClient, deciding: Deciding, training: Training
) -> None:
    ack()
    approval = deciding.open(action["value"], body["user"]["id"])
    view = forms.reject_modal(approval, training.get(approval.job_id))
    client.views_open(trigger_id=body["trigger_id"], view=view)


def reject_submitted(ack: Ack, view: dict[str, Any], body: dict[str, Any], deciding: Deciding) -> BoltResponse:
    why = filled_in(view["state"]["values"]).get(forms.WHY, "")
    deciding.reject(metadata(view)["approval_id"], body["user"]["id"], why)
    return ack()


def change_clicked(
    ack: Ack, action: dict[str, Any], body: dict[str, Any], client: WebClient, deciding: Deciding, training: Training
) -> None:
    ack()
    approval = deciding.open(action["value"], body["user"]["id"])
    hosting = approval.hosting
    view = forms.change_modal(approval, training.get(approval.job_id), hosting.kind, forms.as_words(hosting))
    client.views_open(trigger_id=body["trigger_id"], view=view)


def kind_switched(ack: Ack, body: dict[str, Any], client: WebClient, deciding: Deciding, training: Training) -> None:
    ack()
    shown = body["view"]
    approval = deciding.get(metadata(shown)["approval_id"])
    filled = read_deploy_modal(shown["state"]["values"])
    view = forms.change_modal(approval, training.get(approval.job_id), Kind(filled["to"]), filled)
    client.views_update(view_id=shown["id"], hash=shown["hash"], view=view)


def change_submitted(ack: Ack, view: dict[str, Any], body: dict[str, Any], deciding: Deciding) -> BoltResponse:
    hosting = hosting_in(read_deploy_modal(view["state"]["values"]))
    deciding.change(metadata(view)["approval_id"], body["user"]["id"], hosting)
    return ack()


def withdraw_clicked(ack: Ack, action: dict[str, Any], body: dict[str, Any], deciding: Deciding) -> None:
    ack()
    deciding.withdraw(action["value"], body["user"]["id"])
