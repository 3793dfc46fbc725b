"""The words that say how a data set is to be made: share, seed, format, resize, quality and the classes' names."""

from collections.abc import Mapping

from bot.domain.datasets import Format
from bot.domain.hyperparameters import nearest
from bot.domain.preparations import Options
from bot.errors import FieldError

WORDS = ("share", "seed", "format", "resize", "quality", "classes")
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
    )


def _share(text: str) -> float:
    percent = text.strip().endswith("%")
    try:
        share = float(text.strip().removesuffix("%").strip()) / (100 if percent else 1)
    except ValueError:
        share = -1.0
    if share > 1 and not percent:
        share /= 100
    if not 0.01 <= share <= 0.9:
        raise FieldError("share", f"share={text} is no share of the images.", "Write `share=20%`, from 1 % to 90 %.")
    return share


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
