"""Turns for many, a few at a time: whoever has waited longest comes first."""

import itertools
from collections.abc import Iterable
from collections.abc import Set as AbstractSet


class Turns:
    """For one thread at a time. Turns are counted and not timed, for clocks may be set back."""

    def __init__(self, at_once: int) -> None:
        self._at_once = at_once
        self._count = itertools.count(1)
        self._last: dict[str, int] = {}

    def next_of(self, names: Iterable[str]) -> list[str]:
        """Whose turn it is; among those that never had one, in the order given."""
        return sorted(names, key=lambda name: self._last.get(name, 0))[: self._at_once]

    def taken(self, name: str) -> None:
        self._last[name] = next(self._count)

    def forget_all_but(self, names: AbstractSet[str]) -> None:
        for name in self._last.keys() - names:
            del self._last[name]
