"""What the Image Classification container answers: one JSON document with a probability for each class."""

import json

from bot.errors import PlatformError

# float32 sums reach a hair beyond 1.
_SLACK = 1e-5


def probabilities(body: bytes) -> list[float]:
    """From `[0.1, …]` or `{"prediction": [0.1, …]}`; anything else is a PlatformError."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        raise _unreadable("It is not JSON.") from None
    listed = told.get("prediction") if isinstance(told, dict) else told
    if not isinstance(listed, list) or not listed:
        raise _unreadable("It holds no list of probabilities.")
    if not all(_is_probability(value) for value in listed):
        raise _unreadable("Not all that it lists are probabilities.")
    return [float(value) for value in listed]


def _is_probability(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return -_SLACK <= value <= 1 + _SLACK


def _unreadable(why: str) -> PlatformError:
    return PlatformError("The model's answer cannot be read.", why, code="MalformedAnswer")
