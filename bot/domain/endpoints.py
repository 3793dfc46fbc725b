"""Endpoints: the two kinds with their numbers and rules, and which moves an endpoint's status may make."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bot.domain.recipes import RecipeName
from bot.domain.traffic import Traffic
from bot.errors import FieldError, RefusedError, WrongStateError

# docs.aws.amazon.com/sagemaker/latest/dg/serverless-endpoints.html
MEMORY_SIZES = (1024, 2048, 3072, 4096, 5120, 6144)
MAX_CONCURRENCY = 200
# The same for all releases: AWS shifts traffic between variants of one name only.
# https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails-exclusions.html
VARIANT = "AllTraffic"
_NAME = re.compile(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")
_INSTANCE = re.compile(r"ml\.[a-z0-9-]+\.(\d+xlarge|xlarge|large|medium|metal)")


class Kind(StrEnum):
    """How an endpoint is hosted, in the words of `to=`."""

    SERVERLESS = "serverless"
    REALTIME = "realtime"


@dataclass(frozen=True, slots=True)
class Hosting:
    """The numbers of an endpoint: memory and concurrency of a serverless one, instances of a real-time one."""

    kind: Kind
    memory_mb: int = 0
    concurrency: int = 0
    instance_type: str = ""
    instance_count: int = 0
    usd_per_hour: float | None = None

    @property
    def cost_per_day(self) -> float | None:
        """USD a day while nobody calls: instances are billed by the hour, serverless by use."""
        if self.kind == Kind.SERVERLESS:
            return 0.0
        return None if self.usd_per_hour is None else self.usd_per_hour * self.instance_count * 24


class EndpointStatus(StrEnum):
    """Where a release stands. REQUESTED is ours alone: AWS has not been asked yet."""

    REQUESTED = "requested"
    CREATING = "creating"
    UPDATING = "updating"
    CHECKING = "checking"
    IN_SERVICE = "in service"
    SUPERSEDED = "superseded"
    ROLLING_BACK = "rolling back"
    ROLLED_BACK = "rolled back"
    FAILED = "failed"
    DELETING = "deleting"
    DELETED = "deleted"


# A new endpoint is created and deleted again where it does not pass its check; a release that takes another's place
# is updated to and rolled back, and the one that it replaces is in service all the while.
MOVES: Mapping[EndpointStatus, frozenset[EndpointStatus]] = {
    EndpointStatus.REQUESTED: frozenset(
        {EndpointStatus.CREATING, EndpointStatus.UPDATING, EndpointStatus.FAILED, EndpointStatus.ROLLED_BACK}
    ),
    EndpointStatus.CREATING: frozenset({EndpointStatus.CHECKING, EndpointStatus.FAILED, EndpointStatus.DELETED}),
    EndpointStatus.UPDATING: frozenset({EndpointStatus.CHECKING, EndpointStatus.ROLLED_BACK}),
    EndpointStatus.CHECKING: frozenset(
        {
            EndpointStatus.IN_SERVICE,
            EndpointStatus.ROLLING_BACK,
            EndpointStatus.ROLLED_BACK,
            EndpointStatus.FAILED,
            EndpointStatus.DELETING,
            EndpointStatus.DELETED,
        }
    ),
    EndpointStatus.IN_SERVICE: frozenset(
        {
            EndpointStatus.SUPERSEDED,
            EndpointStatus.ROLLING_BACK,
            EndpointStatus.FAILED,
            EndpointStatus.DELETING,
            EndpointStatus.DELETED,
        }
    ),
    EndpointStatus.SUPERSEDED: frozenset({EndpointStatus.IN_SERVICE}),
    EndpointStatus.ROLLING_BACK: frozenset(
        {EndpointStatus.ROLLED_BACK, EndpointStatus.IN_SERVICE, EndpointStatus.FAILED, EndpointStatus.DELETED}
    ),
    EndpointStatus.ROLLED_BACK: frozenset(),
    EndpointStatus.FAILED: frozenset({EndpointStatus.DELETING, EndpointStatus.DELETED}),
    EndpointStatus.DELETING: frozenset({EndpointStatus.DELETED}),
    EndpointStatus.DELETED: frozenset(),
}

UNSETTLED = frozenset(
    {
        EndpointStatus.REQUESTED,
        EndpointStatus.CREATING,
        EndpointStatus.UPDATING,
        EndpointStatus.CHECKING,
        EndpointStatus.ROLLING_BACK,
        EndpointStatus.DELETING,
    }
)
# The name is free again, or another's.
_OVER = frozenset({EndpointStatus.SUPERSEDED, EndpointStatus.ROLLED_BACK, EndpointStatus.DELETED})


@dataclass(frozen=True, slots=True)
class HostingSnapshot:
    """What AWS says of an endpoint at one moment; an unknown status of AWS's arrives as CREATING.

    While AWS is `changing` it, from one configuration to another or back, `configuration` is the one that answers.
    """

    status: EndpointStatus
    failure_reason: str = ""
    configuration: str = ""
    changing: bool = False


@dataclass(frozen=True, slots=True)
class Check:
    """What came of the golden images: how many there were, how many were `right`, and what was wrong, if anything.

    Without images there was nothing to check with, and `problem` says why that was so.
    """

    images: int = 0
    right: float = 0.0
    passed: bool = True
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A release of an endpoint; its id is that of its approval. The living one of a name is the endpoint.

    On AWS, `release` is the name of its model and configuration, which those of the first version called as the
    endpoint. `replaces` is the id of the release before; until `kept_until` one that is over can be gone back to.
    """

    id: str
    name: str
    job_id: str
    job_name: str
    classes: tuple[str, ...]
    accuracy: float | None
    hosting: Hosting
    owner: str
    approved_by: str
    channel_id: str
    created_at: datetime
    status: EndpointStatus = EndpointStatus.REQUESTED
    step: str = "model"
    failure_reason: str = ""
    in_service_at: datetime | None = None
    deleted_by: str = ""
    deleted_because: str = ""
    recipe: RecipeName = RecipeName.IMAGE_CLASSIFICATION
    data_set: str = ""
    package_arn: str = ""
    release: str = ""
    replaces: str = ""
    rolled_back_by: str = ""
    kept_until: datetime | None = None
    check: Check | None = None
    traffic: Traffic | None = None
    version: int = 0

    @property
    def live(self) -> bool:
        """Whether the name is its own."""
        if self.replaces and self.in_service_at is None:
            return False
        return self.status not in _OVER

    @property
    def arriving(self) -> bool:
        """Whether it is on its way into the place of another one, or out of it again without having come there."""
        return bool(self.replaces) and self.in_service_at is None and self.status in UNSETTLED

    @property
    def answering(self) -> bool:
        """Whether images may be sent to it."""
        return self.live and self.status in (EndpointStatus.IN_SERVICE, EndpointStatus.ROLLING_BACK)

    @property
    def deletable(self) -> bool:
        return self.live and self.status in (EndpointStatus.IN_SERVICE, EndpointStatus.FAILED)

    @property
    def release_name(self) -> str:
        return self.release or self.name

    @property
    def variant(self) -> str:
        """What its production variant is called; AWS's metrics bear this name."""
        return VARIANT


