"""The numbers of an endpoint and what they cost, in words, and the modal in which they are chosen."""

from collections.abc import Mapping
from typing import Any

from slack_sdk.models.blocks import Block, InputBlock, PlainTextInputElement, RadioButtonsElement

from bot.domain.endpoints import MAX_CONCURRENCY, MEMORY_SIZES, Hosting, Kind
from bot.domain.jobs import Job
from bot.views import figures, jobs, modals, parts
from bot.views.message import View

SUBMIT, KIND = "deploy.submit", "deploy.kind"
_WORDS = {Kind.SERVERLESS: "serverless", Kind.REALTIME: "real-time"}
_LABELS = {
    Kind.SERVERLESS: "Serverless: billed by use, sleeps when idle",
    Kind.REALTIME: "Real-time: always awake, billed by the hour",
}
_TO, _NAME, REASON = "to", "as", "reason"
SENTENCE_LIMIT = 500


def kind_in_words(hosting: Hosting) -> str:
    return _WORDS[hosting.kind]


def numbers(hosting: Hosting) -> str:
    """`2,048 MB, 5 at once` or the instances."""
    if hosting.kind == Kind.SERVERLESS:
        return f"{figures.count(hosting.memory_mb)} MB, {figures.count(hosting.concurrency)} at once"
    return f"{parts.name(hosting.instance_type)} × {hosting.instance_count}"


def cost_a_day(hosting: Hosting) -> str:
    if hosting.kind == Kind.SERVERLESS:
        return "billed by use, nothing while idle"
    cost = hosting.cost_per_day
    return figures.UNKNOWN_PRICE if cost is None else f"{figures.money(cost)} a day"


def deploy_modal(job: Job, kind: Kind, prefill: Mapping[str, str], channel_id: str, least: float = 0.0) -> View:
    """The form for one kind of endpoint; choosing the other kind sends KIND, and the view is updated with that.

    Below the accuracy `least` it asks why.
    """
    best = jobs.best(job)
    blocks: list[Block] = [
        parts.section(f"*{parts.name(job.name)}*{' · ' + best if best else ''}"),
        kind_input(kind, KIND),
        *number_inputs(kind, prefill),
        modals.text_input(
            _NAME, "Endpoint name", prefill.get(_NAME, ""), placeholder=f"{job.name}-{kind}"[:63], optional=True
        ),
        *_reason_inputs(job, prefill, least),
    ]
    return modals.modal(
        "Ask for deployment",
        blocks,
        submit="Ask",
        callback_id=SUBMIT,
        metadata={"job_id": job.id, "channel_id": channel_id},
    )


def read_deploy_modal(values: Mapping[str, Any]) -> dict[str, str]:
    """The words of `/deploy` that would ask for the same: `to`, the kind's two numbers, and `as` if it was given."""
    return modals.filled_in(values)


def sentence_input(block_id: str, label: str, value: str = "", hint: str = "", *, optional: bool = False) -> InputBlock:
    """A few lines of somebody's reasons."""
    element = PlainTextInputElement(
        action_id=modals.VALUE, multiline=True, max_length=SENTENCE_LIMIT, initial_value=value[:SENTENCE_LIMIT] or None
    )
    return modals.input_block(block_id, label, element, hint, optional=optional)


def _reason_inputs(job: Job, prefill: Mapping[str, str], least: float) -> list[InputBlock]:
    """Of a tuning's best the accuracy may be looked up only while the form is filled in."""
    accuracy = job.curve.best_accuracy
    if least <= 0 or (accuracy is not None and accuracy >= least):
        return []
    hint = f"A model should reach {figures.percent(least)} to be deployed. The approvers read this."
    said = prefill.get(REASON, "")
    return [sentence_input(REASON, "Why all the same", said, hint, optional=job.active and accuracy is None)]


def number_inputs(kind: Kind, prefill: Mapping[str, str]) -> list[InputBlock]:
    """What is chosen for an endpoint of this kind."""
    return _serverless_inputs(prefill) if kind == Kind.SERVERLESS else _realtime_inputs(prefill)


def kind_input(kind: Kind, action_id: str) -> InputBlock:
    """Choosing the other kind sends the action."""
    options = [modals.option(one, label) for one, label in _LABELS.items()]
    chosen = next(option for option in options if option.value == kind)
    element = RadioButtonsElement(action_id=action_id, options=options, initial_option=chosen)
    return modals.input_block(_TO, "Kind", element, dispatch_action=True)


def _serverless_inputs(prefill: Mapping[str, str]) -> list[InputBlock]:
    sizes = [(str(size), f"{figures.count(size)} MB") for size in MEMORY_SIZES]
    return [
        modals.select_input("memory", "Memory", sizes, prefill.get("memory", "2048")),
        modals.number_input("concurrency", "Images at once", prefill.get("concurrency", "5"), 1, MAX_CONCURRENCY),
    ]


def _realtime_inputs(prefill: Mapping[str, str]) -> list[InputBlock]:
    return [
        modals.text_input("instance", "Instance type", prefill.get("instance", "ml.m5.large")),
        modals.number_input("count", "Instances", prefill.get("count", "1"), 1, 10),
    ]
