"""The words that say how a data set is to be made, and what is asked of its models."""

from collections.abc import Mapping

from bot.domain.datasets import Format
from bot.domain.hyperparameters import nearest
from bot.domain.preparations import Options
from bot.errors import FieldError

WORDS = ("share", "seed", "format", "resize", "quality", "classes", "min_accuracy")
LEAST_SIDE, MOST_SIDE = 64, 4096


def requested(words: Mapping[str, str]) -> Options:
    """The options that the words ask for; FieldError names the word that is off."""
    for name in words:
        if name not in WORDS:
            like = nearest(name, WORDS)
            raise FieldError(name, f"I don't know `{name}`.", f"Did you mean `{like}`?" if like else "")
    defaults = Options()
    return Options(
        validation_share=_share(words["share"]) if "share" in words else defaults.validation_share,
        seed=_whole("seed", words["seed"], 0, 2**31 - 1) if "seed" in words else defaults.seed,
        format=_format(words["format"]) if "format" in words else defaults.format,
        resize=_resize(words.get("resize", "")),
        quality=_whole("quality", words["quality"], 1, 100) if "quality" in words else defaults.quality,
        classes=tuple(filter(None, (one.strip() for one in words.get("classes", "").split(",")))),
        min_accuracy=_accuracy(words["min_accuracy"]) if "min_accuracy" in words else None,
    )


def _share(text: str) -> float:
    share = _percent(text)
    if not 0.01 <= share <= 0.9:
        raise FieldError("share", f"share={text} is no share of the images.", "Write `share=20%`, from 1 % to 90 %.")
    return share


def _accuracy(text: str) -> float:
    accuracy = _percent(text)
    if not 0 <= accuracy <= 1:
        raise FieldError("min_accuracy", f"min_accuracy={text} is no accuracy.", "Write `min_accuracy=80%`.")
    return accuracy


def _percent(text: str) -> float:
    """`80%`, `0.8` or `80` as 0.8; what is no number as -1."""
    percent = text.strip().endswith("%")
    try:
        share = float(text.strip().removesuffix("%").strip()) / (100 if percent else 1)
    except ValueError:
        return -1.0
    return share / 100 if share > 1 and not percent else share


def _format(text: str) -> Format:
    try:
        return Format(text.strip().lower())
    except ValueError:
        raise FieldError("format", f"I can't write `{text}`.", "Take `rec`, `lst` or `manifest`.") from None


def _resize(text: str) -> int | None:
    return None if text.strip().lower() in ("", "none", "no") else _whole("resize", text, LEAST_SIDE, MOST_SIDE)


def _whole(name: str, text: str, low: int, high: int) -> int:
    try:
        number = int(text)
    except ValueError:
        number = low - 1
    if not low <= number <= high:
        raise FieldError(name, f"{name}={text} is no whole number from {low} to {high}.")
    return number
