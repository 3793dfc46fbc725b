"""Jobs side by side: the recommendation, what each reached, and what was chosen differently."""

from collections.abc import Sequence

from slack_sdk.models.blocks import Block

from bot.domain import comparisons
from bot.domain.comparisons import Compared, Setting
from bot.domain.jobs import Job
from bot.views import figures, jobs, modals, parts
from bot.views.message import Message, View

SUBMIT = "compare.submit"
OTHER = "other"
# The letters and shapes under which the picture shows them.
LETTERS, SHAPES = "ABCDE", "●■▲◆▼"
_SIGN = ":bar_chart:"
_SHOWN = 25


def comparison_card(compared: Compared, chart_file_id: str = "", chart_alt: str = "") -> Message:
    """The comparison, with its picture once there is one."""
    said = parts.prose(comparisons.recommendation(compared.jobs))
    head = f"Comparing {_names(compared.jobs)}"
    rows = comparisons.settings(compared.jobs)
    blocks: list[Block | None] = [
        parts.section(f"{parts.headline(_SIGN, head)}\n{said}"),
        parts.image(chart_file_id, chart_alt or head) if chart_file_id else None,
        parts.section("\n".join(_standing(index, job) for index, job in enumerate(compared.jobs))),
        _differences([row for row in rows if row.differs]),
        _the_same([row for row in rows if not row.differs]),
        parts.context(f"Asked by {parts.mention(compared.comparison.requested_by)}"),
    ]
    return parts.message(f"{head}. {said.replace('*', '')}", blocks)


def comparison_reply(compared: Compared) -> Message:
    """The answer at once, for the asker; the card with the picture comes after it."""
    said = parts.prose(comparisons.recommendation(compared.jobs))
    return parts.note(f"{said} The curves, and what was chosen differently, come into the channel.")


def compare_modal(job: Job, others: Sequence[Job], channel_id: str) -> View:
    """Asks with which job to compare this one."""
    if not others:
        said = f"No other job of {parts.code(job.data_set)} among the newest has an accuracy to compare with."
        return modals.modal("Compare", [parts.section(said)])
    offered = [
        (one.id, parts.cut(f"{one.name}: {jobs.best(one) or 'no accuracy'}", modals.OPTION_LIMIT)) for one in others
    ]
    return modals.modal(
        "Compare",
        [
            parts.section(f"*{parts.name(job.name)}*: {jobs.best(job) or 'no validation accuracy'}"),
            modals.select_input(OTHER, "Compare it with", offered, offered[0][0]),
            parts.context("`/jobs compare NAME NAME …` takes up to five."),
        ],
        submit="Compare",
        callback_id=SUBMIT,
        metadata={"channel_id": channel_id, "job_id": job.id},
    )


def _names(of: Sequence[Job]) -> str:
    names = [parts.name(job.name) for job in of]
    return f"{', '.join(names[:-1])} and {names[-1]}"


def _standing(index: int, job: Job) -> str:
    took = ""
    if job.ended_at is not None:
        took = figures.duration(figures.between(job.started_at or job.requested_at, job.ended_at))
    cost = "" if job.cost is None else figures.money(job.cost)
    said = (jobs.best(job) or "no validation accuracy", str(job.status), took, cost)
    return (
        f"{SHAPES[index]} *{LETTERS[index]}* {jobs.sign(job)} {parts.name(job.name)} · {' · '.join(filter(None, said))}"
    )


def _differences(rows: Sequence[Setting]) -> Block:
    if not rows:
        return parts.section("Nothing was chosen differently.")
    lines = [f"*{parts.name(row.name)}*: {_values(row)}" for row in rows[:_SHOWN]]
    return parts.section("\n".join(("*Different*", *lines)))


def _values(row: Setting) -> str:
    valued = zip(LETTERS, row.values, strict=False)
    return " · ".join(f"{letter} {parts.code(value) if value else 'unset'}" for letter, value in valued)


def _the_same(rows: Sequence[Setting]) -> Block | None:
    if not rows:
        return None
    return parts.context(
        f"The same: {', '.join(f'{parts.name(row.name)} {parts.name(row.values[0])}' for row in rows)}"
    )
