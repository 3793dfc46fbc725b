"""The pieces that all views are made of: escaped text, and blocks that are cut to Slack's limits.

Limits: docs.slack.dev/reference/block-kit. Whatever a person or a vendor wrote goes through `escape`, `name` or `prose`
before it stands in mrkdwn; plain text shows it as it is.
"""

import re
from collections.abc import Iterable, Sequence

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ConfirmObject,
    ContextBlock,
    DividerBlock,
    HeaderBlock,
    ImageBlock,
    MarkdownTextObject,
    PlainTextObject,
    SectionBlock,
)
from slack_sdk.models.blocks.basic_components import SlackFile

from bot.views.message import BlockJson, Message

TEXT_LIMIT, FIELD_LIMIT, ALT_LIMIT, BUTTON_LIMIT = 3000, 2000, 2000, 75
CONFIRM_TITLE_LIMIT, CONFIRM_TEXT_LIMIT, CONFIRM_BUTTON_LIMIT = 100, 300, 30
FIELDS_LIMIT, BLOCKS_LIMIT = 10, 50

# The signs at the start of a card.
WAITING = ":hourglass_flowing_sand:"
RUNNING = ":large_blue_circle:"
DONE = ":white_check_mark:"
FAILED = ":x:"
STOPPED = ":black_square_for_stop:"
DECISION = ":bell:"
IN_SERVICE = ":large_green_circle:"

_CUT_TOKEN = re.compile(r"(&[a-z]*|<[^<>]*)$")
_TOKENS_END = re.compile(r"^[a-z]{0,3};")
_SLACK_ID = re.compile(r"[A-Z][A-Z0-9]*")
_MENTION = re.compile(r"&lt;(@[UW][A-Z0-9]+|#[CG][A-Z0-9]+)&gt;")


def escape(text: str) -> str:
    """Text that Slack shows as it is (docs.slack.dev/messaging/formatting-message-text, "Escaping text")."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescape(text: str) -> str:
    """The text as it was before `escape`."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def name(text: str, most: int = 120) -> str:
    """Something's name: one line, escaped, not too long, and never nothing."""
    return cut(escape(" ".join(text.split())), most) or "(no name)"


def code(text: str, most: int = 300) -> str:
    """Text in code style; a backtick would end it."""
    return f"`{name(text.replace('`', chr(0x2019)), most)}`"


def prose(text: str) -> str:
    """Sentences of ours with words of others in them: escaped, except for the mentions of people and channels."""
    return _MENTION.sub(r"<\1>", escape(text))


def mention(user_id: str) -> str:
    """A user or, by its S, a user group; what is no id of Slack's is shown as it is."""
    if not _SLACK_ID.fullmatch(user_id):
        return code(user_id)
    return f"<!subteam^{escape(user_id)}>" if user_id.startswith("S") else f"<@{escape(user_id)}>"


def cut(text: str, limit: int) -> str:
    """Text of at most `limit` characters, never ending within an entity or a mention."""
    if len(text) <= limit:
        return text
    return _CUT_TOKEN.sub("", text[: limit - 1]) + "…"


def cut_within(text: str, limit: int) -> str:
    """Text of at most `limit` characters whose middle is left out: names differ at their ends, too."""
    if len(text) <= limit:
        return text
    after = (limit - 1) // 2
    return f"{text[: limit - 1 - after]}…{text[len(text) - after :]}"


def class_name(text: str, most: int = 120) -> str:
    """A class's name: escaped, in one line, and never nothing."""
    escaped = escape(" ".join(text.split()))
    if len(escaped) <= most:
        return escaped or "(no name)"
    after = (most - 1) // 2
    head, tail = escaped[: most - 1 - after], escaped[len(escaped) - after :]
    return f"{_CUT_TOKEN.sub('', head)}…{_TOKENS_END.sub('', tail)}"


def mrkdwn(text: str, limit: int = TEXT_LIMIT) -> MarkdownTextObject:
    return MarkdownTextObject(text=cut(text, limit) or " ")


def plain(text: str, limit: int) -> PlainTextObject:
    return PlainTextObject(text=cut(text, limit) or " ")


def headline(sign: str, head: str, *more: str) -> str:
    """A card's first line: the sign, what it is about, and the rest set off by dots."""
    return " · ".join((f"{sign} *{head}*", *filter(None, more)))


def sentence(head: str, *more: str) -> str:
    """The same line for a notification and for a screen reader."""
    rest = ", ".join(filter(None, more))
    if head.endswith("?"):
        return f"{head} {rest[:1].upper()}{rest[1:]}." if rest else head
    return f"{head}: {rest}." if rest else f"{head}."


def steps(names: Iterable[str]) -> str:
    return " &gt; ".join(names)


def field(label: str, value: str) -> MarkdownTextObject:
    return mrkdwn(f"*{label}*\n{value}", FIELD_LIMIT)


def section(
    text: str, fields: Sequence[MarkdownTextObject] = (), accessory: ButtonElement | None = None
) -> SectionBlock:
    return SectionBlock(text=mrkdwn(text), fields=list(fields[:FIELDS_LIMIT]) or None, accessory=accessory)


def fields_section(fields: Sequence[MarkdownTextObject]) -> SectionBlock:
    return SectionBlock(fields=list(fields[:FIELDS_LIMIT]))


def header(text: str) -> HeaderBlock:
    return HeaderBlock(text=plain(text, 150))


def divider() -> DividerBlock:
    return DividerBlock()


def context(text: str) -> ContextBlock:
    return ContextBlock(elements=[mrkdwn(text)])


def image(file_id: str, alt: str) -> ImageBlock:
    return ImageBlock(slack_file=SlackFile(id=file_id), alt_text=cut(alt, ALT_LIMIT) or "Picture")


def confirm(title: str, text: str, yes: str, no: str = "Cancel") -> ConfirmObject:
    return ConfirmObject(
        title=plain(title, CONFIRM_TITLE_LIMIT),
        text=mrkdwn(text, CONFIRM_TEXT_LIMIT),
        confirm=plain(yes, CONFIRM_BUTTON_LIMIT),
        deny=plain(no, CONFIRM_BUTTON_LIMIT),
    )


def button(
    text: str, action_id: str, value: str, style: str | None = None, confirm: ConfirmObject | None = None
) -> ButtonElement:
    """A button that carries nothing but an opaque id, and maybe what was read beside it."""
    return ButtonElement(text=plain(text, BUTTON_LIMIT), action_id=action_id, value=value, style=style, confirm=confirm)


def actions(buttons: Iterable[ButtonElement | None]) -> ActionsBlock | None:
    """A row of those buttons that there are; without any there is no row."""
    drawn = [one for one in buttons if one is not None]
    return ActionsBlock(elements=drawn) if drawn else None


def message(text: str, blocks: Iterable[Block | None]) -> Message:
    return Message(cut(text, TEXT_LIMIT), as_json(blocks)[:BLOCKS_LIMIT])


def as_json(blocks: Iterable[Block | None]) -> list[BlockJson]:
    """Blocks as Slack's JSON has them; making it checks their lengths."""
    return [block.to_dict() for block in blocks if block is not None]


def note(text: str) -> Message:
    """A message of one paragraph."""
    return message(text, [section(text)])
