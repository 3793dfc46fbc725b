"""A training job's card, and the short notes that go with it."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from slack_sdk.models.blocks import Block, ButtonElement, ConfirmObject, MarkdownTextObject

from bot.domain.corrections import Correction
from bot.domain.jobs import Job, JobStatus, Phase
from bot.domain.recipes import RecipeName
from bot.views import figures, parts
from bot.views.corrections import retry_button
from bot.views.failures import Failure, explained
from bot.views.message import Message
from bot.views.rules import rules_block

STOP, DETAILS, ASK = "job.stop", "job.details", "job.ask"
COMPARE, TRAIN_ON, TUNE = "job.compare", "job.train_on", "job.tune"
SIGNS = {
    JobStatus.REQUESTED: parts.WAITING,
    JobStatus.RUNNING: parts.RUNNING,
    JobStatus.STOPPING: parts.WAITING,
    JobStatus.COMPLETED: parts.DONE,
    JobStatus.FAILED: parts.FAILED,
    JobStatus.STOPPED: parts.STOPPED,
}
# AWS ends the list of phases with these, which the first line says already.
_ENDS = frozenset({"Completed", "Failed", "Stopped"})
_VERBS = {
    JobStatus.STOPPING: "Stopping",
    JobStatus.COMPLETED: "Trained",
    JobStatus.STOPPED: "Stopped",
}


def job_card(
    job: Job, now: datetime, chart_file_id: str = "", chart_alt: str = "", correction: Correction | None = None
) -> Message:
    """The job as it stands; what it says changes by the minute at most while the row does not change."""
    head, more = first_line(job)
    failure = explained(job.failure_reason, job.made_by.terms) if job.status == JobStatus.FAILED else None
    chart = parts.image(chart_file_id, chart_alt or _alt(job)) if chart_file_id else None
    blocks: list[Block | None] = [
        parts.section(parts.headline(sign(job), head, *more)),
        *(failure_blocks(failure, job.failure_reason) if failure else ()),
        chart,
        parts.fields_section(_fields(job, now)),
        _phases(job, now),
        rules_block(job),
        parts.actions(_buttons(job, correction)),
    ]
    return parts.message(parts.sentence(head, *more), blocks)


def sign(job: Job) -> str:
    return SIGNS[job.status]


def first_line(job: Job) -> tuple[str, list[str]]:
    """What the card is about, and the figures behind it."""
    head = f"{_VERBS.get(job.status, 'Training')} {parts.name(job.name)}"
    match job.status:
        case JobStatus.REQUESTED:
            return head, ["waiting to start"]
        case JobStatus.FAILED:
            return f"{head} failed", [parts.prose(explained(job.failure_reason).short)]
        case JobStatus.COMPLETED:
            return head, [best(job), _took(job), _spent(job)]
        case JobStatus.STOPPED:
            return head, [_progress(job), best(job), _took(job), _spent(job)]
        case _:
            return head, [_progress(job) or _phase_in_words(job), best(job)]


def best(job: Job) -> str:
    """`best 89.2 % (epoch 9)`, or nothing before there is a validation accuracy."""
    epoch = job.curve.best
    if epoch is None:
        return ""
    of_all = f" of {job.epochs}" if job.status == JobStatus.COMPLETED else ""
    return f"best {figures.percent(epoch.validation)} (epoch {epoch.number}{of_all})"


def finished_note(job: Job) -> Message | None:
    """The line in the card's thread that tells the requester of the end."""
    if job.active:
        return None
    who, name = parts.mention(job.requested_by), parts.name(job.name)
    match job.status:
        case JobStatus.COMPLETED:
            said = f"*{name}* is trained: {best(job) or 'no validation accuracy in its log'}."
        case JobStatus.FAILED:
            failure = explained(job.failure_reason, job.made_by.terms)
            said = f"*{name}* failed: {parts.prose(failure.sentences)}"
        case _:
            said = f"*{name}* has stopped{_why_stopped(job)}. {_left_behind(job)}"
    return parts.note(f"{who} {said}")


def started_reply(job: Job) -> Message:
    """The answer to whoever asked: what starts, and what it costs at most."""
    said = f"Training *{parts.name(job.name)}* on {parts.code(job.data_set)}; its card is on the way."
    return parts.note(f"{said} {at_most(job.worst_case)}")


def at_most(worst: float | None) -> str:
    if worst is None:
        return f"What it costs is unknown ({figures.UNKNOWN_PRICE})."
    return f"It costs {figures.money(worst)} at most."


def _progress(job: Job) -> str:
    return f"epoch {job.curve.last_number} of {job.epochs}" if job.curve else ""


def _phase_in_words(job: Job) -> str:
    return parts.name(job.phases[-1].name).lower() if job.phases else "starting"


def _took(job: Job) -> str:
    if job.ended_at is None:
        return ""
    return figures.duration(figures.between(job.started_at or job.requested_at, job.ended_at))


def _spent(job: Job) -> str:
    """Left out of the first line where it is unknown: the field below says so."""
    return "" if job.cost is None else figures.money(job.cost)


def _why_stopped(job: Job) -> str:
    if job.stopped_by:
        return f", as {parts.mention(job.stopped_by)} asked"
    if any(phase.name.startswith("Max") for phase in job.phases):
        return " at its longest run time"
    return ""


def _left_behind(job: Job) -> str:
    if job.deployable:
        return f"The model it had by then can be deployed ({best(job)})." if best(job) else "Its model can be deployed."
    return "It left no model."


