"""A tuning job's card, and the short notes that go with it."""

from collections.abc import Sequence
from datetime import datetime

from slack_sdk.models.blocks import Block, ButtonElement, ConfirmObject, MarkdownTextObject

from bot.domain.search_remarks import remarks
from bot.domain.searches import Search
from bot.domain.tuning_on import Edge, at_edge, can_be_tuned_on
from bot.domain.tuning_results import number_of, searched_values, shown_value
from bot.domain.tunings import Tuning, TuningStatus
from bot.views import figures, parts, tuning_tables
from bot.views.failures import explained
from bot.views.jobs import SIGNS, at_most, data, failure_blocks, model
from bot.views.message import Message

STOP, TRAIN_ON, TUNE_ON, ASK = "tuning.stop", "tuning.train_on", "tuning.tune_on", "tuning.ask"
_VERBS = {
    TuningStatus.STOPPING: "Stopping",
    TuningStatus.COMPLETED: "Tuned",
    TuningStatus.STOPPED: "Stopped",
}


def tuning_card(tuning: Tuning, now: datetime, pictures: Sequence[tuple[str, str]] = ()) -> Message:
    """The tuning as it stands; `pictures` are the ids of files and what they say."""
    head, more = first_line(tuning)
    blocks: list[Block | None] = [
        parts.section(parts.headline(sign(tuning), head, *more)),
        *_failure(tuning),
        *(parts.image(file_id, alt) for file_id, alt in pictures),
        parts.fields_section(_fields(tuning, now)),
        _best_values(tuning),
        tuning_tables.best_table(tuning),
        _edges(tuning),
        _failed_jobs(tuning),
        _remarks(tuning),
        parts.actions(_buttons(tuning)),
    ]
    return parts.message(parts.sentence(head, *more), blocks)


def sign(tuning: Tuning) -> str:
    return SIGNS[tuning.status]


def first_line(tuning: Tuning) -> tuple[str, list[str]]:
    """What the card is about, and the figures behind it."""
    head = f"{_VERBS.get(tuning.status, 'Tuning')} {parts.name(tuning.name)}"
    match tuning.status:
        case TuningStatus.REQUESTED:
            return head, ["waiting to start"]
        case TuningStatus.FAILED:
            return f"{head} failed", [
                parts.prose(_why_failed(tuning)),
                best(tuning),
            ]
        case TuningStatus.COMPLETED:
            return head, [best(tuning) or "no job has a result", *_ended(tuning)]
        case TuningStatus.STOPPED:
            return head, [progress(tuning), best(tuning), *_ended(tuning)]
        case _:
            return head, [progress(tuning), best(tuning)]


def _why_failed(tuning: Tuning) -> str:
    """In AWS's words for a tuning whose jobs all failed there is no reason; the jobs have it."""
    reasons = [trial.failure_reason for trial in tuning.trials if trial.failure_reason]
    if not reasons or tuning.best is not None:
        return explained(tuning.failure_reason).short
    return f"none of its jobs succeeded: {explained(reasons[0], tuning.made_by.terms).short}"


def best(tuning: Tuning) -> str:
    """`best 91.0 % (job 4)`, or nothing before there is a result."""
    trial = tuning.best
    if trial is None or trial.objective is None:
        return ""
    of_all = f" of {figures.count(len(tuning.trials))}" if tuning.status == TuningStatus.COMPLETED else ""
    return f"best {figures.percent(trial.objective)} (job {number_of(tuning, trial)}{of_all})"


def progress(tuning: Tuning) -> str:
    """`2 of 6 jobs done`: by AWS's counters where there are any yet."""
    counters = tuning.counters
    done = counters.begun - counters.running
    return f"{figures.count(done)} of {figures.of_things(tuning.search.jobs, 'job')} done"


def searched(search: Search) -> str:
    """`learning_rate 1e-6 to 0.5, optimizer sgd or adam`."""
    ranges = [f"`{one.name}` {' to '.join(one.bounds)}" for one in search.ranges]
    choices = [f"`{one.name}` {parts.name(', '.join(one.values))}" for one in search.choices]
    return ", ".join([*ranges, *choices])


def started_reply(tuning: Tuning) -> Message:
    """The answer to whoever asked: what starts, and what it costs at most."""
    search = tuning.search
    said = (
        f"Tuning *{parts.name(tuning.name)}* on {parts.code(tuning.data_set)}: "
        f"{figures.of_things(search.jobs, 'job')}, {figures.count(search.parallel)} at a time, over "
        f"{searched(search)}. Its card is on the way. {at_most(tuning.worst_case)}"
    )
    return parts.message(said.replace("`", ""), [parts.section(said)])


def stopping_reply(tuning: Tuning) -> Message:
    return parts.note(f"Stopping *{parts.name(tuning.name)}* and the jobs that run; its card says when it has stopped.")


def finished_note(tuning: Tuning) -> Message | None:
    """The line in the card's thread that tells the requester of the end."""
    if tuning.active:
        return None
    who, name = parts.mention(tuning.requested_by), parts.name(tuning.name)
    match tuning.status:
        case TuningStatus.COMPLETED:
            said = f"*{name}* is tuned: {best(tuning) or 'none of its jobs has a result'}."
        case TuningStatus.FAILED:
            said = f"*{name}* failed: {parts.prose(explained(tuning.failure_reason, tuning.made_by.terms).sentences)}"
        case _:
            asked = f", as {parts.mention(tuning.stopped_by)} asked" if tuning.stopped_by else ""
            said = f"*{name}* has stopped{asked}: {best(tuning) or 'none of its jobs has a result'}."
    return parts.note(f"{who} {said}")


