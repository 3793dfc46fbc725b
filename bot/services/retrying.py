"""Reading, deciding and writing again when someone else was faster in between."""

from collections.abc import Callable
from typing import TypeVar

from bot.errors import StaleError

T = TypeVar("T")


def retrying(change: Callable[[], T], tries: int = 5) -> T:
    """Run `change`, which reads, decides and saves, again while the row moved under it; decisions are made afresh."""
    for _ in range(tries - 1):
        try:
            return change()
        except StaleError:
            continue
    return change()