def failure_blocks(failure: Failure, reason: str) -> list[Block | None]:
    """What helps, and what AWS says."""
    return [
        parts.section(parts.prose(failure.advice)) if failure.advice else None,
        parts.context(f"AWS says: {parts.name(reason, 1000)}") if reason.strip() else None,
    ]


def _alt(job: Job) -> str:
    told = best(job)
    return f"Accuracy per epoch of {job.name}{': ' + told if told else ''}"


def _fields(job: Job, now: datetime) -> list[MarkdownTextObject]:
    return [
        data(job.data_set, job.images, job.classes, job.from_use),
        parts.field("Model", _model(job)),
        parts.field("Asked by", _asked_by(job)),
        parts.field("Cost", _cost(job, now)),
    ]


def data(data_set: str, images: tuple[int, int], classes: Sequence[str], from_use: int = 0) -> MarkdownTextObject:
    """What it learns from."""
    train, validation = images
    return parts.field(
        "Data",
        f"{parts.name(data_set)}: {figures.count(train)} + {figures.count(validation)} images, "
        f"{figures.of_things(len(classes), 'class', 'classes')}{_from_use(from_use)}",
    )


def _from_use(pictures: int) -> str:
    return f", with {figures.of_things(pictures, 'picture')} from use" if pictures else ""


def _model(job: Job) -> str:
    start = f", continues {parts.name(job.continues)}" if job.continues else ""
    return f"{model(job.recipe, job.hyperparameters, job.weights)}{start}"


def model(recipe: RecipeName, hyperparameters: Mapping[str, str], weights: str) -> str:
    """The recipe, the network where there is a choice of it, and from which weights it starts."""
    depth = hyperparameters.get("num_layers") or hyperparameters.get("model", "").removeprefix("resnet")
    network = f", ResNet-{parts.name(depth)}" if depth else ""
    pretrained = any(hyperparameters.get(name) == "1" for name in ("use_pretrained_model", "pretrained"))
    started = ", weights of yours" if weights else ", pretrained" if pretrained else ""
    return f"{recipe}{network}{started}"


def _asked_by(job: Job) -> str:
    said = [f"{parts.mention(job.requested_by)}, {figures.slack_ago(job.requested_at)}"]
    left = job.curve.seconds_left(job.epochs) if job.status == JobStatus.RUNNING else None
    if left is not None:
        said.append(figures.time_left(left))
    if job.stopped_by:
        said.append(f"stopped by {parts.mention(job.stopped_by)}")
    return " · ".join(said)


def _cost(job: Job, now: datetime) -> str:
    if not job.active:
        return f"{_billed(job)} on {parts.name(job.compute.instance_type)}{_saved(job)}"
    if job.worst_case is None:
        return figures.UNKNOWN_PRICE
    so_far = _cost_so_far(job, now)
    at_most = f"{figures.money(job.worst_case)} at most"
    return f"{figures.money(so_far)} so far, {at_most}" if so_far else at_most


def _billed(job: Job) -> str:
    if job.cost is None and job.compute.usd_per_hour is not None:
        return "billed time unknown"
    return figures.money(job.cost)


def _saved(job: Job) -> str:
    if not job.compute.spot:
        return ""
    return " spot" if job.spot_saving is None else f" spot, which saved {figures.probability(job.spot_saving)}"


def _cost_so_far(job: Job, now: datetime) -> float | None:
    """AWS tells the billed seconds at the end only; until then whole minutes since the start are counted."""
    if job.cost is not None or job.started_at is None or job.compute.usd_per_hour is None:
        return job.cost
    minutes = figures.between(job.started_at, now) // 60
    return job.compute.usd_per_hour * job.compute.instance_count * minutes / 60


def _phases(job: Job, now: datetime) -> Block | None:
    told = [phase for phase in job.phases if phase.name not in _ENDS]
    if not told:
        return None
    return parts.context(parts.steps(_phase(phase, now, is_now=phase is _current(job)) for phase in told[-10:]))


def _current(job: Job) -> Phase | None:
    last = job.phases[-1]
    return last if job.active and last.ended_at is None else None


def _phase(phase: Phase, now: datetime, *, is_now: bool) -> str:
    name = parts.name(phase.name)
    if is_now:
        return f"*{f'{name} {figures.duration(figures.between(phase.began_at, now), coarse=True)}'.strip()}*"
    if phase.ended_at is None or phase.ended_at <= phase.began_at:
        return name
    return f"{name} {figures.duration(figures.between(phase.began_at, phase.ended_at))}"


def _buttons(job: Job, correction: Correction | None) -> list[ButtonElement | None]:
    return [
        retry_button(job, correction) if correction else None,
        parts.button("Ask for deployment", ASK, job.id, "primary") if job.deployable else None,
        stop_button(job),
        parts.button("Train on", TRAIN_ON, job.id) if job.deployable else None,
        parts.button("Tune", TUNE, job.id) if job.deployable else None,
        parts.button("Compare", COMPARE, job.id) if job.curve and not job.active else None,
        parts.button("Details", DETAILS, job.id),
    ]


def stop_button(job: Job) -> ButtonElement | None:
    """A way to stop the job, where it can be."""
    return parts.button("Stop", STOP, job.id, "danger", _stop_question(job)) if job.stoppable else None


def _stop_question(job: Job) -> ConfirmObject:
    return parts.confirm(
        f"Stop {job.name}?",
        f"*{parts.name(job.name)}* ends where it is ({_progress(job) or 'no epoch done yet'}). "
        "What AWS has billed by then stays billed.",
        "Stop it",
        "Let it run",
    )
