"""Endpoints: the two kinds with their numbers and rules, and which moves an endpoint's status may make."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bot.errors import FieldError, WrongStateError

# docs.aws.amazon.com/sagemaker/latest/dg/serverless-endpoints.html
MEMORY_SIZES = (1024, 2048, 3072, 4096, 5120, 6144)
MAX_CONCURRENCY = 200
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
    """Where an endpoint stands. REQUESTED is ours alone: AWS has not been asked yet."""

    REQUESTED = "requested"
    CREATING = "creating"
    IN_SERVICE = "in service"
    FAILED = "failed"
    DELETING = "deleting"
    DELETED = "deleted"


MOVES: Mapping[EndpointStatus, frozenset[EndpointStatus]] = {
    EndpointStatus.REQUESTED: frozenset({EndpointStatus.CREATING, EndpointStatus.FAILED}),
    EndpointStatus.CREATING: frozenset({EndpointStatus.IN_SERVICE, EndpointStatus.FAILED, EndpointStatus.DELETED}),
    EndpointStatus.IN_SERVICE: frozenset({EndpointStatus.FAILED, EndpointStatus.DELETING, EndpointStatus.DELETED}),
    EndpointStatus.FAILED: frozenset({EndpointStatus.DELETING, EndpointStatus.DELETED}),
    EndpointStatus.DELETING: frozenset({EndpointStatus.DELETED}),
    EndpointStatus.DELETED: frozenset(),
}

UNSETTLED = frozenset({EndpointStatus.REQUESTED, EndpointStatus.CREATING, EndpointStatus.DELETING})


@dataclass(frozen=True, slots=True)
class HostingSnapshot:
    """What AWS says of an endpoint at one moment; an unknown status of AWS's arrives as CREATING."""

    status: EndpointStatus
    failure_reason: str = ""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An endpoint of ours. Its model and configuration bear its name; its id is that of its approval."""

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
    version: int = 0

    @property
    def live(self) -> bool:
        """Whether its name is taken."""
        return self.status != EndpointStatus.DELETED

    @property
    def deletable(self) -> bool:
        return EndpointStatus.DELETING in MOVES[self.status]


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


def delete_asked(endpoint: Endpoint, by: str) -> Endpoint:
    """The endpoint on its way out, with who asked for it."""
    if endpoint.status in (EndpointStatus.DELETED, EndpointStatus.DELETING):
        who = f" <@{endpoint.deleted_by}> asked for it." if endpoint.deleted_by else ""
        raise WrongStateError(f"*{endpoint.name}* is {endpoint.status} already.{who}")
    if not endpoint.deletable:
        raise WrongStateError(f"*{endpoint.name}* is {endpoint.status}; it can be deleted once that is over.")
    return replace(endpoint, status=EndpointStatus.DELETING, deleted_by=by)


def observed(endpoint: Endpoint, snapshot: HostingSnapshot, now: datetime) -> Endpoint:
    """What the endpoint is after AWS has been looked at; what AWS may not do to it is left to the next look."""
    if snapshot.status not in MOVES[endpoint.status]:
        return endpoint
    in_service_at = now if snapshot.status == EndpointStatus.IN_SERVICE else endpoint.in_service_at
    return replace(
        endpoint, status=snapshot.status, failure_reason=snapshot.failure_reason, in_service_at=in_service_at
    )


def _whole(field: str, value: str) -> int:
    try:
        return int(value)
    except ValueError:
        raise FieldError(field, f"`{field}` takes a whole number, not `{value}`.") from None
