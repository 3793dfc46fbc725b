"""The card of a request to deploy, from the question to the endpoint in service, and the notes in its thread."""

from collections.abc import Sequence

from slack_sdk.models.blocks import Block, ButtonElement, ConfirmObject, MarkdownTextObject

from bot.domain.approvals import Approval, ApprovalStatus
from bot.domain.cards import DeploymentCase
from bot.domain.endpoints import Endpoint, EndpointStatus, Hosting
from bot.domain.jobs import Job
from bot.views import figures, parts
from bot.views.failures import explained
from bot.views.hosting import cost_a_day, kind_in_words, numbers
from bot.views.message import Message

APPROVE, REJECT = "approval.approve", "approval.reject"
_STEPS = ("model", "configuration", "endpoint", "in service")
_ENDPOINT_SIGNS = {
    EndpointStatus.IN_SERVICE: parts.IN_SERVICE,
    EndpointStatus.FAILED: parts.FAILED,
    EndpointStatus.DELETED: parts.STOPPED,
}


def approval_card(case: DeploymentCase, approvers: Sequence[str] = ()) -> Message:
    """The request as it stands. `approvers` are ids of users and user groups, mentioned while it is open."""
    sign, head, more = _first_line(case)
    blocks: list[Block | None] = [
        parts.section(parts.headline(sign, head, *more)),
        parts.fields_section(_fields(case)),
        parts.context(_small_print(case)),
        *(_question(case, approvers) if case.approval.pending else _outcome(case)),
    ]
    return parts.message(parts.sentence(head, *more), blocks)


def decision_note(case: DeploymentCase) -> Message | None:
    """The line in the thread that tells the requester of the decision."""
    approval = case.approval
    who, by = parts.mention(approval.requested_by), parts.mention(approval.decided_by)
    name = parts.name(approval.endpoint_name)
    match approval.status:
        case ApprovalStatus.APPROVED:
            return parts.note(f"{who} {by} approved this; *{name}* is on its way.")
        case ApprovalStatus.REJECTED:
            return parts.note(f"{who} {by} rejected this; nothing is deployed.")
        case ApprovalStatus.EXPIRED:
            return parts.note(f"{who} nobody decided this in time; nothing is deployed. Ask again when it suits.")
        case _:
            return None


def milestone_note(case: DeploymentCase) -> Message | None:
    """The line in the thread that tells what became of the endpoint; before that, of the decision."""
    endpoint = case.endpoint
    if endpoint is None:
        return decision_note(case)
    who, name = parts.mention(endpoint.owner), parts.name(endpoint.name)
    match endpoint.status:
        case EndpointStatus.IN_SERVICE:
            return parts.note(
                f"{who} *{name}* is in service. Images uploaded in <#{parts.escape(endpoint.channel_id)}> "
                "are answered in their threads now."
            )
        case EndpointStatus.FAILED:
            failure = explained(endpoint.failure_reason)
            return parts.note(f"{who} *{name}* failed: {parts.prose(failure.sentences)}")
        case EndpointStatus.DELETED:
            return parts.note(f"*{name}* is deleted{_deleted_by(endpoint)}; it answers no more images.")
        case _:
            return decision_note(case)


def asked_reply(approval: Approval, job: Job) -> Message:
    """The answer to whoever asked for the deployment."""
    where = parts.escape(approval.channel_id)
    return parts.note(
        f"Asked for *{parts.name(job.name)}* to be deployed as *{parts.name(approval.endpoint_name)}* "
        f"({kind_in_words(approval.hosting)}). Another person decides in <#{where}>, "
        f"until {figures.slack_date(approval.expires_at)}."
    )


def decision_buttons(case: DeploymentCase) -> list[ButtonElement | None]:
    """Approve and Reject, each asking once."""
    approval = case.approval
    return [
        parts.button("Approve", APPROVE, approval.id, "primary", _approve_question(case)),
        parts.button("Reject", REJECT, approval.id, "danger", _reject_question(case)),
    ]


def asked_line(approval: Approval) -> list[str]:
    return [f"asked by {parts.mention(approval.requested_by)}", f"open until {figures.slack_date(approval.expires_at)}"]


def question(case: DeploymentCase) -> str:
    return f"Deploy {parts.name(case.job.name)} to {kind_in_words(case.approval.hosting)}?"


def _first_line(case: DeploymentCase) -> tuple[str, str, list[str]]:
    job = parts.name(case.job.name)
    match case.approval.status:
        case ApprovalStatus.PENDING:
            return parts.DECISION, question(case), asked_line(case.approval)
        case ApprovalStatus.REJECTED:
            return parts.STOPPED, f"Deployment of {job} rejected", ["nothing is deployed"]
        case ApprovalStatus.EXPIRED:
            return parts.STOPPED, f"Deployment of {job} expired", ["nobody decided it in time"]
        case _:
            return _rollout_line(case)


def _rollout_line(case: DeploymentCase) -> tuple[str, str, list[str]]:
    endpoint, job = case.endpoint, parts.name(case.job.name)
    status = endpoint.status if endpoint else EndpointStatus.REQUESTED
    sign = _ENDPOINT_SIGNS.get(status, parts.WAITING)
    name = parts.name(endpoint.name if endpoint else case.approval.endpoint_name)
    match status:
        case EndpointStatus.IN_SERVICE:
            accuracy = f"{figures.percent(case.job.curve.best_accuracy)} validation"
            return sign, f"{name} is in service", [job, accuracy, kind_in_words(case.approval.hosting)]
        case EndpointStatus.FAILED:
            return sign, f"Deploying {job} failed", [_why(endpoint)]
        case EndpointStatus.DELETING:
            return sign, f"Deleting {name}", [job]
        case EndpointStatus.DELETED:
            return sign, f"{name} is deleted", [job]
        case _:
            return sign, f"Deploying {job} to {kind_in_words(case.approval.hosting)}", [name]


