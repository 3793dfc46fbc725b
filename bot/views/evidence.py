"""What an approver reads before deciding: candidate and live model, what both kinds cost, artifact and registry."""

from slack_sdk.models.blocks import Block, MarkdownTextObject

from bot.domain import comparisons
from bot.domain.approvals import Approval, ApprovalStatus
from bot.domain.cards import DeploymentCase
from bot.domain.endpoints import Hosting, Kind
from bot.domain.evidence import Evidence, break_even, cost_of_day, cost_of_image
from bot.domain.packages import PackageStatus, version_name
from bot.domain.replays import Measured, Replay, ReplayStatus, Results
from bot.views import figures, parts
from bot.views.hosting import cost_a_day, kind_in_words, numbers
from bot.views.in_use import in_words

_MOST_SETTINGS, _MOST_CLASSES = 8, 20
_MANY = 1000


def evidence_fields(case: DeploymentCase) -> list[MarkdownTextObject]:
    """At most ten, as many as Slack takes."""
    approval = case.approval
    fields = [parts.field("Candidate", _candidate(case))]
    if case.live is not None or approval.pending:
        fields.append(parts.field("Live there now", _live(case)))
    fields += _costs(case)
    name = case.endpoint.name if case.endpoint else approval.endpoint_name
    return [
        *fields,
        parts.field("Endpoint", parts.name(name)),
        parts.field("Answers images in", f"<#{parts.escape(approval.serves_channel_id)}>"),
        parts.field("Artifact", _artifact(case)),
        parts.field("Registry", _registry(approval)),
    ]


def cost(case: DeploymentCase) -> str:
    """The numbers that are asked for, and what they cost."""
    asked, other = case.approval.hosting, case.evidence.other
    return _cost(asked, other, case.evidence) if other else f"{numbers(asked)}: {cost_a_day(asked)}"


def evidence_notes(case: DeploymentCase) -> list[Block | None]:
    """Below the fields: why it is asked for all the same, how it differs from what is live, what stands in the way."""
    approval = case.approval
    return [
        parts.section(f"*Why all the same*\n{parts.escape(approval.reason)}") if approval.reason else None,
        _differences(case) if approval.pending else None,
        _measured(case.evidence.replay),
        parts.context(f"Classes: {_classes(case)}") if approval.pending else None,
        parts.context(f":warning: {parts.prose(approval.problem)}") if approval.problem else None,
        parts.context(f":warning: {_overruled(approval)}") if approval.overruled_by else None,
    ]


def in_figures(results: Results) -> str:
    """How many of the pictures whose classes are known both models have right."""
    return f"Golden set {_of(results.golden)} · Pictures from use {_of(results.from_use)}"


def _of(measured: Measured | None) -> str:
    if measured is None:
        return "unknown"
    return f"{measured.candidate}/{measured.images} against {measured.live}/{measured.images}"


def _measured(replay: Replay | None) -> Block | None:
    if replay is None:
        return None
    if replay.status in (ReplayStatus.CLEARING, ReplayStatus.DONE):
        return parts.context(f"*Right*  {in_figures(replay.results)}")
    return parts.context("Being compared with the live model on pictures whose classes are known.")


def picture_alt(case: DeploymentCase, alt: str) -> str:
    """What the picture says, with what it is for."""
    return alt if case.evidence.live_job is None else f"{alt} The first is the candidate, the other one is live."


def _candidate(case: DeploymentCase) -> str:
    job = case.job
    classes = figures.of_things(len(job.classes), "class", "classes")
    least = case.evidence.least_accuracy
    best = job.curve.best_accuracy
    below = f", below the {figures.percent(least)} asked for" if least and (best is None or best < least) else ""
    return f"{figures.percent(best)} validation{below}, {classes} ({parts.code(job.data_set)})"


def _live(case: DeploymentCase) -> str:
    live = case.live
    if live is None:
        return "nothing"
    since = f", since {figures.slack_date(live.in_service_at)}" if live.in_service_at else ""
    said = f"{figures.percent(live.accuracy)} ({parts.name(live.job_name)} on {parts.name(live.name)}{since})"
    used = "" if case.answers else in_words(case.in_use)
    return f"{said} · {used}" if used else said


