"""Keep what Slack shows equal to the rows: every card that is behind is shown, and its milestone announced."""

from dataclasses import replace

from bot.domain.cards import Card, CardKind, Subject, milestone
from bot.ports import Announcer, Cards, Clock, Jobs, Preparations, TuningRows
from bot.services.comparing import Comparing
from bot.services.deployment import Deployment
from bot.services.rows import each
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
        cases: tuple[Deployment, Comparing],
        announcer: Announcer,
        clock: Clock,
    ) -> None:
        self._cards = cards
        self._jobs, self._preparations, self._tunings = rows
        self._deployment, self._comparing = cases
        self._announcer = announcer
        self._clock = clock
        self._turns = Turns(RUNNING_AT_ONCE)

    def show_behind(self) -> None:
        """Show what changed."""
        each("card", self._cards.behind(), self._show)

    def show_all(self) -> None:
        """Show what changed, and what runs, whose clock moves on without a change of its row."""
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

    def _show(self, card: Card) -> None:
        subject = self._subject(card)
        shown = self._announcer.show(card, subject, self._clock())
        if shown != card:
            self._cards.save(shown)
        reached = milestone(subject)
        if reached and reached != shown.announced:
            self._announcer.announce(shown, subject)
            shown = replace(shown, announced=reached)
        # A picture that is still to come keeps the card behind, so that the next tick comes back to it.
        seen = card.shown if shown.waits else card.wanted
        settled = replace(shown, shown=seen)
        if settled != card:
            self._cards.save(settled)

    def _subject(self, card: Card) -> Subject:
        match card.kind:
            case CardKind.JOB:
                return self._jobs.get(card.subject_id)
            case CardKind.DATA_SET:
                return self._preparations.get(card.subject_id)
            case CardKind.TUNING:
                return self._tunings.get(card.subject_id)
            case CardKind.APPROVAL:
                return self._deployment.case_of(card.subject_id)
            case CardKind.COMPARISON:
                return self._comparing.case_of(card.subject_id)
