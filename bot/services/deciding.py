"""Deciding on requests to deploy, as people do it: approve, reject, change, withdraw; and what time does to them."""

from collections.abc import Callable

from bot.domain import approvals, endpoints, releases
from bot.domain.approvals import Approval
from bot.domain.endpoints import Hosting
from bot.ports import Approvals, Clock, Endpoints, Prices, Wakeup
from bot.services.access import AccessControl
from bot.services.hosting_prices import priced
from bot.services.retrying import retrying
from bot.services.rows import each


class Deciding:
    """Writes decisions into the requests' rows; whoever comes second is told who was first."""

    def __init__(
        self,
        rows: tuple[Approvals, Endpoints],
        prices: Prices,
        access: AccessControl,
        wakeup: Wakeup,
        clock: Clock,
        region: str = "",
    ) -> None:
        self._approvals, self._endpoints = rows
        self._prices = prices
        self._access = access
        self._wakeup = wakeup
        self._clock = clock
        self._region = region

    def approve(self, approval_id: str, by: str, seen: str = "") -> Approval:
        """Record the yes of `by` to the terms that they have `seen`; with as many as are needed it is approved."""
        return self._decided(approval_id, by, lambda approval: approvals.approved(approval, by, self._clock(), seen))

    def reject(self, approval_id: str, by: str, why: str) -> Approval:
        return self._decided(approval_id, by, lambda approval: approvals.rejected(approval, by, why, self._clock()))

    def change(self, approval_id: str, by: str, hosting: Hosting) -> Approval:
        """Another kind or other numbers, before it is approved."""
        endpoints.check_region(hosting, self._region)
        chosen = priced(hosting, self._prices)

        def decision(approval: Approval) -> Approval:
            living = self._endpoints.named(approval.endpoint_name)
            if living is not None:
                releases.check_update(living, chosen)
            return approvals.changed(approval, chosen, by, self._clock())

        return self._decided(approval_id, by, decision)

    def withdraw(self, approval_id: str, by: str) -> Approval:
        """The requester takes it back."""
        return self._saved(approval_id, lambda approval: approvals.withdrawn(approval, by, self._clock()))

    def get(self, approval_id: str) -> Approval:
        return self._approvals.get(approval_id)

    def open(self, approval_id: str, by: str) -> Approval:
        """The request, if `by` may decide it and it can still be decided; otherwise the error that says why not."""
        approval = self._approvals.get(approval_id)
        approvals.check_open(approval, self._clock())
        self._require(approval, by)
        return approval

    def mind_the_time(self) -> None:
        """Let requests expire, and remind of those that are about to."""
        each("approval_time", self._approvals.pending(), self._move_on)

    def _move_on(self, approval: Approval) -> None:
        now = self._clock()
        moved = approvals.reminded(approvals.expired(approval, now), now)
        if moved != approval:
            self._approvals.save(moved)

    def _decided(self, approval_id: str, by: str, decision: Callable[[Approval], Approval]) -> Approval:
        # Slack is asked who is in a group before the row is read: it may take a while.
        is_approver = self._access.is_approver(by)

        def decide(approval: Approval) -> Approval:
            self._require(approval, by, is_approver=is_approver)
            return decision(approval)

        return self._saved(approval_id, decide)

    def _saved(self, approval_id: str, decision: Callable[[Approval], Approval]) -> Approval:
        def change() -> Approval:
            before = self._approvals.get(approval_id)
            after = decision(before)
            return before if after == before else self._approvals.save(after)

        approval = retrying(change)
        self._wakeup.call()
        return approval

    def _require(self, approval: Approval, by: str, *, is_approver: bool | None = None) -> None:
        may = self._access.is_approver(by) if is_approver is None else is_approver
        approvals.may_decide(approval, by, is_approver=may, self_approval=self._access.self_approval)
