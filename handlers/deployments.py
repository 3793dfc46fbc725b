"""`/deploy` and the *Ask for deployment* button: ask for the approval of a deployment."""

from dataclasses import replace
from typing import Any

from slack_bolt import Ack, App, BoltResponse
from slack_sdk import WebClient

from bot.domain import endpoints
from bot.domain.approvals import Approval
from bot.domain.endpoints import Hosting, Kind
from bot.domain.jobs import Job
from bot.domain.packages import version_in
from bot.domain.words import words
from bot.errors import UsageError
from bot.services.deployment import Deployment, DeployRequest, check_deployable
from bot.services.training import Training
from bot.views import approval_notes
from bot.views import help as help_views
from bot.views import hosting as views
from bot.views.jobs import ASK
from bot.views.modals import metadata
from handlers.access import trainers_only
from handlers.parsing import at_most, only
from handlers.replying import ack_with

_WORDS = {Kind.SERVERLESS: ("memory", "concurrency"), Kind.REALTIME: ("instance", "count")}


def register(app: App) -> None:
    app.command("/deploy", middleware=[trainers_only])(deploy)
    app.action(ASK, middleware=[trainers_only])(ask_clicked)
    app.action(views.KIND)(kind_switched)
    app.view(views.SUBMIT, middleware=[trainers_only])(deploy_submitted)


def deploy(ack: Ack, command: dict[str, Any], training: Training, deployment: Deployment) -> BoltResponse:
    said = words(command.get("text", ""))
    if said.wants_help:
        return ack_with(ack, help_views.usage("deploy"))
    if not said.names:
        raise UsageError("Which job?", next_step="Write its name: `/deploy JOB to=serverless`; `/jobs` lists them.")
    at_most(said.names, 1, "/deploy")
    registered = _registered(said.names[0], deployment)
    job = training.get(registered.job_id) if registered else training.named(said.names[0])
    request = _request(job, dict(said.pairs), command["user_id"], command["channel_id"], command["trigger_id"])
    approval = deployment.ask(replace(request, registered=registered))
    return ack_with(ack, approval_notes.asked_reply(approval, job))


def ask_clicked(
    ack: Ack,
    action: dict[str, Any],
    body: dict[str, Any],
    client: WebClient,
    training: Training,
    deployment: Deployment,
) -> None:
    ack()
    job = training.get(action["value"])
    check_deployable(job)
    least = deployment.least_accuracy(job)
    view = views.deploy_modal(job, Kind.SERVERLESS, {}, body["channel"]["id"], least)
    client.views_open(trigger_id=body["trigger_id"], view=view)


def kind_switched(
    ack: Ack, body: dict[str, Any], client: WebClient, training: Training, deployment: Deployment
) -> None:
    ack()
    shown = body["view"]
    known, filled = metadata(shown), views.read_deploy_modal(shown["state"]["values"])
    job = training.get(known["job_id"])
    least = deployment.least_accuracy(job)
    view = views.deploy_modal(job, Kind(filled["to"]), filled, known["channel_id"], least)
    client.views_update(view_id=shown["id"], hash=shown["hash"], view=view)


def deploy_submitted(
    ack: Ack, view: dict[str, Any], body: dict[str, Any], training: Training, deployment: Deployment
) -> BoltResponse:
    known, pairs = metadata(view), views.read_deploy_modal(view["state"]["values"])
    job = training.get(known["job_id"])
    deployment.ask(_request(job, pairs, body["user"]["id"], known["channel_id"], view["id"]))
    return ack()


def _request(job: Job, pairs: dict[str, str], user_id: str, channel_id: str, key: str) -> DeployRequest:
    name, reason = pairs.pop("as", ""), pairs.pop(views.REASON, "")
    return DeployRequest(job, hosting_in(pairs), name, user_id, channel_id, key, reason)


def _registered(word: str, deployment: Deployment) -> Approval | None:
    """The request whose version of the Model Registry the word names, as `emoji/4`; None where it names a job."""
    version = version_in(word)
    return deployment.version(version) if version else None


def hosting_in(pairs: dict[str, str]) -> Hosting:
    """An endpoint's kind and numbers, as the words say them."""
    kind = _kind(pairs)
    given = {name: value for name, value in pairs.items() if name != "to"}
    only(given, (*_WORDS[kind], "to", "as", views.REASON), "/deploy")
    return endpoints.serverless(**given) if kind == Kind.SERVERLESS else endpoints.realtime(**given)


def _kind(pairs: dict[str, str]) -> Kind:
    """As said by `to`, or as the other words give away; serverless otherwise, since it costs nothing while idle."""
    said = pairs.get("to", "").lower().replace("-", "")
    if said and said not in tuple(Kind):
        raise UsageError(f"I can't deploy to `{pairs['to']}`.", next_step="Write `to=serverless` or `to=realtime`.")
    if said:
        return Kind(said)
    return Kind.REALTIME if {"instance", "count"} & pairs.keys() else Kind.SERVERLESS
