"""Collaborators that end the process around one of their calls, as SIGKILL would: before it took effect, or after."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, cast

T = TypeVar("T")


class KilledError(BaseException):
    """The process is gone; no guard of a row catches that."""


@dataclass
class Reaper:
    """Kills at the so-manieth call, once; `calls` counts them, `killed` names the one, and what is `spared` is none."""

    at: int
    moment: str
    calls: int = 0
    killed: str = ""
    spared: bool = False

    def around(self, name: str, call: Callable[[], Any]) -> Any:
        if self.spared:
            return call()
        self.calls += 1
        dies = self.calls == self.at
        if dies:
            self.killed = f"{self.moment} {name}"
        if dies and self.moment == "before":
            raise KilledError(self.killed)
        done = call()
        if dies:
            raise KilledError(self.killed)
        return done

    def watch(self, whole: T) -> T:
        """The same thing, whose calls are counted."""
        return cast("T", _Watched(whole, self))


class _Watched:
    """Stands before a collaborator."""

    def __init__(self, whole: object, reaper: Reaper) -> None:
        self._whole = whole
        self._reaper = reaper

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._whole, name)
        if not callable(found):
            return found

        def call(*given: Any, **named: Any) -> Any:
            called = f"{type(self._whole).__name__}.{name}"
            return self._reaper.around(called, lambda: found(*given, **named))

        return call


def until_done(work: Callable[[], object], most: int = 20) -> None:
    """Do it, and once more after each end of the process, as whoever starts it again would."""
    for _ in range(most):
        try:
            work()
        except KilledError:
            continue
        return
    raise AssertionError(f"not done after {most} starts")
