"""How hyperparameters are read: what each may be, and the sentence that a job fails with where it is something else."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from training.errors import CustomerError

# SageMaker adds these of its own accord: the script-mode toolkit its settings, a tuning job its objective.
PLATFORM_PREFIXES = ("sagemaker_", "_tuning_")


@dataclass(frozen=True, slots=True)
class Rule:
    """What one hyperparameter may be: how to read it, and the words for a value that cannot be read."""

    read: Callable[[str], Any]
    wants: str


def whole(least: int, most: int | None = None) -> Rule:
    def read(text: str) -> int:
        value = int(text)
        if value < least or (most is not None and value > most):
            raise ValueError
        return value

    return Rule(read, f"an integer of at least {least}" if most is None else f"an integer between {least} and {most}")


def fraction() -> Rule:
    def read(text: str) -> float:
        value = float(text)
        if not 0 <= value <= 1:  # not a number fails here too
            raise ValueError
        return value

    return Rule(read, "a number between 0 and 1")


def one_of(choices: Mapping[str, Any]) -> Rule:
    def read(text: str) -> Any:
        if text not in choices:
            raise ValueError
        return choices[text]

    return Rule(read, f"one of {', '.join(choices)}")


def names(*choices: str) -> Rule:
    return one_of({choice: choice for choice in choices})


def numbers(*choices: int) -> Rule:
    return one_of({str(choice): choice for choice in choices})


def truth(text: str) -> bool:
    return {"true": True, "false": False}[text.lower()]


def read_values(given: Mapping[str, str], rules: Mapping[str, Rule], required: Sequence[str]) -> dict[str, Any]:
    """The values by name. Raises CustomerError for an unknown name, a missing one and a value that breaks its rule."""
    named = {name: _unquoted(text) for name, text in given.items() if not name.startswith(PLATFORM_PREFIXES)}
    _refuse_unknown([name for name in named if name not in rules])
    missing = [name for name in required if name not in named]
    if missing:
        raise CustomerError(f"the hyperparameter '{missing[0]}' is required")
    return {name: _value(name, text, rules[name]) for name, text in named.items()}


def _unquoted(text: str) -> str:
    """The text itself, where the SageMaker SDK sent it JSON-encoded, in quotes of its own."""
    try:
        value = json.loads(text)
    except ValueError:
        value = text
    return value.strip() if isinstance(value, str) else text.strip()


def _refuse_unknown(names: Sequence[str]) -> None:
    if names:
        said, verb = ", ".join(repr(name) for name in names), "was" if len(names) == 1 else "were"
        raise CustomerError(f"Additional hyperparameters are not allowed ({said} {verb} unexpected)")


def _value(name: str, text: str, rule: Rule) -> Any:
    try:
        return rule.read(text)
    except (ValueError, KeyError, OverflowError):
        raise CustomerError(f"the value {text!r} of the hyperparameter '{name}' is not {rule.wants}") from None
