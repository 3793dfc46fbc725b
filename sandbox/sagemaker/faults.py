"""Misbehaviour on demand: tests ask the local AWS to throttle, fail, stall or hang up on the next calls.

They may also ask for what befalls a job or an endpoint rather than a call: that a spot instance is taken away, that a
model does not come up, or that it misbehaves in service.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from werkzeug.wrappers import Response

from sandbox.sagemaker.errors import AwsError
from sandbox.sagemaker.warm_pool import not_ready


class FaultKind(StrEnum):
    """What may go wrong with a call."""

    THROTTLE = "throttle"
    HTTP = "http"
    ERROR = "error"
    SLOW = "slow"
    DROP = "drop"
    NOT_READY = "not_ready"
    UNAVAILABLE = "unavailable"
    INTERNAL = "internal"
    SLOW_MODEL = "slow_model"


class Ailment(StrEnum):
    """What may be wrong with the next fleet of an endpoint, or with its roll-back."""

    IMAGE_PULL = "image_pull"
    HEALTH_CHECK = "health_check"
    OUT_OF_MEMORY = "out_of_memory"
    ERRORS = "errors"
    WRONG_ANSWERS = "wrong_answers"
    ROLLBACK = "rollback"


class ConnectionDroppedError(Exception):
    """The connection is to be closed without an answer."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One misbehaviour: `status` for http; `code`, `message` and `status` for error; `seconds` for the slow ones.

    `not_ready`, `unavailable` and `internal` are what InvokeEndpoint may answer; `slow_model` lets its container think.
    """

    operation: str
    kind: FaultKind
    details: dict[str, Any] = field(default_factory=dict)


class Faults:
    """The faults waiting to happen, oldest first; `*` as operation means any call."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []
        self._interruptions: set[str] = set()
        self._rules_closed = False
        self._ailments: list[tuple[str, Ailment]] = []
        self._lock = threading.Lock()

    def add(self, operation: str, kind: str, times: int = 1, **details: Any) -> None:
        fault = Fault(operation, FaultKind(kind), details)
        with self._lock:
            self._waiting += [fault] * times

    def clear(self) -> None:
        with self._lock:
            self._waiting.clear()
            self._interruptions.clear()
            self._rules_closed = False
            self._ailments.clear()

    def interrupt(self, job_name: str) -> None:
        """Takes a managed spot training job's instance away, now or as soon as its container runs."""
        with self._lock:
            self._interruptions.add(job_name)

    def take_interruption(self, job_name: str) -> bool:
        with self._lock:
            if job_name not in self._interruptions:
                return False
            self._interruptions.remove(job_name)
            return True

    def ail(self, endpoint_name: str, ailment: str) -> None:
        """Lets the next fleet of this endpoint (`*`: of any) suffer, once; one of `rollback` its next roll-back."""
        with self._lock:
            self._ailments.append((endpoint_name, Ailment(ailment)))

    def take_ailment(self, endpoint_name: str, *, rollback: bool = False) -> Ailment | None:
        with self._lock:
            for index, (name, ailment) in enumerate(self._ailments):
                if name in {endpoint_name, "*"} and (ailment is Ailment.ROLLBACK) == rollback:
                    return self._ailments.pop(index)[1]
        return None

    def close_rules(self) -> None:
        """From now on the account is one to which AWS gives no Debugger and no Profiler any more."""
        self._rules_closed = True

    def are_rules_closed(self) -> bool:
        return self._rules_closed

    def take(self, operation: str) -> Fault | None:
        with self._lock:
            for index, fault in enumerate(self._waiting):
                if fault.operation in {operation, "*"} and fault.kind is not FaultKind.SLOW_MODEL:
                    return self._waiting.pop(index)
        return None

    def take_slowness(self) -> float:
        """How many seconds the container is to take longer over the invocation that it begins now."""
        with self._lock:
            for index, fault in enumerate(self._waiting):
                if fault.kind is FaultKind.SLOW_MODEL:
                    return float(self._waiting.pop(index).details.get("seconds", 1.0))
        return 0.0


def happen(fault: Fault, service: str, wait: Callable[[float], object]) -> Response | None:
    """The fault's own answer, or None where the call goes on after it."""
    match fault.kind:
        case FaultKind.SLOW:
            wait(fault.details.get("seconds", 1.0))
            return None
        case FaultKind.HTTP:
            return Response("", fault.details.get("status", 500))
        case FaultKind.DROP:
            raise ConnectionDroppedError(fault.operation)
        case FaultKind.THROTTLE:
            raise _throttled(service, fault.operation)
        case FaultKind.ERROR:
            raise _refused(fault.details)
        case _:
            raise _of_the_runtime(fault.kind)


def _of_the_runtime(kind: FaultKind) -> AwsError:
    if kind is FaultKind.NOT_READY:
        return not_ready()
    if kind is FaultKind.UNAVAILABLE:
        return AwsError("ServiceUnavailable", "The service is unavailable. Try your call again.", 503)
    return AwsError("InternalFailure", "An internal failure occurred.", 500)


def _throttled(service: str, operation: str) -> AwsError:
    # https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html: S3 alone throttles with SlowDown.
    if service == "s3":
        return AwsError("SlowDown", "Please reduce your request rate.", 503)
    if operation == "InvokeEndpoint":
        # https://github.com/opensearch-project/ml-commons/issues/2429: status 400, and the message is null.
        return AwsError("ThrottlingException", "")
    return AwsError("ThrottlingException", "Rate exceeded")


def _refused(details: dict[str, Any]) -> AwsError:
    known = {"code", "message", "status"}
    return AwsError(
        details.get("code", "InternalFailure"),
        details.get("message", "a fault that a test asked for"),
        details.get("status", 400),
        **{name: value for name, value in details.items() if name not in known},
    )
