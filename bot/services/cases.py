"""All that the card of a request to deploy shows: the request with its job, and while it is open the evidence on it."""

from typing import Protocol

from bot.domain import endpoints
from bot.domain.approvals import Approval, Rules
from bot.domain.cards import DeploymentCase
from bot.domain.endpoints import Endpoint, Hosting, Kind
from bot.domain.evidence import SEEN_WITHIN, Evidence, demand_of
from bot.domain.in_use import InUse
from bot.domain.jobs import Job
from bot.domain.replays import LOOKED_THROUGH, Replay, replayable
from bot.ports import Approvals, Clock, DataSets, Endpoints, Jobs, Prices, Routes, Uploads
from bot.services.figures import RatedAnswers
from bot.services.hosting_prices import gb_second, priced

# So many of a channel's latest images tell how long one takes.
LATEST = 200


class KnownReplays(Protocol):
    """What candidates were compared with, by their requests."""

    def of(self, approval_id: str) -> Replay | None: ...


class Cases:
    """Gathers what a decision stands on, from rows alone."""

    def __init__(
        self,
        rows: tuple[Jobs, Approvals, Endpoints, Routes],
        known: tuple[DataSets, Prices, Uploads, KnownReplays, RatedAnswers],
        clock: Clock,
        rules: Rules,
    ) -> None:
        self._jobs, self._approvals, self._endpoints, self._routes = rows
        self._data_sets, self._prices, self._uploads, self._replays, self._rated = known
        self._clock = clock
        self._rules = rules

    def pending(self) -> list[DeploymentCase]:
        return [self.case(approval) for approval in self._approvals.pending()]

    def case_of(self, approval_id: str) -> DeploymentCase:
        return self.case(self._approvals.get(approval_id))

    def case(self, approval: Approval) -> DeploymentCase:
        serving = self._routes.of(approval.serves_channel_id)
        # An endpoint of the name that is asked for is the one that would be replaced, whatever the channel has.
        live = self._endpoints.named(approval.endpoint_name) or (self._endpoints.named(serving) if serving else None)
        live = live if live and live.id != approval.id else None
        job, own = self._jobs.get(approval.job_id), self._endpoints.find(approval.id)
        return DeploymentCase(
            approval=approval,
            job=job,
            endpoint=own,
            live=live,
            in_use=self._in_use(own if own and own.answering else live),
            evidence=self._evidence(approval, job, live) if approval.pending else Evidence(),
        )

    def _in_use(self, endpoint: Endpoint | None) -> InUse:
        return self._rated.in_use([endpoint.id]).get(endpoint.id, InUse()) if endpoint else InUse()

    def _evidence(self, approval: Approval, job: Job, live: Endpoint | None) -> Evidence:
        channel_id, now = approval.serves_channel_id, self._clock()
        count, since = self._uploads.arrived(channel_id, now - SEEN_WITHIN)
        data_set, recent = self._data_sets.all().get(job.data_set), self._uploads.latest(channel_id, LATEST)
        return Evidence(
            live_job=self._jobs.get(live.job_id) if live else None,
            demand=demand_of(count, since, recent, now),
            other=priced(_other(approval.hosting), self._prices),
            gb_second=gb_second(self._prices),
            least_accuracy=self._rules.least(data_set),
            replay=self._replays.of(approval.id),
            replayable=len(replayable(recent[:LOOKED_THROUGH])),
        )


def _other(hosting: Hosting) -> Hosting:
    """The other kind, with the numbers that it has unless somebody says others."""
    return endpoints.realtime() if hosting.kind == Kind.SERVERLESS else endpoints.serverless()