def _costs(case: DeploymentCase) -> list[MarkdownTextObject]:
    """The kind that is asked for, and while it is open the other one, too."""
    asked, other = case.approval.hosting, case.evidence.other
    fields = [parts.field(kind_in_words(asked).capitalize(), cost(case))]
    if other is None:
        return fields
    return [*fields, parts.field(f"{kind_in_words(other).capitalize()} instead", _cost(other, asked, case.evidence))]


def _cost(hosting: Hosting, other: Hosting, evidence: Evidence) -> str:
    if hosting.kind == Kind.SERVERLESS:
        return f"{numbers(hosting)}: {_by_use(hosting, evidence)}"
    said = f"{numbers(hosting)}: {cost_a_day(hosting)}"
    if other.kind == hosting.kind:
        return said
    images = break_even(other, hosting, evidence.demand, evidence.gb_second)
    return f"{said}; cheaper above about {figures.of_things(_rounded(images), 'image')} a day" if images else said


def _rounded(number: int) -> int:
    """To two digits; it rests on an estimate."""
    return int(float(f"{number:.2g}"))


def _by_use(hosting: Hosting, evidence: Evidence) -> str:
    """At the traffic seen so far; where there was none, what many images would cost."""
    demand = evidence.demand
    day, image = (
        cost_of_day(hosting, demand, evidence.gb_second),
        cost_of_image(hosting, demand, evidence.gb_second),
    )
    if day is None or image is None:
        return f"billed by use, nothing while idle ({figures.UNKNOWN_PRICE})"
    if not demand.images_a_day:
        return f"{_about(image * _MANY)} for {figures.count(_MANY)} images, nothing while idle"
    a_day = max(1, round(demand.images_a_day))
    return f"{_about(day)} a day at {figures.of_things(a_day, 'image')} a day"


def _about(usd: float) -> str:
    said = figures.money(usd)
    return said if said.startswith("under") else f"about {said}"


def _overruled(approval: Approval) -> str:
    """Somebody decided otherwise after it was carried out."""
    name = parts.name(version_name(approval.package_arn))
    if approval.status == ApprovalStatus.APPROVED:
        what, then = "rejected", "It stays in service until somebody rolls it back or deletes it."
    else:
        what, then = "approved", f"`/deploy {name}` asks for it again."
    return f"{parts.code(approval.overruled_by)} has {what} {name} in SageMaker's console since. {then}"


def _classes(case: DeploymentCase) -> str:
    shown = [parts.name(one, 40) for one in case.job.classes[:_MOST_CLASSES]]
    more = len(case.job.classes) - _MOST_CLASSES
    return ", ".join([*shown, f"and {more} more"] if more > 0 else shown) or "none"


def _artifact(case: DeploymentCase) -> str:
    if not case.job.artifact:
        return "unknown"
    address = parts.code(f"…/{case.job.artifact.rpartition('/')[2]}")
    kind, _, value = case.approval.digest.partition(" ")
    return f"{address}, {parts.escape(kind)} {parts.code(value[:12])}" if value else address


def _registry(approval: Approval) -> str:
    if approval.package_status == PackageStatus.UNREGISTERED:
        return "not yet" if approval.pending and not approval.problem else "not registered"
    return f"{parts.name(version_name(approval.package_arn))}, {approval.package_status}"


def _differences(case: DeploymentCase) -> Block | None:
    """Which choices the candidate was trained with other than what is live."""
    live = case.evidence.live_job
    if live is None:
        return None
    rows = [row for row in comparisons.settings([case.job, live]) if row.differs]
    data = [] if case.job.data_set == live.data_set else [f"data set {parts.code(live.data_set)}"]
    said = [
        *data,
        *(f"{parts.escape(row.name)} {_value(row.values[0])} (live {_value(row.values[1])})" for row in rows),
    ]
    if not said:
        return parts.context(f"Trained with the same settings as {parts.name(live.name)}.")
    more = len(said) - _MOST_SETTINGS
    left_out = f" · {more} more" if more > 0 else ""
    return parts.context(f"*Differs*  {' · '.join(said[:_MOST_SETTINGS])}{left_out}")


def _value(value: str) -> str:
    return parts.name(value, 40) if value else "none"
