"""Which of many things are meant by what somebody has typed so far: those that begin so before those that hold it."""

from collections.abc import Callable, Iterable
from typing import TypeVar

T = TypeVar("T")


def ranked(typed: str, things: Iterable[T], name: Callable[[T], str], prefix: str = "") -> list[T]:
    """The things whose names fit, otherwise in their order. All names may begin with `prefix`, which nobody types."""
    wanted = _plain(typed, prefix)
    fitting = [(_plain(name(one), prefix).find(wanted), one) for one in things]
    return [one for at, one in fitting if at == 0] + [one for at, one in fitting if at > 0]


def _plain(name: str, prefix: str) -> str:
    return name.strip().casefold().removeprefix(prefix)