def serverless(memory: str = "2048", concurrency: str = "5") -> Hosting:
    """A serverless endpoint's numbers, checked as AWS checks them."""
    memory_mb, at_once = _whole("memory", memory), _whole("concurrency", concurrency)
    if memory_mb not in MEMORY_SIZES:
        sizes = ", ".join(str(size) for size in MEMORY_SIZES)
        raise FieldError("memory", f"A serverless endpoint has {sizes} MB of memory, not {memory_mb}.")
    if not 1 <= at_once <= MAX_CONCURRENCY:
        raise FieldError("concurrency", f"concurrency is 1 to {MAX_CONCURRENCY}, not {at_once}.")
    return Hosting(Kind.SERVERLESS, memory_mb=memory_mb, concurrency=at_once)


def realtime(instance: str = "ml.m5.large", count: str = "1") -> Hosting:
    """A real-time endpoint's numbers; whether the region offers the type, AWS will say."""
    if not _INSTANCE.fullmatch(instance):
        raise FieldError("instance", f"`{instance}` is not an instance type.", "Write it as `ml.m5.large`.")
    instances = _whole("count", count)
    if not 1 <= instances <= 10:
        raise FieldError("count", f"count is 1 to 10, not {instances}.")
    return Hosting(Kind.REALTIME, instance_type=instance, instance_count=instances)


def check_region(hosting: Hosting, region: str) -> None:
    """Refuse a kind that the region does not have.

    https://docs.aws.amazon.com/sagemaker/latest/dg/serverless-endpoints.html
    """
    if hosting.kind == Kind.SERVERLESS and region.startswith("cn-"):
        raise RefusedError(
            f"AWS has no serverless endpoints in {region}.", next_step="Ask for a real-time one with `to=realtime`."
        )


def checked_name(name: str) -> str:
    """An endpoint name that AWS takes: at most 63 letters, digits and hyphens."""
    if len(name) > 63 or not _NAME.fullmatch(name):
        raise FieldError(
            "as",
            f"`{name}` is no endpoint name.",
            "Up to 63 letters, digits and hyphens, no hyphen at the ends.",
        )
    return name


def moved(endpoint: Endpoint, status: EndpointStatus) -> Endpoint:
    """The endpoint in its new status; the same status is no move."""
    if status == endpoint.status:
        return endpoint
    if status not in MOVES[endpoint.status]:
        raise WrongStateError(f"*{endpoint.name}* is {endpoint.status}.")
    return replace(endpoint, status=status)


def delete_asked(endpoint: Endpoint, by: str, because: str = "") -> Endpoint:
    """The endpoint on its way out, with who asked for it, or why it goes where nobody did."""
    if endpoint.status in (EndpointStatus.DELETED, EndpointStatus.DELETING):
        who = f" <@{endpoint.deleted_by}> asked for it." if endpoint.deleted_by else ""
        raise WrongStateError(f"*{endpoint.name}* is {endpoint.status} already.{who}")
    if endpoint.status in _OVER:
        raise WrongStateError(
            f"That release of *{endpoint.name}* is {endpoint.status}.",
            next_step=f"`/endpoints {endpoint.name}` shows what is there now.",
        )
    if not endpoint.deletable:
        raise WrongStateError(f"*{endpoint.name}* is {endpoint.status}; it can be deleted once that is over.")
    return replace(endpoint, status=EndpointStatus.DELETING, deleted_by=by, deleted_because=because)


def observed(endpoint: Endpoint, snapshot: HostingSnapshot) -> Endpoint:
    """What an endpoint on its way or in service is after a look at AWS; what is no move is left to the next look."""
    seen = snapshot.status
    if seen == EndpointStatus.IN_SERVICE:
        # What AWS has brought up is checked before anybody hears of it.
        seen = EndpointStatus.CHECKING if endpoint.status == EndpointStatus.CREATING else endpoint.status
    if seen not in MOVES[endpoint.status]:
        return endpoint
    return replace(endpoint, status=seen, failure_reason=snapshot.failure_reason)


def _whole(field: str, value: str) -> int:
    try:
        return int(value)
    except ValueError:
        raise FieldError(field, f"`{field}` takes a whole number, not `{value}`.") from None
