"""Why an endpoint answers as it does: a line for each thing between it and the images that its model learned from."""

from slack_sdk.models.blocks import Block

from bot.domain.approvals import Approval
from bot.domain.endpoints import Endpoint
from bot.domain.in_use import InUse
from bot.domain.jobs import Job
from bot.domain.packages import version_name
from bot.domain.preparations import Preparation
from bot.domain.provenance import Line
from bot.domain.tunings import Tuning
from bot.views import figures, parts
from bot.views import in_use as rated
from bot.views.datasets import source as source_of
from bot.views.hosting import kind_in_words, numbers
from bot.views.message import Message


def why_page(line: Line, in_use: InUse = InUse()) -> Message:  # noqa: B008 - frozen
    """From the endpoint back to the data set, with who and when; and how right it is by what people say."""
    endpoint = line.endpoint
    head = f"Why {parts.name(endpoint.name)} answers as it does"
    told = [
        _endpoint(endpoint),
        _in_use(endpoint, in_use),
        _configuration(endpoint),
        _model(endpoint, line.job),
        _package(endpoint),
        _decision(line.approval),
        _request(line.approval),
        _job(endpoint, line.job),
        _tuning(line.tuning),
        *_data_set(line),
    ]
    blocks: list[Block | None] = [
        parts.section(f"*{head}*"),
        parts.section("\n".join(f"• {one}" for one in told if one)),
        parts.context(f"Before: {'; '.join(map(_former, line.before))}") if line.before else None,
    ]
    return parts.message(f"{head}.", blocks)


def _endpoint(endpoint: Endpoint) -> str:
    since = f" since {figures.slack_date(endpoint.in_service_at)}" if endpoint.in_service_at else ""
    checked = ""
    if endpoint.check and endpoint.check.images:
        checked = f", {endpoint.check.right:g} of {endpoint.check.images} golden images right"
    return f"*Endpoint* {parts.code(endpoint.name)}: {endpoint.status}{since}{checked}"


def _in_use(endpoint: Endpoint, in_use: InUse) -> str:
    said = rated.in_words(in_use)
    return f"*Rated* {said}, against {figures.percent(endpoint.accuracy)} in validation" if said else ""


def _configuration(endpoint: Endpoint) -> str:
    hosting = f"{kind_in_words(endpoint.hosting)}, {numbers(endpoint.hosting)}"
    return f"*Configuration* {parts.code(endpoint.release_name)}: {hosting}"


def _model(endpoint: Endpoint, job: Job | None) -> str:
    artifact = f": {parts.code(job.artifact)}" if job and job.artifact else ""
    return f"*Model* {parts.code(endpoint.release_name)}{artifact}"


def _package(endpoint: Endpoint) -> str:
    return f"*Registry* {parts.code(version_name(endpoint.package_arn))}" if endpoint.package_arn else ""


def _decision(approval: Approval | None) -> str:
    if approval is None or approval.decided_at is None:
        return ""
    when = figures.slack_date(approval.decided_at)
    if approval.decided_in:
        return f"*{str(approval.status).capitalize()}* in AWS's console by {parts.code(approval.decided_by)}, {when}"
    voters = [vote.by for vote in approval.votes] or [approval.decided_by]
    return f"*{str(approval.status).capitalize()}* by {', '.join(map(parts.mention, voters))}, {when}"


def _request(approval: Approval | None) -> str:
    if approval is None:
        return ""
    because = f": “{parts.name(approval.reason, 300)}”" if approval.reason else ""
    asked = f"{parts.mention(approval.requested_by)}, {figures.slack_date(approval.requested_at)}"
    return f"*Asked for* by {asked}{because}"


def _job(endpoint: Endpoint, job: Job | None) -> str:
    if job is None:
        return f"*Job* {parts.code(endpoint.job_name)}, of which there is no row any more"
    ended = f", done {figures.slack_date(job.ended_at)}" if job.ended_at else ""
    best = f"{figures.percent(job.curve.best_accuracy)} validation"
    continued = f", trained on from {parts.code(job.continues)}" if job.continues else ""
    return f"*Job* {parts.code(job.name)}: {best}, by {parts.mention(job.requested_by)}{ended}{continued}"


def _tuning(tuning: Tuning | None) -> str:
    if tuning is None:
        return ""
    asked = f"{parts.mention(tuning.requested_by)}, {figures.slack_date(tuning.requested_at)}"
    return f"*Tuning* {parts.code(tuning.name)}: {figures.of_things(len(tuning.trials), 'job')}, by {asked}"


def _data_set(line: Line) -> list[str]:
    job = line.job
    if job is None:
        return []
    train, validation = job.images
    images = f"{figures.count(train)} + {figures.count(validation)} images"
    told = f"*Data set* {parts.code(job.data_set)}: {images}, {parts.code(job.s3_prefix)}"
    changed = line.data_set is not None and line.data_set.s3_prefix != job.s3_prefix
    return [f"{told}{', since made anew' if changed else ''}", _prepared(line.preparation)]


def _prepared(preparation: Preparation | None) -> str:
    if preparation is None:
        return ""
    when = figures.slack_date(preparation.requested_at)
    if preparation.based_on:
        return f"*Version* {source_of(preparation)}, asked for by {parts.mention(preparation.requested_by)}, {when}"
    source = parts.code(preparation.source) if preparation.source else "uploaded files"
    return f"*Prepared* from {source} by {parts.mention(preparation.requested_by)}, {when}"


def _former(endpoint: Endpoint) -> str:
    since = f", in service {figures.slack_date(endpoint.in_service_at)}" if endpoint.in_service_at else ""
    return f"{parts.name(endpoint.job_name)} ({endpoint.status}{since})"
