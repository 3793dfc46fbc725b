"""What a channel is told in a digest: all that ended there in a period, and what stands there now."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.editions import Contents, Edition, Pictures, Run
from bot.domain.holdings import Holding
from bot.ports import Approvals
from bot.services.figures import Figures
from bot.services.holdings import Holdings


class Happenings(Protocol):
    """What happened in a channel, or without one in all of them, after `since` and by `until`."""

    def runs(self, channel_id: str, since: datetime, until: datetime) -> Sequence[Run]:
        """The jobs and tunings that ended, in that order."""

    def answered(self, channel_id: str, since: datetime, until: datetime) -> int:
        """How many pictures were answered."""

    def rated(self, channel_id: str, since: datetime, until: datetime) -> tuple[int, int]:
        """Of the answers of which somebody said something: how many are right by what all say, and how many wrong."""


class Chronicle:
    """Puts together what concerns a channel; the approvers' channel is concerned by everything."""

    def __init__(
        self,
        happenings: Happenings,
        holdings: Holdings,
        figures: Figures,
        approvals: Approvals,
        approvals_channel: str = "",
    ) -> None:
        self._happenings = happenings
        self._holdings = holdings
        self._figures = figures
        self._approvals = approvals
        self._approvals_channel = approvals_channel

    def of(self, edition: Edition) -> Contents:
        """What the edition tells. Its period is over, and what stands is as it stands now."""
        where = "" if edition.channel_id == self._approvals_channel else edition.channel_id
        period = (where, edition.since, edition.until)
        return Contents(
            runs=tuple(self._happenings.runs(*period)),
            endpoints=tuple(one for one in self._holdings.all() if not where or _answers_in(one, where)),
            waiting=tuple(
                one for one in self._approvals.pending() if where in ("", one.channel_id, one.serves_channel_id)
            ),
            pictures=Pictures(self._happenings.answered(*period), *self._happenings.rated(*period)),
            spent=self._figures.spent(edition.since, edition.until, where),
            month=self._figures.spend(edition.until),
        )


def _answers_in(holding: Holding, channel_id: str) -> bool:
    return channel_id in (*holding.channels, holding.endpoint.channel_id)
