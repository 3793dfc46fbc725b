"""A hyperparameter's value as it was typed for a tuning: one value, a range such as `1e-6..0.5`, or a list."""

import math
import re
from collections.abc import Mapping

from bot.domain.hyperparameters import TABLE, Kind, allowed, checked, nearest
from bot.domain.searches import MOST_VALUES, TUNABLE, Choice, Range, Scaling, is_number, written
from bot.errors import FieldError

_NUMBER = r"[+-]?(?:[0-9]{1,30}(?:\.[0-9]{1,30})?|\.[0-9]{1,30})(?:e[+-]?[0-9]{1,3})?"
# Phones make one character of several dots, and people write a range with a hyphen or with `to` just as well.
_RANGE = re.compile(rf"({_NUMBER})\s*(?:\.{{2,3}}|…|-|\bto\b)\s*({_NUMBER})", re.IGNORECASE)
_SCALINGS: Mapping[str, Scaling] = {
    "auto": Scaling.AUTO,
    "lin": Scaling.LINEAR,
    "linear": Scaling.LINEAR,
    "log": Scaling.LOGARITHMIC,
    "logarithmic": Scaling.LOGARITHMIC,
    "reverse": Scaling.REVERSE_LOGARITHMIC,
    "reverselog": Scaling.REVERSE_LOGARITHMIC,
    "reverselogarithmic": Scaling.REVERSE_LOGARITHMIC,
}
# These hold commas themselves.
_LISTS_THEMSELVES = (Kind.SHAPE, Kind.STEPS)


def is_range(value: str) -> bool:
    """Whether it is written as a range, whatever its ends."""
    return _RANGE.fullmatch(value.strip()) is not None


def read(name: str, value: str) -> Range | Choice | str:
    """What is to be searched of a known hyperparameter, or the one value that it keeps."""
    value = value.strip()
    if TABLE[name].kind in _LISTS_THEMSELVES:
        return checked(name, value)
    if ends := _RANGE.fullmatch(value):
        return _range(name, *ends.groups())
    if "," in value:
        return _choice(name, value)
    return checked(name, value)


def scaled(searched: Range, word: str) -> Range:
    """The range on the scale that the word names, where such a range can be searched on it."""
    field = f"scaling.{searched.name}"
    scaling = _SCALINGS.get(re.sub(r"[\s_-]", "", word.lower()))
    if scaling is None:
        like = nearest(word, tuple(_SCALINGS))
        hint = f"Did you mean `{like}`?" if like else ""
        raise FieldError(field, f"A scale is auto, linear, log or reverselog, not `{word}`.", hint)
    # https://docs.aws.amazon.com/sagemaker/latest/dg/automatic-model-tuning-define-ranges.html#scaling-type
    if scaling == Scaling.LOGARITHMIC and searched.low <= 0:
        raise FieldError(field, f"A logarithmic scale has no 0, and `{searched.name}` begins there.", "Begin above 0.")
    if scaling == Scaling.REVERSE_LOGARITHMIC and (searched.whole or searched.high >= 1):
        what = f"A reverse logarithmic scale is for decimals below 1, and `{searched.name}` has others."
        raise FieldError(field, what, "Take `log` or `linear`.")
    return Range(searched.name, searched.low, searched.high, searched.whole, scaling)


def _range(name: str, low: str, high: str) -> Range:
    _check_tunable(name)
    if not is_number(name):
        raise FieldError(name, f"`{name}` takes {allowed(TABLE[name])}.", f"Write it as `{name}=sgd,adam`.")
    searched = Range(name, _end(name, low), _end(name, high), TUNABLE[name].whole)
    if not searched.low < searched.high:
        first, last = searched.bounds
        hint = f"Write `{name}={first}`." if first == last else f"Write `{name}={last}..{first}`."
        raise FieldError(name, f"A range goes from the smaller number to the larger, not from {first} to {last}.", hint)
    return searched


def _end(name: str, text: str) -> float:
    row, number = TABLE[name], float(text)
    fits = row.low <= number <= row.high and math.isfinite(number)
    if not fits or (TUNABLE[name].whole and not number.is_integer()):
        usual = TUNABLE[name]
        low, high = written(usual.low), written(usual.high)
        raise FieldError(name, f"`{name}` takes {allowed(row)}, not `{text}`.", f"AWS recommends {low}..{high}.")
    return number


def _choice(name: str, value: str) -> Choice | str:
    typed = [one.strip() for one in value.split(",") if one.strip()]
    if not typed:
        raise FieldError(name, f"`{name}` has no value.", f"`{name}` takes {allowed(TABLE[name])}.")
    values = tuple(dict.fromkeys(checked(name, one) for one in typed))
    if len(values) == 1:
        return values[0]
    _check_tunable(name)
    if len(values) > MOST_VALUES:
        what = f"AWS tries {MOST_VALUES} values of a hyperparameter at most, and these are {len(values)}."
        raise FieldError(name, what, "Write a range." if is_number(name) else "")
    return Choice(name, values)


def _check_tunable(name: str) -> None:
    if name not in TUNABLE:
        listed = ", ".join(f"`{one}`" for one in TUNABLE)
        raise FieldError(name, f"AWS can't search `{name}`; give it one value.", f"It can search {listed}.")
