"""Every endpoint has a lease: its owner is asked before it ends and when nobody uses it, and then it goes."""

import logging
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from bot.domain import endpoints, leases
from bot.domain.endpoints import Endpoint, EndpointStatus
from bot.domain.leases import Lease, LeaseCase, LeaseStatus, Terms
from bot.domain.usage import Usage
from bot.errors import DeniedError, GoneError, NotAllowedError, NotFoundError, WrongStateError
from bot.ports import Cards, Clock, Endpoints, Routes, Wakeup
from bot.services.access import AccessControl
from bot.services.hush import Hush
from bot.services.retrying import retrying
from bot.services.routing import hand_over
from bot.services.rows import each, guarded

log = logging.getLogger(__name__)


class Leases(Protocol):
    """The leases. `add` and `renew` raise WrongStateError where the endpoint's name has an open lease."""

    def add(self, lease: Lease) -> None: ...
    def get(self, lease_id: str) -> Lease: ...
    def save(self, lease: Lease) -> Lease: ...
    def renew(self, former: Lease, following: Lease) -> Lease:
        """Save the one and add the other, both or neither; returns the other."""

    def end(self, lease: Lease, leaving: Endpoint) -> Endpoint:
        """Save both or neither; returns the endpoint."""

    def open(self) -> list[Lease]: ...
    def of(self, endpoint_name: str) -> Lease | None: ...


class Usages(Protocol):
    """How endpoints are used, as last read."""

    def of(self, endpoint_name: str) -> Usage | None: ...


class LeaseTags(Protocol):
    """What AWS is told of a lease."""

    def tag(self, endpoint_name: str, ends_at: datetime) -> None:
        """Write the end on the endpoint. GoneError: there is none."""


