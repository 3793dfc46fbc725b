"""Ask for a deployment, decide on it, and take endpoints down again, as people ask for it."""

from dataclasses import dataclass, replace

from bot.domain import approvals, endpoints
from bot.domain.approvals import OPEN_FOR, Approval, ApprovalStatus
from bot.domain.cards import DeploymentCase
from bot.domain.endpoints import Endpoint, Hosting, Kind
from bot.domain.hyperparameters import nearest
from bot.domain.jobs import Job
from bot.errors import NotAllowedError, NotFoundError, WrongStateError
from bot.ports import Approvals, Clock, Endpoints, Jobs, Prices, Routes, Wakeup
from bot.services.access import AccessControl
from bot.services.retrying import retrying
from bot.services.routing import hand_over
from bot.services.training import identity


@dataclass(frozen=True, slots=True)
class DeployRequest:
    """What someone asked for; without `endpoint_name` it is named after the job. `key`: see TrainingRequest."""

    job: Job
    hosting: Hosting
    endpoint_name: str
    user_id: str
    channel_id: str
    key: str


class Deployment:
    """Writes requests, decisions and deletions into their rows; the worker makes them so."""

    def __init__(
        self,
        rows: tuple[Jobs, Approvals, Endpoints, Routes],
        prices: Prices,
        access: AccessControl,
        wakeup: Wakeup,
        clock: Clock,
        approvals_channel: str,
    ) -> None:
        self._jobs, self._approvals, self._endpoints, self._routes = rows
        self._prices = prices
        self._access = access
        self._wakeup = wakeup
        self._clock = clock
        self._approvals_channel = approvals_channel

    def ask(self, request: DeployRequest) -> Approval:
        """Record a request for approval."""
        self._access.require_some_approver()
        check_deployable(request.job)
        now = self._clock()
        name = request.endpoint_name or f"{request.job.name}-{request.hosting.kind}"
        self._require_free(endpoints.checked_name(name))
        approval = Approval(
            id=identity(request.key),
            job_id=request.job.id,
            endpoint_name=name,
            hosting=self._priced(request.hosting),
            requested_by=request.user_id,
            channel_id=self._approvals_channel or request.channel_id,
            serves_channel_id=request.channel_id,
            requested_at=now,
            expires_at=now + OPEN_FOR,
        )
        self._approvals.add(approval)
        self._wakeup.call()
        return approval

    def decide(self, approval_id: str, status: ApprovalStatus, by: str) -> Approval:
        """Record the decision of `by`; whoever comes second is told who was first."""
        is_approver = self._access.is_approver(by)

        def change() -> Approval:
            approval = self._approvals.get(approval_id)
            approvals.may_decide(approval, by, is_approver=is_approver, self_approval=self._access.self_approval)
            return self._approvals.save(approvals.decided(approval, status, by, self._clock()))

        approval = retrying(change)
        self._wakeup.call()
        return approval

    def delete(self, endpoint_id: str, by: str) -> Endpoint:
        """Record the wish that the endpoint goes; its owner and approvers may ask for that."""

        def change() -> Endpoint:
            endpoint = self._endpoints.get(endpoint_id)
            if by != endpoint.owner and not self._access.is_approver(by):
                raise NotAllowedError(
                    f"*{endpoint.name}* belongs to <@{endpoint.owner}>.", next_step="They or an approver can delete it."
                )
            return self._endpoints.save(endpoints.delete_asked(endpoint, by))

        endpoint = retrying(change)
        hand_over(endpoint, self._endpoints, self._routes)
        self._wakeup.call()
        return endpoint

    def endpoint(self, name: str) -> Endpoint:
        """The live endpoint of this name, or a NotFoundError with the nearest one."""
        endpoint = self._endpoints.named(name)
        if endpoint is None:
            like = nearest(name, [live.name for live in self._endpoints.live()])
            raise NotFoundError(
                f"There is no endpoint `{name}`.",
                next_step=f"Did you mean `{like}`?" if like else "`/endpoints` lists them.",
            )
        return endpoint

    def live(self) -> list[Endpoint]:
        return self._endpoints.live()

    def pending(self) -> list[DeploymentCase]:
        return [self.case(approval) for approval in self._approvals.pending()]

    def case(self, approval: Approval) -> DeploymentCase:
        """All that the request's card shows."""
        serving = self._routes.of(approval.serves_channel_id)
        live = self._endpoints.named(serving) if serving else None
        return DeploymentCase(
            approval=approval,
            job=self._jobs.get(approval.job_id),
            endpoint=self._endpoints.find(approval.id),
            live=live if live and live.id != approval.id else None,
        )

    def case_of(self, approval_id: str) -> DeploymentCase:
        return self.case(self._approvals.get(approval_id))

    def _require_free(self, name: str) -> None:
        taken = self._endpoints.named(name)
        if taken is not None:
            raise WrongStateError(
                f"There is an endpoint *{name}* already; it is {taken.status}.",
                next_step="Choose another name with `as=NAME`, or delete it first.",
            )

    def _priced(self, hosting: Hosting) -> Hosting:
        if hosting.kind == Kind.SERVERLESS:
            return hosting
        return replace(hosting, usd_per_hour=self._prices.hourly("hosting", hosting.instance_type))


def check_deployable(job: Job) -> None:
    """Refuse a job that has no model to deploy."""
    if job.unseen:
        raise WrongStateError(f"I am still asking AWS about *{job.name}*.", next_step="Send this again in a moment.")
    if job.active:
        raise WrongStateError(f"*{job.name}* is still {job.status}.", next_step="Ask again when it is done.")
    if not job.deployable:
        raise WrongStateError(f"*{job.name}* has {job.status} without a model.", next_step="Train again first.")