def _why(endpoint: Endpoint | None) -> str:
    return parts.prose(explained(endpoint.failure_reason if endpoint else "").short)


def _fields(case: DeploymentCase) -> list[MarkdownTextObject]:
    job, approval = case.job, case.approval
    classes = figures.of_things(len(job.classes), "class", "classes")
    fields = [
        parts.field(
            "Candidate",
            f"{figures.percent(job.curve.best_accuracy)} validation, {classes} ({parts.code(job.data_set)})",
        ),
        parts.field(kind_in_words(approval.hosting).capitalize(), _hosting(approval.hosting)),
        parts.field("Endpoint", f"{parts.name(case.endpoint.name if case.endpoint else approval.endpoint_name)}"),
        parts.field("Answers images in", f"<#{parts.escape(approval.serves_channel_id)}>"),
    ]
    if case.live is not None or approval.pending:
        fields.append(parts.field("Live there now", _live(case.live)))
    return fields


def _hosting(hosting: Hosting) -> str:
    return f"{numbers(hosting)}: {cost_a_day(hosting)}"


def _live(live: Endpoint | None) -> str:
    if live is None:
        return "nothing"
    since = f", since {figures.slack_date(live.in_service_at)}" if live.in_service_at else ""
    return f"{figures.percent(live.accuracy)} ({parts.name(live.job_name)} on {parts.name(live.name)}{since})"


def _small_print(case: DeploymentCase) -> str:
    return f"Artifact {parts.code(case.job.artifact) if case.job.artifact else 'unknown'}"


def _question(case: DeploymentCase, approvers: Sequence[str]) -> list[Block | None]:
    # Four eyes: the requester is no help here, even as one of the approvers.
    others = [one for one in approvers if one != case.approval.requested_by] or approvers
    who = ", ".join(parts.mention(one) for one in others[:20])
    asked = f"{who} can decide this." if who else "No approvers are named; the operators name them in `APPROVERS`."
    return [parts.context(asked), parts.actions(decision_buttons(case))]


def _approve_question(case: DeploymentCase) -> ConfirmObject:
    hosting = case.approval.hosting
    return parts.confirm(
        f"Approve {case.approval.endpoint_name}?",
        f"{numbers(hosting)}: {cost_a_day(hosting)}. It answers images with *{parts.name(case.job.name)}*.",
        "Approve",
    )


def _reject_question(case: DeploymentCase) -> ConfirmObject:
    return parts.confirm(
        f"Reject {case.approval.endpoint_name}?",
        f"Nothing is deployed, and {parts.mention(case.approval.requested_by)} is told.",
        "Reject",
    )


def _outcome(case: DeploymentCase) -> list[Block | None]:
    return [
        parts.context(_decided(case.approval)),
        _renamed(case.endpoint),
        _progress(case),
        *_failure(case.endpoint),
    ]


def _decided(approval: Approval) -> str:
    when = f", {figures.slack_date(approval.decided_at)}" if approval.decided_at else ""
    asked = f"asked by {parts.mention(approval.requested_by)}"
    if approval.status == ApprovalStatus.EXPIRED:
        return f"Expired{when} · {asked}"
    return f"{str(approval.status).capitalize()} by {parts.mention(approval.decided_by)}{when} · {asked}"


def _progress(case: DeploymentCase) -> Block | None:
    """The steps with the present one bold, while they mean something."""
    endpoint = case.endpoint
    if case.approval.status != ApprovalStatus.APPROVED:
        return None
    if endpoint is None:
        return parts.context(_steps(_STEPS[0]))
    if endpoint.status in (EndpointStatus.DELETING, EndpointStatus.DELETED):
        gone = f"Deletion asked for by {parts.mention(endpoint.deleted_by)}" if endpoint.deleted_by else ""
        return parts.context(gone or "Deleted outside of this bot")
    if endpoint.status == EndpointStatus.IN_SERVICE:
        return parts.context(_steps(_STEPS[-1]))
    return parts.context(_steps(endpoint.step, " failed" if endpoint.status == EndpointStatus.FAILED else ""))


def _steps(now: str, outcome: str = "") -> str:
    return parts.steps(f"*{step}{outcome}*" if step == now else step for step in _STEPS)


def _renamed(endpoint: Endpoint | None) -> Block | None:
    """The name that was asked for may be taken by the time of the approval; then the endpoint has another."""
    if endpoint is None or not endpoint.failure_reason or endpoint.status == EndpointStatus.FAILED:
        return None
    return parts.context(f"{parts.prose(endpoint.failure_reason)} So this one is *{parts.name(endpoint.name)}*.")


def _failure(endpoint: Endpoint | None) -> list[Block | None]:
    if endpoint is None or endpoint.status != EndpointStatus.FAILED:
        return []
    failure = explained(endpoint.failure_reason)
    reason = parts.name(endpoint.failure_reason, 1000)
    return [
        parts.section(parts.prose(failure.advice)) if failure.advice else None,
        parts.context(f"The reason in full: {reason}") if endpoint.failure_reason.strip() else None,
    ]


def _deleted_by(endpoint: Endpoint) -> str:
    return f" ({parts.mention(endpoint.deleted_by)} asked for it)" if endpoint.deleted_by else ""
