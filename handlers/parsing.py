"""The words of a command: a name or two, and `name=value` pairs, forgiving what phones make of quotes and dashes."""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.hyperparameters import nearest
from bot.errors import UsageError

_PLAIN = str.maketrans({"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "\u00a0": " "})
# A value may be quoted, and may hold spaces after its commas: `lr_scheduler_step=10, 20`.
# As typed, in quotes, or as Slack marks addresses up: `<s3://bucket/prefix|…>`.
_ADDRESS = re.compile(
    r"""<(?P<marked>s3://[^<>|]+)(?:\|[^<>]*)?> | "(?P<quoted>s3://[^"]+)" | '(?P<single>s3://[^']+)' | (?P<plain>s3://\S+)""",
    re.IGNORECASE | re.VERBOSE,
)
_PAIR = re.compile(r"""(?P<name>[\w.-]+)\s*=\s*(?P<value>"[^"]*"|'[^']*'|[^\s,]+(?:,\s*[^\s,=]+(?![\w.-]*\s*=))*)""")


@dataclass(frozen=True, slots=True)
class Words:
    """`names` in their order, `pairs` with their names in lower case and `-` as `_`."""

    names: tuple[str, ...]
    pairs: Mapping[str, str]

    @property
    def wants_help(self) -> bool:
        return bool(self.names) and self.names[0].lower() in ("help", "?")


def words(text: str) -> Words:
    """Take a command's text apart; a pair that comes twice is refused."""
    plain = text.translate(_PLAIN).strip()
    pairs: dict[str, str] = {}
    for match in _PAIR.finditer(plain):
        name = match["name"].lower().replace("-", "_")
        if name in pairs:
            raise UsageError(f"`{name}` stands there twice.", next_step="Say it once.")
        pairs[name] = match["value"].strip("\"'")
    # Commas between words are as good as spaces.
    names = tuple(filter(None, (word.strip(",") for word in _PAIR.sub(" ", plain).split())))
    if "=" in names or any("=" in name for name in names):
        raise UsageError("I can't read these words.", next_step="Write pairs as `name=value`.")
    return Words(names, pairs)


def addressed(text: str) -> tuple[str, str]:
    """The S3 address in a command's text, or nothing, and the text without it: an address may hold `=` and commas."""
    plain = text.translate(_PLAIN).strip()
    match = _ADDRESS.search(plain)
    if match is None:
        return "", plain
    # Slack escapes these three in what it sends: https://docs.slack.dev/messaging/formatting-message-text#escaping
    address = html.unescape(next(filter(None, match.groups())))
    return f"s3://{address[len('s3://') :]}", f"{plain[: match.start()]} {plain[match.end() :]}"


def at_most(names: tuple[str, ...], count: int, command: str) -> None:
    """Refuse words too many."""
    if len(names) > count:
        raise UsageError(
            f"`{names[count]}` is a word too many.", next_step=f"`{command} help` shows what I understand."
        )


def only(pairs: Mapping[str, str], known: tuple[str, ...], command: str) -> None:
    """Refuse pairs of other names, with the nearest one."""
    for name in pairs:
        if name not in known:
            like = nearest(name, known)
            hint = f"Did you mean `{like}`?" if like else f"`{command} help` shows what I understand."
            raise UsageError(f"I don't know `{name}`.", next_step=hint)


def subcommand(names: tuple[str, ...], verbs: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """The verb that a command begins with, if it is one, and the rest; a near miss before a name is refused."""
    if not names:
        return "", ()
    verb = names[0].lower()
    if verb in verbs:
        return verb, names[1:]
    if len(names) > 1:
        like = nearest(verb, verbs)
        raise UsageError(f"I don't know `{names[0]}`.", next_step=f"Did you mean `{like}`?" if like else "")
    return "", names