def _ended(tuning: Tuning) -> list[str]:
    took = figures.between(tuning.requested_at, tuning.ended_at) if tuning.ended_at else None
    cost = tuning.cost(tuning.ended_at or tuning.requested_at)
    return ["" if took is None else figures.duration(took), "" if cost is None else figures.money(cost)]


def _failure(tuning: Tuning) -> list[Block | None]:
    if tuning.status != TuningStatus.FAILED:
        return []
    return failure_blocks(explained(tuning.failure_reason, tuning.made_by.terms), tuning.failure_reason)


def _fields(tuning: Tuning, now: datetime) -> list[MarkdownTextObject]:
    search = tuning.search
    strategy = f"{search.strategy}, {figures.count(search.parallel)} at a time"
    early = ", stops hopeless jobs early" if search.early_stopping else ""
    return [
        data(tuning.data_set, tuning.images, tuning.classes),
        parts.field("Model", model(tuning.recipe, tuning.hyperparameters, tuning.weights)),
        parts.field("Searches", f"{searched(search)}\n{strategy}{early}{_after(search)}"),
        parts.field("Asked by", _asked_by(tuning)),
        parts.field("Jobs", _counted(tuning)),
        parts.field("Cost", _cost(tuning, now)),
    ]


def _after(search: Search) -> str:
    """With whose results it starts."""
    return f", starts with the results of {parts.name(', '.join(search.parents))}" if search.parents else ""


def _asked_by(tuning: Tuning) -> str:
    said = f"{parts.mention(tuning.requested_by)}, {figures.slack_ago(tuning.requested_at)}"
    return f"{said} · stopped by {parts.mention(tuning.stopped_by)}" if tuning.stopped_by else said


def _counted(tuning: Tuning) -> str:
    counters = tuning.counters
    told = {
        "running": counters.running,
        "completed": counters.completed,
        "stopped": counters.stopped,
        "failed": counters.failed,
        "tried again": counters.retried,
    }
    listed = ", ".join(f"{figures.count(number)} {word}" for word, number in told.items() if number)
    return f"{listed or 'none begun yet'}, of {figures.count(tuning.search.jobs)}"


def _cost(tuning: Tuning, now: datetime) -> str:
    if not tuning.active:
        spent = tuning.cost(tuning.ended_at or now)
        return f"{figures.money(spent)} on {parts.name(tuning.compute.instance_type)}, by the jobs' run times"
    if tuning.worst_case is None:
        return figures.UNKNOWN_PRICE
    # Whole minutes, so that the card changes but once in one.
    so_far = tuning.cost(now.replace(second=0, microsecond=0))
    at_most = f"{figures.money(tuning.worst_case)} at most"
    return f"{figures.money(so_far)} so far, {at_most}" if so_far else at_most


def _best_values(tuning: Tuning) -> Block | None:
    trial = tuning.best
    if trial is None:
        return None
    listed = ", ".join(parts.code(f"{name}={value}") for name, value in searched_values(tuning, trial))
    lines = [f"*{'Best so far' if tuning.active else 'Best'}* {parts.name(trial.name)}", listed]
    better = tuning.overall_best
    if better is not None and better.objective is not None:
        lines.append(f"{parts.name(better.name)} of an earlier tuning is better: {figures.percent(better.objective)}.")
    return parts.section("\n".join(filter(None, lines)))


def _edges(tuning: Tuning) -> Block | None:
    """Best values at the end of what was searched: better ones may lie beyond."""
    edges = [] if tuning.active else at_edge(tuning)
    if not edges:
        return None
    return parts.section("\n".join(_edge(edge) for edge in edges))


def _edge(edge: Edge) -> str:
    end = "upper" if edge.high else "lower"
    value = shown_value(str(edge.value))
    said = f"The best `{parts.name(edge.name)}`, {value}, lies at the {end} end of its range"
    return f"{said}: better ones may lie beyond." if edge.open else f"{said}, and AWS recommends none beyond."


def _failed_jobs(tuning: Tuning) -> Block | None:
    """Why the first of the jobs failed that did; the others mostly share the reason."""
    failed = [trial for trial in tuning.trials if trial.failure_reason]
    if not failed:
        return None
    why = parts.prose(explained(failed[0].failure_reason, tuning.made_by.terms).sentences)
    return parts.context(f"{figures.of_things(len(failed), 'job')} failed. Job {number_of(tuning, failed[0])}: {why}")


def _remarks(tuning: Tuning) -> Block | None:
    said = remarks(tuning.search, tuning.hyperparameters, tuning.made_by)
    return parts.context(parts.prose("\n".join(said))) if said else None


def _buttons(tuning: Tuning) -> list[ButtonElement | None]:
    has_best = not tuning.active and tuning.best is not None
    around = "Tune on beyond the edge" if any(edge.open for edge in at_edge(tuning)) else "Tune on around the best"
    return [
        parts.button("Ask for deployment", ASK, tuning.id, "primary") if has_best else None,
        parts.button("Train on from the best", TRAIN_ON, tuning.id) if has_best else None,
        parts.button(around, TUNE_ON, tuning.id) if can_be_tuned_on(tuning) else None,
        parts.button("Stop", STOP, tuning.id, "danger", _stop_question(tuning)) if tuning.stoppable else None,
    ]


def _stop_question(tuning: Tuning) -> ConfirmObject:
    return parts.confirm(
        f"Stop {tuning.name}?",
        f"*{parts.name(tuning.name)}* and the jobs that run end where they are ({progress(tuning)}). "
        "What AWS has billed by then stays billed.",
        "Stop it",
        "Let it run",
    )
