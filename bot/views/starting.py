"""What stands between `/train` or `/tune` and its job: dry runs, quotes, and the question whether to start."""

from collections.abc import Iterator, Sequence

from slack_sdk.models.blocks import Block

from bot.domain.dry_runs import DryRun
from bot.domain.jobs import Job
from bot.domain.questions import Question, Started
from bot.domain.quotes import Quote
from bot.domain.tunings import Tuning
from bot.views import figures, jobs, modals, parts, tunings
from bot.views.message import Message, View

START, DROP, CONFIRM = "train.start", "train.drop", "train.confirm"
# A block holds 3,000 characters; the fences need a few.
_CODE_LIMIT = parts.TEXT_LIMIT - 10


def started_reply(started: Started) -> Message:
    """What starts, what one should know of it, what it costs at most, and what it will probably cost."""
    said, likely = reply(started.subject), _likely(started.quote)
    more = [*_remarks(started.remarks), *([parts.context(likely)] if likely else [])]
    return Message(said.text, [*said.blocks, *(block.to_dict() for block in more)])


def reply(subject: Job | Tuning) -> Message:
    """What starts, after a yes that was told the price."""
    return jobs.started_reply(subject) if isinstance(subject, Job) else tunings.started_reply(subject)


def question(asked: Question, link: str) -> Message:
    """The question for the asker's eyes only; `link` leads to the card of the job that does the same already."""
    head = _head(asked)
    buttons = [
        parts.button(_yes(asked), START, asked.wish_id, style="primary"),
        parts.button("Don't", DROP, asked.wish_id),
    ]
    said = parts.section(f"{parts.DECISION} *{head}*\n{_why(asked, link)}")
    blocks = [said, *_remarks(asked.remarks), parts.actions(buttons)]
    return parts.message(f"{head} {_why(asked, '')}", blocks)


def confirm_modal(asked: Question, link: str) -> View:
    """The same question as a page on top of the form, to which Cancel leads back."""
    return modals.modal(
        "Start it?",
        [parts.section(f"*{_head(asked)}*\n{_why(asked, link)}"), *_remarks(asked.remarks)],
        submit=_yes(asked),
        callback_id=CONFIRM,
        metadata={"wish_id": asked.wish_id},
    )


def dry_run_reply(dry_run: DryRun) -> Message:
    """The request in as many blocks as it needs, and the command that would send it."""
    pieces = list(_pieces(parts.escape(dry_run.json)))
    cut = " Its blocks in their order are one file." if len(pieces) > 1 else ""
    head = f"Nothing was started. {_would_cost(dry_run.quote)}This is what AWS would get as `{dry_run.operation}`.{cut}"
    save = f"Saved as {parts.code(dry_run.file_name)}, it is sent by"
    blocks: list[Block] = [
        parts.section(head),
        *_remarks(dry_run.remarks),
        *(parts.section(f"```{piece}```") for piece in pieces),
        parts.section(f"{save}\n```{parts.escape(dry_run.command)}```"),
    ]
    return parts.message(f"Nothing was started; this is the request for {parts.name(dry_run.name)}.", blocks)


def _would_cost(quote: Quote | None) -> str:
    if quote is None:
        return ""
    if quote.worst is None:
        return f"What it would cost is unknown ({figures.UNKNOWN_PRICE}). "
    probably = "" if quote.likely is None else f", and probably {figures.money(quote.likely)}"
    return f"It would cost {figures.money(quote.worst)} at most{probably}. "


def _head(asked: Question) -> str:
    does = "Train" if isinstance(asked.subject, Job) else "Tune"
    data_set = parts.name(asked.subject.data_set)
    return f"{does} on {data_set} once more?" if asked.twin else f"{does} on {data_set}?"


def _yes(asked: Question) -> str:
    return "Start another" if asked.twin else "Start it"


def _why(asked: Question, link: str) -> str:
    """All that speaks against it, and what it will probably cost."""
    return " ".join(filter(None, (_twin(asked, link), _price(asked), _likely(asked.quote))))


def _remarks(told: Sequence[str]) -> list[Block]:
    return [parts.section("\n".join(f"• {parts.prose(one)}" for one in told))] if told else []


def _twin(asked: Question, link: str) -> str:
    if asked.twin is None:
        return ""
    name = parts.name(asked.twin.name)
    shown = f"*<{link}|{name}>*" if link else f"*{name}*"
    return f"{shown} does just that already; {parts.mention(asked.twin.requested_by)} asked for it."


def _price(asked: Question) -> str:
    if asked.unpriced:
        return f"I don't know what {parts.code(asked.subject.compute.instance_type)} costs here."
    jobs = (
        ""
        if isinstance(asked.subject, Job)
        else f", all {figures.of_things(asked.subject.search.jobs, 'job')} together"
    )
    worst = f"It costs {figures.money(asked.quote.worst)} at most{jobs}"
    return f"{worst}; over {figures.money(asked.limit)} I ask first." if asked.dear else f"{worst}."


def _likely(quote: Quote) -> str:
    if quote.likely is None:
        return "" if quote.worst is None else "What it will really cost is unknown: no job like it has ended yet."
    return f"Probably {figures.money(quote.likely)}, by {figures.of_things(quote.told_by, 'job')} like it."


def _pieces(text: str) -> Iterator[str]:
    """Text in pieces of whole lines, each short enough for a block; a line that is longer by itself is split."""
    piece = ""
    for line in text.split("\n"):
        for part in _split(line):
            if piece and len(piece) + 1 + len(part) > _CODE_LIMIT:
                yield piece
                piece = part
            else:
                piece = f"{piece}\n{part}" if piece else part
    yield piece


def _split(line: str) -> Iterator[str]:
    while len(line) > _CODE_LIMIT:
        # Never within an entity, the longest of which is `&amp;`.
        at = line.rfind("&", _CODE_LIMIT - 5, _CODE_LIMIT)
        end = at if at > 0 else _CODE_LIMIT
        yield line[:end]
        line = line[end:]
    yield line
