"""What is said to whoever asks for images: whose question it is which endpoint answers, and where the answer stands."""

from collections.abc import Sequence

from slack_sdk.models.blocks import ActionsBlock, Block, Option, StaticSelectElement

from bot.domain.asking import Asked, Outcome
from bot.domain.endpoints import Endpoint
from bot.views import figures, modals, parts
from bot.views.message import Message

CHOOSE = "classify.endpoint"


def question(images: int, choices: Sequence[Endpoint]) -> tuple[str, list[Block]]:
    """Which endpoint is to look at the images of a direct message, where several could."""
    them = "this image" if images == 1 else f"these {images} images"
    if not choices:
        again = "share it once more then" if images == 1 else "share them once more then"
        said = f"No endpoint is in service yet, so nothing can look at {them}. `/deploy JOB` asks for one; {again}."
        return said, [parts.section(said)]
    said = f"Which endpoint is to look at {them}? I'll remember it for this conversation."
    select = StaticSelectElement(
        action_id=CHOOSE,
        placeholder=parts.plain("Choose an endpoint", 150),
        options=modals.offered(_option(one) for one in choices),
    )
    return said, [parts.section(said), ActionsBlock(elements=[select])]


def asked(result: Asked) -> Message:
    """The answer to whoever asked; what the images are is said in their message's thread."""
    text = _said(result)
    return parts.message(_linked(text, ""), [parts.section(_linked(text, result.link))])


def _said(result: Asked) -> str:
    them = "the image" if result.images == 1 else f"the {result.images} images"
    by = f"*{parts.name(result.endpoint_name)}*"
    match result.outcome:
        case Outcome.TAKEN:
            return f"{by} looks at {them}; the answer comes {{in the thread}}."
        case Outcome.AGAIN:
            return f"{by} looks at {them} once more; the answer changes {{in the thread}}."
        case Outcome.UNDER_WAY:
            return f"{by} is looking at {them} already; the answer comes {{in the thread}}."
        case Outcome.UNDECIDED:
            return f"No endpoint is chosen for {them} yet; {{the thread}} tells more."
        case Outcome.RETOLD:
            return "My answer was deleted; it comes in the thread once more."
        case Outcome.ANSWERED:
            return "I have answered {in the thread} already."


def _linked(text: str, link: str) -> str:
    """The words in braces as a link, where there is one."""
    before, _, rest = text.partition("{")
    words, _, after = rest.partition("}")
    return f"{before}{f'<{parts.escape(link)}|{words}>' if link else words}{after}"


def _option(endpoint: Endpoint) -> Option:
    classes = f"{len(endpoint.classes)} classes: {', '.join(endpoint.classes)}"
    return modals.option(endpoint.id, endpoint.name, f"{figures.percent(endpoint.accuracy)} · {classes}")
