"""The form behind *Deploy* on App Home: which model, and in which channel it is to answer; how, the next form asks."""

from collections.abc import Mapping, Sequence
from typing import Any

from slack_sdk.models.blocks import Block, ConversationFilter, ConversationSelectElement

from bot.domain.jobs import Job
from bot.views import jobs, modals, parts
from bot.views.message import View

SUBMIT = "home.deploying"
JOB, CHANNEL = "job", "channel"


def choose_modal(deployable: Sequence[Job]) -> View:
    """The newest models; older ones can be asked for by name."""
    if not deployable:
        return modals.modal("Deploy", [parts.section("There is no trained model yet. *Train* makes one.")])
    options = [modals.option(job.id, job.name, jobs.best(job)) for job in deployable]
    channels = ConversationSelectElement(
        action_id=modals.VALUE, filter=ConversationFilter(include=["public", "private"], exclude_bot_users=True)
    )
    blocks: list[Block] = [
        modals.choice_input(JOB, "Model", options, options[0].value or "", "An older one: `/deploy JOB` in a channel."),
        modals.input_block(CHANNEL, "Answers images in", channels, "I have to be in that channel."),
    ]
    return modals.modal("Deploy", blocks, submit="Next", callback_id=SUBMIT)


def read_choice(values: Mapping[str, Any]) -> tuple[str, str]:
    """The ids of the job and of the channel."""
    chosen = modals.filled_in({JOB: values[JOB]})[JOB]
    return chosen, str(values[CHANNEL][modals.VALUE]["selected_conversation"])
