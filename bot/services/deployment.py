"""Ask for a deployment, decide on it, and take endpoints down again, as people ask for it."""

from dataclasses import dataclass
from typing import Any

from bot.domain import approvals, endpoints, releases
from bot.domain.approvals import Approval, Rules
from bot.domain.endpoints import Endpoint, Hosting
from bot.domain.hyperparameters import nearest
from bot.domain.jobs import Job
from bot.domain.packages import PackageStatus, version_name
from bot.errors import NotAllowedError, NotFoundError, WrongStateError
from bot.ports import Approvals, Clock, DataSets, Endpoints, Jobs, Prices, Routes, Wakeup
from bot.services.access import AccessControl
from bot.services.hosting_prices import priced
from bot.services.retrying import retrying
from bot.services.routing import hand_over
from bot.services.training import identity


@dataclass(frozen=True, slots=True)
class DeployRequest:
    """What someone asked for; without `endpoint_name` it is named after the job. `key`: see JobRequest.

    `reason` is why, for a model below the threshold; `registered` is the request whose version it is to be.
    """

    job: Job
    hosting: Hosting
    endpoint_name: str
    user_id: str
    channel_id: str
    key: str
    reason: str = ""
    registered: Approval | None = None


class Deployment:
    """Writes requests, decisions and deletions into their rows; the worker makes them so."""

    def __init__(
        self,
        rows: tuple[Jobs, Approvals, Endpoints, Routes],
        known: tuple[DataSets, Prices],
        access: AccessControl,
        wakeup: Wakeup,
        clock: Clock,
        rules: Rules,
    ) -> None:
        self._jobs, self._approvals, self._endpoints, self._routes = rows
        self._data_sets, self._prices = known
        self._access = access
        self._wakeup = wakeup
        self._clock = clock
        self._rules = rules

    def ask(self, request: DeployRequest) -> Approval:
        """Record a request for approval."""
        self._access.require_approvers(self._rules.needed, besides=request.user_id)
        check_deployable(request.job)
        _check_decided(request.registered)
        approvals.check_accuracy(request.job.curve.best_accuracy, self.least_accuracy(request.job), request.reason)
        now = self._clock()
        name = request.endpoint_name or f"{request.job.name}-{request.hosting.kind}"
        endpoints.check_region(request.hosting, self._rules.region)
        self._require_possible(endpoints.checked_name(name), request.hosting)
        approval = Approval(
            id=identity(request.key),
            job_id=request.job.id,
            endpoint_name=name,
            hosting=priced(request.hosting, self._prices),
            requested_by=request.user_id,
            channel_id=self._rules.channel_id or request.channel_id,
            serves_channel_id=request.channel_id,
            requested_at=now,
            expires_at=now + self._rules.open_for,
            reason=request.reason.strip(),
            needed=self._rules.needed,
            **_package(request.registered),
        )
        self._approvals.add(approval)
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

    def version(self, name: str) -> Approval:
        """The request for which this version of the registry was registered, or a NotFoundError."""
        registering = self._approvals.registering(name)
        if registering is None:
            raise NotFoundError(
                f"I have not registered a version `{name}` in the Model Registry.",
                next_step="Ask with the job's name, `/deploy JOB`; `/jobs` lists them.",
            )
        return registering

    def least_accuracy(self, job: Job) -> float:
        """What the job's model must reach, or else a reason is asked for."""
        return self._rules.least(self._data_sets.all().get(job.data_set))

    def _require_possible(self, name: str, hosting: Hosting) -> None:
        """The name is free, or that of an endpoint which can be updated."""
        living = self._endpoints.named(name)
        if living is not None:
            releases.check_update(living, hosting)


def _check_decided(registered: Approval | None) -> None:
    """Refuse a version that waits for its decision: the yes to one request would be one to the other, too."""
    if registered is not None and registered.pending:
        raise WrongStateError(
            f"The version *{version_name(registered.package_arn)}* is waiting for a decision already, as "
            f"*{registered.endpoint_name}* in <#{registered.channel_id}>.",
            next_step="Ask again when it is decided, or ask with the job's name.",
        )


def _package(registered: Approval | None) -> dict[str, Any]:
    """The version that was registered before, where it is to be deployed once more."""
    if registered is None:
        return {}
    # What is being registered anew, with other numbers, keeps its version until it has the new one.
    anew = registered.package_status == PackageStatus.UNREGISTERED
    return {
        "package_arn": registered.package_arn,
        "package_status": PackageStatus.PENDING if anew else registered.package_status,
        "digest": registered.digest,
        "own_package": False,
    }


def check_deployable(job: Job) -> None:
    """Refuse a job that has no model to deploy."""
    if job.unseen:
        raise WrongStateError(f"I am still asking AWS about *{job.name}*.", next_step="Send this again in a moment.")
    if job.active:
        raise WrongStateError(f"*{job.name}* is still {job.status}.", next_step="Ask again when it is done.")
    if not job.deployable:
        raise WrongStateError(f"*{job.name}* has {job.status} without a model.", next_step="Train again first.")
