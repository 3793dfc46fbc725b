"""Says what waited for the end of quiet hours: to a channel in one message, however much it is."""

import logging
from collections.abc import Callable, Sequence

from bot.domain.cards import Card, Subject
from bot.errors import NotFoundError
from bot.ports import Announcer, Cards, Clock
from bot.services.hush import Hush
from bot.services.rows import each

Show = Callable[[Card, bool], None]
log = logging.getLogger(__name__)


class CatchingUp:
    """`show` shows a card and has its thread told of its milestone; True: the channel has been told of it already."""

    def __init__(
        self,
        cards: Cards,
        subject_of: Callable[[Card], Subject],
        announcer: Announcer,
        hush: Hush,
        show: Show,
        clock: Clock,
    ) -> None:
        self._cards = cards
        self._subject_of = subject_of
        self._announcer = announcer
        self._hush = hush
        self._show = show
        self._clock = clock

    def tell(self) -> None:
        """Tell the channels whose quiet hours are over."""
        by_channel: dict[str, list[Card]] = {}
        for card in filter(None, map(self._card, self._hush.kept())):
            by_channel.setdefault(card.channel_id, []).append(card)
        over = [cards for channel_id, cards in by_channel.items() if not self._hush.holds(channel_id)]
        each("held_cards", over, self._tell)

    def _card(self, subject_id: str) -> Card | None:
        try:
            return self._cards.of(subject_id)
        except NotFoundError:
            log.info("held_card_gone id=%s", subject_id)
            self._hush.told([subject_id])
            return None

    def _tell(self, cards: Sequence[Card]) -> None:
        """What had to be said meanwhile is not said again. All are held to the end: a restart says nothing twice."""
        together = len(cards) > 1
        if together:
            self._announcer.announce_together([(card, self._subject_of(card)) for card in cards], self._clock())
        told: list[str] = []

        def show(card: Card) -> None:
            self._show(card, together)
            told.append(card.subject_id)

        each("held_card", cards, show)
        self._hush.told(told)
