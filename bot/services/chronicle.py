"""What a channel is told in a digest: all that ended there in a period, and what stands there now."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.editions import Contents, Edition, Pictures, Run
from bot.domain.holdings import Holding
from bot.domain.jobs import Job
from bot.ports import Approvals
from bot.services.holdings import Holdings


class Happenings(Protocol):
    """What happened in a channel, or without one in all of them, after `since` and by `until`."""

    def runs(self, channel_id: str, since: datetime, until: datetime) -> Sequence[Run]:
        """The jobs and tunings that ended, in that order."""

    def answered(self, channel_id: str, since: datetime, until: datetime) -> int:
        """How many of the pictures that were shared in between have been answered."""


class Chronicle:
    """Puts together what concerns a channel; the approvers' channel is concerned by everything."""

    def __init__(
        self, happenings: Happenings, holdings: Holdings, approvals: Approvals, approvals_channel: str = ""
    ) -> None:
        self._happenings = happenings
        self._holdings = holdings
        self._approvals = approvals
        self._approvals_channel = approvals_channel

    def of(self, edition: Edition) -> Contents:
        """What the edition tells. Its period is over, and what stands is as it stands now."""
        where = "" if edition.channel_id == self._approvals_channel else edition.channel_id
        period = (where, edition.since, edition.until)
        runs = tuple(self._happenings.runs(*period))
        return Contents(
            runs=runs,
            endpoints=tuple(one for one in self._holdings.all() if not where or _answers_in(one, where)),
            waiting=tuple(
                one for one in self._approvals.pending() if where in ("", one.channel_id, one.serves_channel_id)
            ),
            pictures=Pictures(self._happenings.answered(*period)),
            spent=(_spent(runs, edition.until), None),
        )


def _answers_in(holding: Holding, channel_id: str) -> bool:
    return channel_id in (*holding.channels, holding.endpoint.channel_id)


def _spent(runs: Sequence[Run], until: datetime) -> float | None:
    """USD; None where a price is not known."""
    costs = [run.cost if isinstance(run, Job) else run.cost(until) for run in runs]
    return None if any(cost is None for cost in costs) else sum(cost for cost in costs if cost is not None)
