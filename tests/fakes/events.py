"""AWS's events in memory: told by a test, and told again until they are done."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.domain.news import News
from bot.errors import DarkroomError


@dataclass(slots=True)
class FakeEvents:
    """Events. `asked` counts the looks, `finished` has the receipts that were handed back."""

    waiting: dict[str, News] = field(default_factory=dict)
    finished: list[str] = field(default_factory=list)
    asked: int = 0
    error: DarkroomError | None = None
    _told: threading.Event = field(default_factory=threading.Event)

    def received(self) -> Sequence[tuple[str, News]]:
        self.asked += 1
        if self.error:
            raise self.error
        self._told.wait(0.02)
        return list(self.waiting.items())

    def done(self, receipts: Sequence[str]) -> None:
        for receipt in receipts:
            self.waiting.pop(receipt)
            self.finished.append(receipt)
        if not self.waiting:
            self._told.clear()

    def tells(self, *news: News) -> None:
        for one in news:
            self.waiting[str(len(self.waiting) + len(self.finished) + 1)] = one
        self._told.set()
