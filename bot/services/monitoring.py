"""The tick: look at everything that is not finished, make the world and the rows agree, and show what changed."""

from dataclasses import dataclass

from bot.ports import Cards, TickLock
from bot.services.cards import CardKeeper
from bot.services.following import JobFollower
from bot.services.rollout import Rollout
from bot.services.rows import each


@dataclass(frozen=True, slots=True)
class Followers:
    """What a tick consists of, in its order."""

    jobs: JobFollower
    rollout: Rollout
    cards: CardKeeper


class Monitoring:
    """One tick at a time, over all workers that share the database."""

    def __init__(self, lock: TickLock, cards: Cards, followers: Followers) -> None:
        self._lock = lock
        self._cards = cards
        self._parts = (
            # First of all, so that what was just asked for is seen at once, however slow AWS is.
            followers.cards.show_behind,
            followers.jobs.advance_all,
            followers.rollout.advance_all,
            followers.cards.show_all,
        )

    def tick(self) -> bool:
        """Do one tick, unless another worker is at it. True: something is left that is worth coming back for soon."""
        with self._lock.held() as mine:
            if not mine:
                return False
            each("tick", self._parts, lambda part: part())
            return bool(self._cards.behind())