class Leasing:
    """People keep endpoints; the worker asks, and ends what nobody kept."""

    def __init__(
        self,
        rows: tuple[Endpoints, Leases, Usages, Routes, Cards],
        tags: LeaseTags,
        access: AccessControl,
        process: tuple[Wakeup, Clock],
        terms: Terms,
        hush: Hush,
    ) -> None:
        self._endpoints, self._leases, self._usages, self._routes, self._cards = rows
        self._tags = tags
        self._access = access
        self._wakeup, self._clock = process
        self.terms = terms
        self._hush = hush

    def keep(self, endpoint: Endpoint, by: str, length: timedelta) -> Lease:
        """Let the endpoint stay for so long from now on; its owner and approvers may do that."""
        self._require_say(endpoint, by)
        # The worker may have noted something of the lease just now, or have ended it.
        following = retrying(lambda: self._renewed(self._living(endpoint.name), by, length))
        self._wakeup.call()
        log.info("lease_kept id=%s name=%s by=%s", following.id, endpoint.name, by)
        return following

    def keep_asked(self, lease_id: str, by: str) -> Lease:
        """The answer to the question about this lease; one that was answered before is told how."""
        lease = self._open(lease_id)
        return self.keep(self._living(lease.endpoint_name), by, self.terms.length)

    def endpoint_asked(self, lease_id: str) -> Endpoint:
        """The endpoint that the question about this lease is of."""
        return self._living(self._open(lease_id).endpoint_name)

    def of(self, endpoint_name: str) -> Lease | None:
        return self._leases.of(endpoint_name)

    def current(self) -> dict[str, Lease]:
        """The open leases by the endpoints' names."""
        return {lease.endpoint_name: lease for lease in self._leases.open()}

    def case_of(self, lease_id: str) -> LeaseCase:
        """All that the question to the owner shows."""
        lease = self._leases.get(lease_id)
        current = self._leases.of(lease.endpoint_name)
        living = self._endpoints.named(lease.endpoint_name) if lease.open else None
        return LeaseCase(
            lease=lease,
            endpoint=living or self._endpoints.get(lease.endpoint_id),
            usage=self._usages.of(lease.endpoint_name),
            until=current.ends_at if current and lease.status == LeaseStatus.RENEWED else None,
        )

    def advance_all(self) -> None:
        """Begin leases, ask, and end what is over."""
        current = {lease.endpoint_name.lower(): lease for lease in self._leases.open()}
        live = self._endpoints.live()
        each("lease", live, lambda endpoint: self._advance(endpoint, current.pop(endpoint.name.lower(), None)))
        each(
            "lease",
            current.values(),
            lambda lease: self._leases.save(leases.gone(lease, self._last(lease), self._clock())),
        )

    def _advance(self, endpoint: Endpoint, lease: Lease | None) -> None:
        if endpoint.status == EndpointStatus.DELETING:
            if lease is not None:
                self._leases.save(leases.gone(lease, endpoint, self._clock()))
        elif not endpoint.deletable:
            return
        elif lease is None:
            now = self._clock()
            self._leases.add(leases.begun(endpoint, now, now + self.terms.length))
        else:
            guarded("lease_tag", lease, self._tag)
            self._look(endpoint, self._leases.get(lease.id))

    def _look(self, endpoint: Endpoint, lease: Lease) -> None:
        now, usage = self._clock(), self._usages.of(endpoint.name)
        occasion = leases.occasion_to_ask(lease, usage, self.terms, now)
        if occasion is not None:
            if self._hush.holds(endpoint.channel_id):
                # Asked later, its owner has as long to answer.
                return
            self._leases.save(leases.asked(lease, occasion, now))
            log.info("lease_asked id=%s name=%s occasion=%s", lease.id, endpoint.name, occasion)
        elif leases.is_used_again(lease, usage):
            following = leases.resumed(lease, endpoint, now)
            self._leases.renew(leases.settled(lease, LeaseStatus.RENEWED, "", now), following)
        elif leases.is_over(lease, now) and self._was_told(lease, now) and not self._is_updated(endpoint):
            self._end(endpoint, lease)

    def _end(self, endpoint: Endpoint, lease: Lease) -> None:
        asked = endpoints.delete_asked(endpoint, "", lease.occasion)
        # Both at once: whoever keeps it in this moment is either in time, or told that it goes.
        leaving = self._leases.end(leases.gone(lease, asked, self._clock()), asked)
        hand_over(leaving, self._endpoints, self._routes)
        self._wakeup.call()
        log.info("lease_ended id=%s name=%s", lease.id, endpoint.name)

    def _is_updated(self, endpoint: Endpoint) -> bool:
        """Whether another release is on its way into its place: AWS does one thing at a time."""
        return any(one.arriving and one.name == endpoint.name for one in self._endpoints.unsettled())

    def _was_told(self, lease: Lease, now: datetime) -> bool:
        """Nothing goes while Slack is down and its owner could not be asked; not for ever, though, for it costs."""
        return bool(self._cards.of(lease.id).message_ts) or now >= lease.deadline + lease.notice

    def _renewed(self, endpoint: Endpoint, by: str, length: timedelta) -> Lease:
        if endpoint.status == EndpointStatus.DELETING:
            raise WrongStateError(f"*{endpoint.name}* is being deleted already.")
        now, former = self._clock(), self._leases.of(endpoint.name)
        following = leases.begun(endpoint, now, now + length)
        if former is None:
            self._leases.add(following)
            return following
        return self._leases.renew(leases.settled(former, LeaseStatus.RENEWED, by, now), following)

    def _tag(self, lease: Lease) -> None:
        if lease.tagged:
            return
        try:
            self._tags.tag(lease.endpoint_name, lease.ends_at)
        except (GoneError, DeniedError) as error:
            log.info("lease_not_tagged id=%s name=%s code=%s", lease.id, lease.endpoint_name, error.code)
        self._leases.save(replace(lease, tagged=True))

    def _open(self, lease_id: str) -> Lease:
        lease = self._leases.get(lease_id)
        if not lease.open:
            leases.settled(lease, LeaseStatus.RENEWED, "", self._clock())
        return lease

    def _living(self, name: str) -> Endpoint:
        endpoint = self._endpoints.named(name)
        if endpoint is None:
            raise NotFoundError(f"*{name}* is gone.", next_step="`/endpoints` lists what there is.")
        return endpoint

    def _last(self, lease: Lease) -> Endpoint | None:
        """The release with which the name went."""
        releases = self._endpoints.releases(lease.endpoint_name)
        return next((one for one in releases if one.status == EndpointStatus.DELETED), None)

    def _require_say(self, endpoint: Endpoint, by: str) -> None:
        if by != endpoint.owner and not self._access.is_approver(by):
            raise NotAllowedError(
                f"*{endpoint.name}* belongs to <@{endpoint.owner}>.", next_step="They or an approver can keep it."
            )
