"""What became of the release, on the card of the request that asked for it: the first line, the steps, a failure."""

from slack_sdk.models.blocks import Block, ButtonElement

from bot.domain.approvals import ApprovalStatus
from bot.domain.cards import DeploymentCase
from bot.domain.endpoints import Check, Endpoint, EndpointStatus
from bot.domain.traffic import Mixing
from bot.views import figures, parts, savings
from bot.views.failures import explained
from bot.views.hosting import kind_in_words
from bot.views.in_use import NOT_RATED, in_words

ROLL_BACK = "endpoint.roll_back"
_GOLDEN = "golden images"
_STEPS = ("model", "configuration", "endpoint", _GOLDEN, "in service")
_SIGNS = {
    EndpointStatus.IN_SERVICE: parts.IN_SERVICE,
    EndpointStatus.FAILED: parts.FAILED,
    EndpointStatus.SUPERSEDED: parts.STOPPED,
    EndpointStatus.ROLLED_BACK: parts.STOPPED,
    EndpointStatus.DELETED: parts.STOPPED,
}
_OUTGOING = {
    EndpointStatus.SUPERSEDED: "{} has a newer release",
    EndpointStatus.ROLLING_BACK: "Rolling back {}",
    EndpointStatus.ROLLED_BACK: "{} was rolled back",
    EndpointStatus.DELETING: "Deleting {}",
    EndpointStatus.DELETED: "{} is deleted",
}
_GONE = (EndpointStatus.DELETING, EndpointStatus.DELETED)
_BACK = (EndpointStatus.ROLLING_BACK, EndpointStatus.ROLLED_BACK)


def rollout_line(case: DeploymentCase) -> tuple[str, str, list[str]]:
    """The card's first line after the approval: sign, what, and the rest."""
    endpoint, job = case.endpoint, parts.name(case.job.name)
    status = endpoint.status if endpoint else EndpointStatus.REQUESTED
    name = parts.name(endpoint.name if endpoint else case.approval.endpoint_name)
    if endpoint and failed(endpoint):
        return parts.FAILED, f"Deploying {job} failed", [_why(endpoint)]
    return (_SIGNS.get(status, parts.WAITING), *_said(case, status, name, job))


def failed(endpoint: Endpoint) -> bool:
    """Whether it never came into service, or broke; and not because somebody wanted it away."""
    if endpoint.status in _BACK:
        return not endpoint.rolled_back_by
    return endpoint.status == EndpointStatus.FAILED or (endpoint.status in _GONE and unfit(endpoint))


def unfit(endpoint: Endpoint) -> bool:
    """Whether it did not pass its check."""
    return endpoint.check is not None and not endpoint.check.passed


def rollout_blocks(case: DeploymentCase) -> list[Block | None]:
    """Below the decision: how far the release is, why it got no farther, and the way back."""
    endpoint = case.endpoint
    if endpoint is None:
        approved = case.approval.status == ApprovalStatus.APPROVED
        return [parts.context(_steps(_STEPS[0])) if approved else None]
    return [
        _renamed(case, endpoint),
        parts.context(_progress(endpoint)),
        _unchecked(endpoint.check),
        _divided(endpoint),
        *_failure(endpoint),
        parts.actions([roll_back_button(endpoint)]),
    ]


def roll_back_button(endpoint: Endpoint) -> ButtonElement | None:
    """Where it took another one's place, the way back to that."""
    if endpoint.status != EndpointStatus.IN_SERVICE or not endpoint.replaces:
        return None
    name = parts.name(endpoint.name)
    question = parts.confirm(
        f"Roll back {endpoint.name}?",
        f"*{name}* answers with the release before *{parts.name(endpoint.job_name)}* again. Approvers can do this.",
        "Roll back",
    )
    return parts.button("Roll back", ROLL_BACK, endpoint.id, "danger", question)


def _said(case: DeploymentCase, status: EndpointStatus, name: str, job: str) -> tuple[str, list[str]]:
    kind = kind_in_words(case.approval.hosting)
    if status == EndpointStatus.IN_SERVICE:
        validation = f"{figures.percent(case.job.curve.best_accuracy)} validation"
        return f"{name} is in service", [job, validation, in_words(case.in_use) or NOT_RATED, kind]
    if status in _OUTGOING:
        return _OUTGOING[status].format(name), [job]
    if case.endpoint and case.endpoint.replaces:
        return f"Updating {name} to {job}", [kind]
    return f"Deploying {job} to {kind}", [name]


