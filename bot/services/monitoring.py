"""The tick: look at everything that is not finished, make the world and the rows agree, and show what changed.

In between, what was just asked for or decided is carried out at once, without a look at anything else.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from bot.domain.news import News, Subject, tuning_of
from bot.ports import Cards, TickLock
from bot.services.cards import CardKeeper
from bot.services.deciding import Deciding
from bot.services.digesting import Digesting
from bot.services.following import JobFollower
from bot.services.following_tunings import TuningFollower
from bot.services.machine_watch import MachineWatch
from bot.services.registering import Registering
from bot.services.rollout import Rollout
from bot.services.rows import each
from bot.services.rule_watch import RuleWatch
from bot.services.upkeep import Upkeep


@dataclass(frozen=True, slots=True)
class Followers:
    """What a tick consists of, in its order."""

    jobs: JobFollower
    machines: MachineWatch
    rules: RuleWatch
    tunings: TuningFollower
    deciding: Deciding
    registering: Registering
    rollout: Rollout
    upkeep: Upkeep
    digesting: Digesting
    cards: CardKeeper


class Monitoring:
    """One tick at a time, over all workers that share the database."""

    def __init__(self, lock: TickLock, cards: Cards, followers: Followers) -> None:
        self._lock = lock
        self._cards = cards
        self._followers = followers
        # Cards first of all, so that what was just asked for is seen at once, however slow AWS is.
        self._all = (
            followers.cards.show_behind,
            followers.jobs.advance_all,
            followers.machines.look_around,
            followers.rules.look_around,
            followers.tunings.advance_all,
            followers.deciding.mind_the_time,
            followers.registering.advance_all,
            followers.rollout.advance_all,
            followers.upkeep.advance_all,
            followers.digesting.publish_due,
            followers.cards.show_all,
        )
        self._asked = (
            followers.cards.show_behind,
            followers.jobs.carry_out_asked,
            followers.tunings.carry_out_asked,
            followers.registering.carry_out_asked,
            followers.rollout.carry_out_asked,
            followers.upkeep.carry_out_asked,
            followers.cards.show_behind,
        )

    def tick(self) -> bool:
        """Do one tick, unless another worker is at it. True: something is left that is worth coming back for soon."""
        return self._do("tick", self._all)

    def carry_out_asked(self) -> bool:
        """Do what was asked for or decided since the last tick, with the same answer; what is missed the tick does."""
        return self._do("asked", self._asked)

    def look_at(self, news: Iterable[News]) -> bool:
        """Look at what AWS says has changed, and show it. False: another worker is at it, so this is to be told again.

        A tuning is told of by its jobs, too, whose names begin with its own. Of endpoints few are under way, so that
        all of them are looked at.
        """
        names: dict[Subject, list[str]] = {}
        for one in news:
            names.setdefault(one.subject, []).append(one.name)
            if one.subject is Subject.TRAINING and (tuning := tuning_of(one.name)):
                names.setdefault(Subject.TUNING, []).append(tuning)
        looks = {
            Subject.TRAINING: lambda: self._followers.jobs.look_at(names[Subject.TRAINING]),
            Subject.TUNING: lambda: self._followers.tunings.look_at(names[Subject.TUNING]),
            Subject.ENDPOINT: self._followers.rollout.advance_all,
            Subject.PACKAGE: lambda: self._followers.registering.look_at(names[Subject.PACKAGE]),
        }
        with self._lock.held() as mine:
            if mine:
                parts = [*(looks[subject] for subject in names), self._followers.cards.show_behind]
                each("news", parts, lambda part: part())
            return mine

    def _do(self, name: str, parts: Sequence[Callable[[], None]]) -> bool:
        with self._lock.held() as mine:
            if not mine:
                return False
            each(name, parts, lambda part: part())
            return bool(self._cards.behind())
