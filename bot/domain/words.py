"""The words of a command or field: names and `name=value` pairs, forgiving what phones make of quotes and dashes."""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.errors import UsageError

# Backticks come with what was copied from help, and characters without a width with what was copied from a page.
_PLAIN = str.maketrans(
    {"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "`": " ", "\u200b": "", "\ufeff": ""}
)
# People set the dots of a range apart: `1e-6 .. 0.5`.
_DOTS = re.compile(r"(?<=[\d.])\s*(?:\.{2,3}|…)\s*(?=[\d.])")
# As typed, in quotes, or as Slack marks addresses up: `<s3://bucket/prefix|…>`.
_ADDRESS = re.compile(
    r"""<(?P<marked>s3://[^<>|]+)(?:\|[^<>]*)?> | "(?P<quoted>s3://[^"]+)" | '(?P<single>s3://[^']+)' | (?P<plain>s3://\S+)""",
    re.IGNORECASE | re.VERBOSE,
)
# A value may be quoted, and may hold spaces after its commas: `lr_scheduler_step=10, 20`. Nothing is looked at twice
# (`++`, and names from their beginning only), or else a long message would keep everybody waiting.
_PAIR = re.compile(
    r"""(?<![\w.-])(?P<name>[\w.-]++)\s*+=\s*(?P<value>"[^"]*"|'[^']*'|[^\s,]++(?:,\s*+[^\s,=]++(?!\s*=))*+)"""
)

_DRY_RUN = ("dry-run", "dry_run", "dryrun")


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
    plain = _DOTS.sub("..", text.translate(_PLAIN).strip())
    pairs: dict[str, str] = {}
    for match in _PAIR.finditer(plain):
        name = match["name"].lower().replace("-", "_")
        if name in pairs:
            raise UsageError(f"`{name}` stands there twice.", next_step="Say it once.")
        pairs[name] = match["value"].strip("\"'")
    # Commas between words are as good as spaces.
    names = tuple(filter(None, (word.strip(",\"'") for word in _PAIR.sub(" ", plain).split())))
    if "=" in names or any("=" in name for name in names):
        raise UsageError("I can't read these words.", next_step="Write pairs as `name=value`.")
    return Words(names, pairs)


def without_dry_run(said: Words) -> Words:
    """The words without the one that says not to start anything."""
    return replace(said, names=tuple(name for name in said.names if name.lower().lstrip("-") not in _DRY_RUN))


def addressed(text: str) -> tuple[str, str]:
    """The S3 address in a command's text, or nothing, and the text without it: an address may hold `=` and commas."""
    plain = text.translate(_PLAIN).strip()
    match = _ADDRESS.search(plain)
    if match is None:
        return "", plain
    # Slack escapes these three in what it sends: https://docs.slack.dev/messaging/formatting-message-text#escaping
    address = html.unescape(next(filter(None, match.groups())))
    return f"s3://{address[len('s3://') :]}", f"{plain[: match.start()]} {plain[match.end() :]}"
