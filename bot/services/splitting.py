"""Ask for a real-time endpoint's traffic to be split between two releases, or copied to one in the shadow."""

from collections.abc import Callable
from dataclasses import replace

from bot.domain import releases, traffic
from bot.domain.endpoints import Endpoint, EndpointStatus, Kind
from bot.domain.traffic import Mixing, Traffic
from bot.errors import NotAllowedError, NotFoundError, RefusedError, WrongStateError
from bot.ports import Endpoints, Wakeup
from bot.services.access import AccessControl
from bot.services.retrying import retrying


class Splitting:
    """Writes the wish into the row of the release in service; the worker makes it so."""

    def __init__(self, endpoints: Endpoints, access: AccessControl, wakeup: Wakeup) -> None:
        self._endpoints = endpoints
        self._access = access
        self._wakeup = wakeup

    def split(self, endpoint_id: str, by: str, share: int, job: str = "") -> Endpoint:
        """Give the release before, or that of the job, this share of the traffic in percent."""
        return self._change(endpoint_id, by, lambda living: self._mixed(living, by, job, share, shadow=False))

    def shadow(self, endpoint_id: str, by: str, job: str = "") -> Endpoint:
        """Let the release before, or that of the job, have copies of all that the endpoint is asked."""
        return self._change(endpoint_id, by, lambda living: self._mixed(living, by, job, 100, shadow=True))

    def end(self, endpoint_id: str, by: str) -> Endpoint:
        """Back to the release in service alone."""
        return self._change(endpoint_id, by, lambda living: _ending(living, by))

    def _change(self, endpoint_id: str, by: str, decide: Callable[[Endpoint], Endpoint]) -> Endpoint:
        if not self._access.is_approver(by):
            raise NotAllowedError(
                "Only approvers can divide an endpoint's traffic.", next_step="The operators name them in `APPROVERS`."
            )
        asked = retrying(lambda: self._endpoints.save(decide(self._serving(endpoint_id))))
        self._wakeup.call()
        return asked

    def _serving(self, endpoint_id: str) -> Endpoint:
        living = self._endpoints.get(endpoint_id)
        if living.status != EndpointStatus.IN_SERVICE:
            raise WrongStateError(f"*{living.name}* is {living.status}.")
        if living.hosting.kind == Kind.SERVERLESS:
            # docs.aws.amazon.com/sagemaker/latest/dg/serverless-endpoints.html: one variant, and no shadow.
            raise RefusedError(
                f"*{living.name}* is serverless, and AWS divides the traffic of real-time endpoints only.",
                next_step="Deploy both models under names of their own and route a channel to each with "
                "`/endpoints route NAME #channel`, or deploy to a real-time endpoint.",
            )
        if any(one.arriving for one in self._endpoints.releases(living.name)):
            raise WrongStateError(f"*{living.name}* is being updated.", next_step="Try again when that is over.")
        return living

    def _mixed(self, living: Endpoint, by: str, job: str, share: int, *, shadow: bool) -> Endpoint:
        other = self._other(living, job)
        if not shadow and not releases.answer_alike(other, living):
            raise RefusedError(
                f"*{other.job_name}* answers with other classes than *{living.job_name}*, or is asked in another way; "
                "nobody could tell whose answer is which.",
                next_step=f"Let it run in the shadow: `/endpoints shadow {living.name}`.",
            )
        return _wanted(living, _between(living, other, by, share, shadow=shadow))

    def _other(self, living: Endpoint, job: str) -> Endpoint:
        kept = [one for one in self._endpoints.releases(living.name) if not one.live and one.kept_until is not None]
        superseded = [one for one in kept if one.status == EndpointStatus.SUPERSEDED]
        fitting = [one for one in superseded if one.job_name == job] if job else superseded
        if not fitting:
            raise NotFoundError(
                f"*{living.name}* has no other release{f' of *{job}*' if job else ''} to divide its traffic with.",
                next_step=f"`/deploy JOB to=realtime as={living.name}` asks for one; what serves now is the other "
                "one then.",
            )
        # Newest first: the release before, unless somebody went back.
        return fitting[0]


def _wanted(living: Endpoint, wanted: Traffic) -> Endpoint:
    now = living.traffic
    if now is None:
        return replace(living, traffic=wanted, failure_reason="")
    if now.step != Mixing.ON:
        raise WrongStateError(f"AWS is still dividing the traffic of *{living.name}*.", next_step="Try again soon.")
    if (now.other_id, now.shadow) != (wanted.other_id, wanted.shadow):
        raise WrongStateError(
            f"*{living.name}* divides its traffic with *{now.other_job}* already.",
            next_step=f"First write `/endpoints split {living.name} off`.",
        )
    return replace(living, traffic=wanted.at(Mixing.WEIGHING), failure_reason="")


def _ending(living: Endpoint, by: str) -> Endpoint:
    if living.traffic is None:
        raise WrongStateError(f"*{living.name}* has all of its traffic for itself.")
    if living.traffic.step not in (Mixing.ON, Mixing.ASKED, Mixing.WEIGHING):
        raise WrongStateError(f"AWS is still dividing the traffic of *{living.name}*.", next_step="Try again soon.")
    return replace(living, traffic=replace(living.traffic, step=Mixing.ENDING, by=by), failure_reason="")


def _between(living: Endpoint, other: Endpoint, by: str, share: int, *, shadow: bool) -> Traffic:
    name = traffic.configuration_name(living.name, living.id, other.id, shadow=shadow)
    return Traffic(other.id, other.job_name, other.release_name, name, share, shadow=shadow, by=by)