def _why(endpoint: Endpoint) -> str:
    return parts.prose(explained(endpoint.failure_reason).short)


def _progress(endpoint: Endpoint) -> str:
    """The steps with the present one bold, while they mean something."""
    match endpoint.status:
        case EndpointStatus.DELETING | EndpointStatus.DELETED if not unfit(endpoint):
            return savings.farewell(endpoint)
        case EndpointStatus.SUPERSEDED:
            kept = endpoint.kept_until
            return (
                f"Can be gone back to until {figures.slack_date(kept)}" if kept else "Removed; nobody can go back to it"
            )
        case EndpointStatus.ROLLING_BACK | EndpointStatus.ROLLED_BACK if endpoint.rolled_back_by:
            return f"Roll-back asked for by {parts.mention(endpoint.rolled_back_by)}"
        case _:
            return _steps(_step(endpoint), " failed" if failed(endpoint) else "", endpoint.check)


def _step(endpoint: Endpoint) -> str:
    match endpoint.status:
        case EndpointStatus.REQUESTED | EndpointStatus.FAILED:
            return endpoint.step
        case EndpointStatus.CREATING | EndpointStatus.UPDATING:
            return "endpoint"
        case EndpointStatus.IN_SERVICE:
            return "in service"
        case EndpointStatus.ROLLED_BACK if endpoint.check is None:
            return endpoint.step
        case _:
            return _GOLDEN


def _steps(now: str, outcome: str = "", check: Check | None = None) -> str:
    labels = {_GOLDEN: f"{_GOLDEN} {check.right:g}/{check.images}"} if check and check.images else {}
    said = {step: labels.get(step, step) for step in _STEPS}
    return parts.steps(f"*{said[step]}{outcome}*" if step == now else said[step] for step in _STEPS)


def _unchecked(check: Check | None) -> Block | None:
    if check is None or check.images or not check.passed:
        return None
    return parts.context(f"Not tried with golden images. {parts.prose(check.problem)}")


def _divided(endpoint: Endpoint) -> Block | None:
    """Who else gets of its traffic, if anybody."""
    traffic = endpoint.traffic
    if traffic is None or endpoint.status != EndpointStatus.IN_SERVICE:
        return None
    other = parts.name(traffic.other_job)
    if traffic.step != Mixing.ON:
        return parts.context(f"AWS is dividing the traffic with *{other}*")
    if traffic.shadow:
        return parts.context(f"*{other}* gets copies of the images; its answers are thrown away")
    return parts.context(f"{100 - traffic.share} % of the images, and {traffic.share} % go to *{other}*")


def _renamed(case: DeploymentCase, endpoint: Endpoint) -> Block | None:
    """The name that was asked for may be taken by the time of the approval; then the endpoint has another."""
    asked = case.approval.endpoint_name
    if endpoint.name.lower() == asked.lower():
        return None
    return parts.context(
        f"*{parts.name(asked)}* is another endpoint by now. So this one is *{parts.name(endpoint.name)}*."
    )


def _failure(endpoint: Endpoint) -> list[Block | None]:
    stays = endpoint.status == EndpointStatus.IN_SERVICE
    if not endpoint.failure_reason.strip() or not (failed(endpoint) or stays):
        return []
    failure = explained(endpoint.failure_reason)
    said = [_goes_on(endpoint), failure.advice]
    return [
        parts.section(parts.prose(" ".join(filter(None, said)))) if any(said) else None,
        _in_full(endpoint.failure_reason, failure.short),
    ]


def _in_full(reason: str, short: str) -> Block | None:
    """Unless the first line says it all."""
    if reason.strip().rstrip(".") == short:
        return None
    return parts.context(f"The reason in full: {parts.name(reason, 1000)}")


def _goes_on(endpoint: Endpoint) -> str:
    """What answers now."""
    match endpoint.status:
        case EndpointStatus.ROLLING_BACK:
            return f"{endpoint.name} is on its way back to the release before."
        case EndpointStatus.ROLLED_BACK:
            return f"{endpoint.name} answers with the release before."
        case EndpointStatus.IN_SERVICE:
            return "What was asked of it last did not come about; it goes on with this release."
        case EndpointStatus.DELETING | EndpointStatus.DELETED if unfit(endpoint):
            return "It was not announced, and is deleted again."
        case _:
            return ""
