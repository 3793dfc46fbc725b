"""What of all that runs is due for a look at AWS, and which logs are due for one, so that a tick costs few calls.

What it remembers only saves calls: a worker that starts anew, or takes over from another, forgets it without harm.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, Protocol, TypeVar

from bot.errors import BusyError, DarkroomError
from bot.ports import Clock
from bot.services.turns import Turns

# At a start everything that changed while nobody watched. Further back only the looks by turns reach.
FIRST_LIST = timedelta(days=1)
# A change may come into the lists after a younger one did. All moments are AWS's, so its clock and ours may differ.
LIST_LAG = timedelta(minutes=2)
# Should a list ever miss a change, each is looked at this often all the same; so many at a tick at most.
LONGEST_UNSEEN = timedelta(minutes=10)
LOOKS_AT_ONCE = 20
# Logs are in no list: up to so many are read at each tick, those unread for longest first.
LOGS_AT_ONCE = 10
_NEVER = datetime.min.replace(tzinfo=UTC)
log = logging.getLogger(__name__)


class Named(Protocol):
    """A row of something that runs on AWS."""

    @property
    def name(self) -> str: ...


R = TypeVar("R", bound=Named)
R_contra = TypeVar("R_contra", bound=Named, contravariant=True)


class Listed(Protocol[R_contra]):
    """What a list tells of one: that it changed, and when."""

    @property
    def name(self) -> str: ...
    @property
    def at(self) -> datetime: ...
    def follows(self, known: Any) -> bool: ...
    def is_shown_by(self, row: R_contra, /) -> bool: ...


class Lists(Protocol[R_contra]):
    """Whatever can tell of changes without being asked of each by name."""

    def changed_since(self, moment: datetime) -> Sequence[Listed[R_contra]]: ...


class Lookout(Generic[R]):
    """For one thread at a time. Rows are known by their names."""

    def __init__(
        self, lists: Lists[R], clock: Clock, longest_unseen: timedelta = LONGEST_UNSEEN, looks: int = LOOKS_AT_ONCE
    ) -> None:
        self._lists = lists
        self._clock = clock
        self._longest_unseen = longest_unseen
        self._newest: datetime | None = None
        self._blind = False
        self._news: dict[str, Listed[R]] = {}
        self._known: dict[str, Listed[R]] = {}
        self._looked: dict[str, datetime] = {}
        self._tries, self._reads = Turns(looks), Turns(LOGS_AT_ONCE)

    def due(self, running: Sequence[R]) -> list[R]:
        """Those that changed, and by turns those that were not looked at for long."""
        by_name = {row.name: row for row in running}
        self._forget_all_but(by_name.keys())
        if running:
            self._list(by_name)
        changed = [name for name in by_name if name in self._news]
        unseen = [name for name in by_name if name not in self._news and self._is_unseen(name)]
        return [by_name[name] for name in changed + self._tries.next_of(unseen)]

    def unread(self, printing: Iterable[R]) -> list[R]:
        """Those whose logs have their turn."""
        by_name = {row.name: row for row in printing}
        return [by_name[name] for name in self._reads.next_of(by_name)]

    def looks(self, row: R) -> None:
        """Before a look, so that one that always fails does not keep the others from theirs."""
        self._tries.taken(row.name)

    def reads(self, row: R) -> None:
        """Before its log is read."""
        self._reads.taken(row.name)

    def has_seen(self, row: R) -> None:
        """After a look, with what became of the row. One that does not show the listed change yet stays due."""
        self._looked[row.name] = self._clock()
        change = self._news.get(row.name)
        if change and change.is_shown_by(row):
            self._known[row.name] = self._news.pop(row.name)

    def _is_unseen(self, name: str) -> bool:
        return self._blind or self._clock() - self._looked.get(name, _NEVER) >= self._longest_unseen

    def _list(self, running: Mapping[str, R]) -> None:
        # Nothing is listed while nothing runs: after weeks of that, what others did in them is not asked for.
        oldest = self._clock() - FIRST_LIST
        since = max(self._newest - LIST_LAG, oldest) if self._newest else oldest
        try:
            listed = self._lists.changed_since(since)
        except BusyError as error:
            log.warning("list_postponed code=%s", error.code)
            return
        except DarkroomError as error:
            # Nothing is listed to whoever may not list; then all have their turns, as few or many as they are.
            log.warning("list_refused code=%s", getattr(error, "code", ""))
            self._blind = True
            return
        self._blind = False
        self._newest = max((change.at for change in listed), default=self._newest)
        for change in listed:
            row = running.get(change.name)
            if row and self._is_news(change, row):
                self._news[row.name] = change

    def _is_news(self, change: Listed[R], row: R) -> bool:
        known = self._known.get(row.name)
        if known is None:
            # What a look has shown may be older than this; before any look the row has to tell.
            return row.name in self._looked or not change.is_shown_by(row)
        return change.follows(known)

    def _forget_all_but(self, names: AbstractSet[str]) -> None:
        self._tries.forget_all_but(names)
        self._reads.forget_all_but(names)
        kept: tuple[dict[str, Any], ...] = (self._news, self._known, self._looked)
        for one in kept:
            for name in one.keys() - names:
                del one[name]
