"""A hyperparameter's value as it was typed for a tuning: one value, a range such as `1e-6..0.5`, or a list."""

import math
import re
from collections.abc import Mapping

from bot.domain.hyperparameters import Kind, allowed, nearest
from bot.domain.recipes import ALGORITHM, Recipe
from bot.domain.searches import MOST_VALUES, Choice, Range, Scaling, is_number, written
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


def read(name: str, value: str, recipe: Recipe = ALGORITHM) -> Range | Choice | str:
    """What is to be searched of a known hyperparameter, or the one value that it keeps."""
    value = value.strip()
    if recipe.table[name].kind in _LISTS_THEMSELVES:
        return recipe.checked(name, value)
    if ends := _RANGE.fullmatch(value):
        return _range(name, ends[1], ends[2], recipe)
    if "," in value:
        return _choice(name, value, recipe)
    return recipe.checked(name, value)


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


def _range(name: str, low: str, high: str, recipe: Recipe) -> Range:
    _check_tunable(name, recipe)
    row = recipe.table[name]
    if not is_number(name, recipe.table):
        raise FieldError(name, f"`{name}` takes {allowed(row)}.", f"Write it as `{name}={','.join(row.choices[:2])}`.")
    searched = Range(name, _end(name, low, recipe), _end(name, high, recipe), recipe.tunable[name].whole)
    if not searched.low < searched.high:
        first, last = searched.bounds
        hint = f"Write `{name}={first}`." if first == last else f"Write `{name}={last}..{first}`."
        raise FieldError(name, f"A range goes from the smaller number to the larger, not from {first} to {last}.", hint)
    return searched


def _end(name: str, text: str, recipe: Recipe) -> float:
    row, usual, number = recipe.table[name], recipe.tunable[name], float(text)
    fits = row.low <= number <= row.high and math.isfinite(number)
    if not fits or (usual.whole and not number.is_integer()):
        low, high = written(usual.low), written(usual.high)
        hint = f"Usual is {low}..{high}." if recipe.program else f"AWS recommends {low}..{high}."
        raise FieldError(name, f"`{name}` takes {allowed(row)}, not `{text}`.", hint)
    return number


def _choice(name: str, value: str, recipe: Recipe) -> Choice | str:
    typed = [one.strip() for one in value.split(",") if one.strip()]
    if not typed:
        raise FieldError(name, f"`{name}` has no value.", f"`{name}` takes {allowed(recipe.table[name])}.")
    values = tuple(dict.fromkeys(recipe.checked(name, one) for one in typed))
    if len(values) == 1:
        return values[0]
    _check_tunable(name, recipe)
    if len(values) > MOST_VALUES:
        what = f"AWS tries {MOST_VALUES} values of a hyperparameter at most, and these are {len(values)}."
        raise FieldError(name, what, "Write a range." if is_number(name, recipe.table) else "")
    return Choice(name, values)


def _check_tunable(name: str, recipe: Recipe) -> None:
    if name not in recipe.tunable:
        listed = ", ".join(f"`{one}`" for one in recipe.tunable)
        what = f"With {recipe.name} I don't search" if recipe.program else "AWS can't search"
        raise FieldError(name, f"{what} `{name}`; give it one value.", f"Searched can be {listed}.")
