"""Short answers to commands and clicks, for the asker only."""

from bot.domain.endpoints import Endpoint
from bot.domain.jobs import Job
from bot.domain.traffic import Mixing
from bot.views import modals, parts
from bot.views.message import Message, View


def stopping(job: Job) -> Message:
    return parts.note(f"Stopping *{parts.name(job.name)}*; its card says when it has stopped.")


def deleting(endpoint: Endpoint) -> Message:
    return parts.note(
        f"Deleting *{parts.name(endpoint.name)}* with its configuration and model; images are no longer answered by it."
    )


def rolling_back(leaving: Endpoint, coming: Endpoint) -> Message:
    return parts.note(
        f"Rolling *{parts.name(leaving.name)}* back from *{parts.name(leaving.job_name)}* to "
        f"*{parts.name(coming.job_name)}*; until then the newer one goes on answering."
    )


def dividing(endpoint: Endpoint) -> Message:
    """The answer to `/endpoints split` and `shadow`."""
    name, traffic = parts.name(endpoint.name), endpoint.traffic
    if traffic is None or traffic.step == Mixing.ENDING:
        return parts.note(f"*{name}* gets all of its traffic for *{parts.name(endpoint.job_name)}* again in a moment.")
    other = parts.name(traffic.other_job)
    if traffic.shadow:
        return parts.note(f"*{other}* gets copies of what *{name}* is asked in a moment; its answers are thrown away.")
    return parts.note(
        f"Of what *{name}* is asked, {100 - traffic.share} % go to *{parts.name(endpoint.job_name)}* and "
        f"{traffic.share} % to *{other}* in a moment."
    )


def card_copy(card: Message, link: str) -> Message:
    """A card as it stands now, with the way to the live one."""
    where = f"A copy as of now; <{link}|the live card> goes on." if link else "A copy as of now."
    return Message(card.text, [*card.blocks, parts.context(where).to_dict()])


def outdated() -> Message:
    return parts.note("This button is older than I am now. The commands still work, such as `/jobs` and `/datasets`.")


def outdated_form() -> View:
    said = "This form is older than I am now, and nothing was done. Open it once more."
    return modals.modal("Open it again", [parts.section(said)])


def routed(endpoint: Endpoint, channel_id: str, instead_of: str) -> Message:
    instead = f", in the place of *{parts.name(instead_of)}*" if instead_of else ""
    where = f"<#{parts.escape(channel_id)}>"
    return parts.note(f"*{parts.name(endpoint.name)}* answers the images in {where} from now on{instead}.")


def unrouted(name: str, channel_id: str) -> Message:
    return parts.note(f"*{parts.name(name)}* answers no more images in <#{parts.escape(channel_id)}>.")
