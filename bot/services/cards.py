"""Keep what Slack shows equal to the rows: every card that is behind is shown, and its milestone announced."""

from dataclasses import replace

from bot.domain.cards import Card, CardKind, Subject, milestone
from bot.ports import Announcer, Cards, Clock, Jobs, Preparations
from bot.services.deployment import Deployment
from bot.services.rows import each


class CardKeeper:
    """Shows cards. Slack being down costs a delay: what was not shown stays behind and is shown at a later tick."""

    def __init__(
        self, cards: Cards, rows: tuple[Jobs, Preparations], deployment: Deployment, announcer: Announcer, clock: Clock
    ) -> None:
        self._cards = cards
        self._jobs, self._preparations = rows
        self._deployment = deployment
        self._announcer = announcer
        self._clock = clock

    def show_behind(self) -> None:
        """Show what changed."""
        each("card", self._cards.behind(), self._show)

    def show_all(self) -> None:
        """Show what changed, and what runs, whose clock moves on without a change of its row."""
        behind = {card.subject_id: card for card in self._cards.behind()}
        running = {job.id: self._cards.of(job.id) for job in self._jobs.active() if job.id not in behind}
        each("card", [*behind.values(), *running.values()], self._show)

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
            case CardKind.APPROVAL:
                return self._deployment.case_of(card.subject_id)
