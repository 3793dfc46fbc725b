"""What was found of a data set's images, in people's words: counts by rule, and the warnings on the whole."""

from collections.abc import Mapping, Sequence

from bot.domain.checks import EFFECTS, Effect, Finding, Rule
from bot.views import figures, parts

# What stands after a count of one, and of several; the rules on the whole are not counted.
WORDS: Mapping[Rule, tuple[str, str]] = {
    Rule.EMPTY_FILE: ("empty file", "empty files"),
    Rule.NO_IMAGE: ("no image", "no images"),
    Rule.FORMAT: ("neither PNG nor JPEG", "neither PNG nor JPEG"),
    Rule.TOO_MANY_BYTES: ("over 4 MB", "over 4 MB"),
    Rule.TOO_SMALL: ("too small", "too small"),
    Rule.TOO_LARGE: ("too large", "too large"),
    Rule.TOO_LONG: ("too long and thin", "too long and thin"),
    Rule.DAMAGED: ("damaged", "damaged"),
    Rule.BOMB: ("with too many pixels", "with too many pixels"),
    Rule.ANIMATED: ("animated", "animated"),
    Rule.MISSING: ("gone meanwhile", "gone meanwhile"),
    Rule.DENIED: ("that I may not read", "that I may not read"),
    Rule.ENCRYPTED: ("encrypted", "encrypted"),
    Rule.DOUBLE: ("double", "doubles"),
    Rule.TWO_CLASSES: ("under two classes", "under two classes"),
    Rule.BOTH_SPLITS: ("in both splits", "in both splits"),
    Rule.LABEL: ("with a label that does not fit", "with labels that do not fit"),
    Rule.TURNED: ("turned upright", "turned upright"),
    Rule.CMYK: ("from CMYK to RGB", "from CMYK to RGB"),
    Rule.PALETTE: ("from a palette to RGB", "from palettes to RGB"),
    Rule.ALPHA: ("put on white", "put on white"),
    Rule.DEPTH: ("from 16 to 8 bits", "from 16 to 8 bits"),
    Rule.GREY: ("from grey to RGB", "from grey to RGB"),
    Rule.EXTENSION: ("with another format's extension", "with another format's extension"),
    Rule.UNDER_SHAPE: ("smaller than the network sees", "smaller than the network sees"),
    Rule.END: ("without its end marker", "without their end marker"),
    Rule.STRAY: ("file beside the images", "files beside the images"),
}
_TITLES = {
    Effect.LEFT_OUT: "Left out",
    Effect.CONVERTED: "Changed",
    Effect.WARNING: "Taken, with a doubt",
    Effect.NOTE: "Noted",
}


def of_effect(by_rule: Mapping[Rule, int], effect: Effect) -> dict[Rule, int]:
    """The counts of one effect, the largest first."""
    found = {rule: count for rule, count in by_rule.items() if EFFECTS[rule] == effect and count}
    return dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))


def counted(by_rule: Mapping[Rule, int], effect: Effect, most: int = len(Rule)) -> str:
    """`6 doubles, 4 too small, 2 damaged`, the rules beyond `most` together; nothing where no rule was broken."""
    found = list(of_effect(by_rule, effect).items())
    # One more is as short as to say that there is one more.
    shown, rest = (found[:most], found[most:]) if len(found) > most + 1 else (found, [])
    said = ", ".join(_counted(rule, count) for rule, count in shown)
    return f"{said}, {figures.count(sum(count for _, count in rest))} for other reasons" if rest else said


def listed(by_rule: Mapping[Rule, int]) -> str:
    """All that was found of single images, a line for each effect."""
    lines = [
        f"*{title}*: {counted(by_rule, effect)}" for effect, title in _TITLES.items() if of_effect(by_rule, effect)
    ]
    return "\n".join(lines)


def warnings(findings: Sequence[Finding], most: int = 100) -> str:
    """The findings on the whole as a list, in the order in which they are given: the most harmful first."""
    lines = [f"• {_about(finding)}{parts.prose(finding.said)}" for finding in findings if finding.said.strip()]
    shown = lines[:most] if len(lines) > most + 1 else lines
    more = len(lines) - len(shown)
    return "\n".join([*shown, *([f"{figures.count(more)} more are under *Details*."] if more else ())])


def _counted(rule: Rule, count: int) -> str:
    plain = rule.replace("-", " ")
    return figures.of_things(count, *WORDS.get(rule, (plain, plain)))


def _about(finding: Finding) -> str:
    return f"{parts.code(finding.key)} " if finding.key else ""
