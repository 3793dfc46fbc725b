"""The list of jobs, and all that is known of one job as a modal."""

from collections.abc import Mapping, Sequence

from slack_sdk.models.blocks import Block

from bot.domain.jobs import Job, JobStatus
from bot.domain.recipes import Recipe
from bot.views import figures, jobs, parts
from bot.views.message import Message, View
from bot.views.modals import modal
from bot.views.newest import newest, run_row

CARD = "job.card"
_HOW_TO_BEGIN = "No job has been trained yet. `/train` opens a form; `/train help` explains the words."


def job_list(recent: Sequence[Job]) -> Message:
    """The newest jobs, each with a button that brings its card."""
    if not recent:
        return parts.note(_HOW_TO_BEGIN)
    return newest("job", recent, row)


def row(job: Job) -> Block:
    """One job in a list."""
    return run_row(job, jobs.sign(job), _standing(job), CARD)


def job_details_modal(job: Job) -> View:
    """All that is known of the job, and nothing to fill in."""
    blocks: list[Block | None] = [
        parts.section(f"{jobs.sign(job)} *{parts.name(job.name)}* · {_standing(job)}"),
        parts.section(f"*Hyperparameters*\n{_listed(job.hyperparameters, job.made_by)}"),
        parts.fields_section([parts.field(label, value) for label, value in _facts(job).items()]),
        parts.section(f"*Classes*\n{parts.cut(', '.join(parts.name(one) for one in job.classes), 2900) or 'none'}"),
        parts.section(f"*Said on the way*\n{_said(job)}") if job.warned else None,
        parts.section(f"*AWS's reason*\n{parts.name(job.failure_reason, 2900)}") if job.failure_reason else None,
    ]
    return modal("Training job", blocks)


def _said(job: Job) -> str:
    """What the watchdog saw, one a line."""
    lines = [parts.prose(f"{notice.said[:1].upper()}{notice.said[1:]}") for notice in job.warned]
    return parts.cut("\n".join(lines), 2900)


def _standing(job: Job) -> str:
    standing = {JobStatus.COMPLETED: "", JobStatus.REQUESTED: "waiting"}.get(job.status, str(job.status))
    return ", ".join(filter(None, (standing, jobs.best(job)))) or "completed, no validation accuracy"


def _listed(hyperparameters: Mapping[str, str], recipe: Recipe) -> str:
    """One a line; what differs from the recipe's defaults is bold."""
    lines = []
    for key, value in sorted(hyperparameters.items()):
        pair = f"{parts.name(key)} = {parts.name(value)}"
        chosen = recipe.defaults.get(key, value) != value
        lines.append(f"*{pair}*" if chosen else pair)
    return "\n".join(lines) or "none"


def _facts(job: Job) -> dict[str, str]:
    compute, spot = job.compute, " spot" if job.compute.spot else ""
    return {
        "Recipe": str(job.recipe),
        **({"Weights": parts.code(job.weights)} if job.weights else {}),
        **({"Goes on from": parts.code(job.continues)} if job.continues else {}),
        "Instance": f"{compute.instance_count} × {parts.name(compute.instance_type)}{spot}, {compute.volume_gb} GB",
        "Longest run time": figures.duration(compute.max_run_seconds, coarse=True),
        "Cost": f"{figures.money(job.cost)} billed, {figures.money(job.worst_case)} at most",
        "Asked": f"{parts.mention(job.requested_by)}, {figures.slack_date(job.requested_at)}",
        "Train channel": parts.code(f"{job.s3_prefix.rstrip('/')}/train/"),
        "Validation channel": parts.code(f"{job.s3_prefix.rstrip('/')}/validation/"),
        "Artifact": parts.code(job.artifact) if job.artifact else "none yet" if job.active else "none",
    }
