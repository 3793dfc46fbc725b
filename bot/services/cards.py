"""Keep what Slack shows equal to the rows: every card that is behind is shown, and its milestone announced."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from bot.domain.cards import Card, CardKind, Subject, milestone
from bot.ports import Announcer, Cards, Clock, Jobs, Preparations, TuningRows
from bot.services.cases import Cases
from bot.services.catching_up import CatchingUp
from bot.services.comparing import Comparing
from bot.services.digesting import Digesting
from bot.services.hush import Hush
from bot.services.leasing import Leasing
from bot.services.rows import each
from bot.services.sweeping import Sweeping
from bot.services.turns import Turns

# Slack takes some fifty edits a minute; with many running, their clocks are moved on by turns.
# https://docs.slack.dev/apis/web-api/rate-limits
RUNNING_AT_ONCE = 20


class CardKeeper:
    """Shows cards. Slack being down costs a delay: what was not shown stays behind and is shown at a later tick."""

    def __init__(
        self,
        cards: Cards,
        rows: tuple[Jobs, Preparations, TuningRows],
        cases: tuple[Cases, Comparing, Leasing, Sweeping, Digesting],
        announcer: Announcer,
        hush: Hush,
        clock: Clock,
    ) -> None:
        self._cards = cards
        self._jobs, self._preparations, self._tunings = rows
        deployments, comparing, leasing, sweeping, digesting = cases
        self._subjects: Mapping[CardKind, Callable[[str], Subject]] = {
            CardKind.JOB: self._jobs.get,
            CardKind.DATA_SET: self._preparations.get,
            CardKind.TUNING: self._tunings.get,
            CardKind.APPROVAL: deployments.case_of,
            CardKind.COMPARISON: comparing.case_of,
            CardKind.LEASE: leasing.case_of,
            CardKind.STRAY: sweeping.case_of,
            CardKind.DIGEST: digesting.case_of,
        }
        self._announcer = announcer
        self._hush = hush
        self._clock = clock
        self._turns = Turns(RUNNING_AT_ONCE)
        self._catching_up = CatchingUp(cards, self._subject, announcer, hush, self._show, clock)

    def show_behind(self) -> None:
        """Show what changed."""
        each("card", self._cards.behind(), self._show)

    def show_all(self) -> None:
        """Tell what waited for the end of quiet hours; show what changed, and what runs, whose clock moves on."""
        self._catching_up.tell()
        behind = {card.subject_id: card for card in self._cards.behind()}
        active = [*self._jobs.active_ids(), *(tuning.id for tuning in self._tunings.active())]
        self._turns.forget_all_but(set(active))
        running = self._turns.next_of(subject_id for subject_id in active if subject_id not in behind)
        for subject_id in running:
            self._turns.taken(subject_id)
        each("card", [*behind.values(), *map(self._cards.of, running)], self._show)

    def of(self, subject_id: str) -> Card:
        """Where the subject's card is."""
        return self._cards.of(subject_id)

    def _show(self, card: Card, told_together: bool = False) -> None:
        subject = self._subject(card)
        shown = self._announcer.show(card, subject, self._clock())
        if shown != card:
            self._cards.save(shown)
        reached = milestone(subject)
        if reached and reached != shown.announced:
            if self._hush.holds(shown.channel_id, reached):
                self._hush.keep_for_later(card.subject_id)
            else:
                self._announcer.announce(shown, subject, told_together=told_together)
                shown = replace(shown, announced=reached)
        # A picture that is still to come keeps the card behind, so that the next tick comes back to it.
        seen = card.shown if shown.waits else card.wanted
        settled = replace(shown, shown=seen)
        if settled != card:
            self._cards.save(settled)

    def _subject(self, card: Card) -> Subject:
        return self._subjects[card.kind](card.subject_id)
