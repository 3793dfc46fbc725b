"""Short answers to commands and clicks, for the asker only."""

from bot.domain.endpoints import Endpoint
from bot.domain.jobs import Job
from bot.views import parts
from bot.views.message import Message


def stopping(job: Job) -> Message:
    return parts.note(f"Stopping *{parts.name(job.name)}*; its card says when it has stopped.")


def deleting(endpoint: Endpoint) -> Message:
    return parts.note(
        f"Deleting *{parts.name(endpoint.name)}* with its configuration and model; images are no longer answered by it."
    )


def card_copy(card: Message, link: str) -> Message:
    """A card as it stands now, with the way to the live one."""
    where = f"A copy as of now; <{link}|the live card> goes on." if link else "A copy as of now."
    return Message(card.text, [*card.blocks, parts.context(where).to_dict()])


def outdated() -> Message:
    return parts.note("This button is older than I am now. The commands still work, such as `/jobs` and `/datasets`.")
