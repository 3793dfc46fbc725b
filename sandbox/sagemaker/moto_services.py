"""S3, SQS, STS, IAM and CloudWatch Logs from moto, in this process: its WSGI application, and state by direct calls.

moto is imported when the server starts, never at import: it takes more than a second.
"""

import json
import sys
import threading
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from sandbox.sagemaker.arns import ACCOUNT, ROLE_NAME

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

_users = 0
_users_lock = threading.Lock()

_TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "sagemaker.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}


def split_s3(uri: str) -> tuple[str, str]:
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    return bucket, key


class ObjectMissingError(Exception):
    """No such bucket or object."""


class MotoServices:
    """One user of moto's process-wide state; the state is wiped when its last user leaves."""

    def __init__(self, region: str) -> None:
        self._region = region
        self._log_lock = threading.Lock()

    def start(self, bucket: str) -> "WSGIApplication":
        _enter()
        self.create_bucket(bucket)
        self._create_role()
        from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

        application: WSGIApplication = DomainDispatcherApplication(create_backend_app)
        return application

    def stop(self) -> None:
        _leave()

    def create_bucket(self, bucket: str) -> None:
        if bucket not in self._s3.buckets:
            self._s3.create_bucket(bucket, self._region)

    def keys(self, bucket: str, prefix: str) -> list[str]:
        """The names of the objects under a prefix, in S3's order."""
        if bucket not in self._s3.buckets:
            return []
        names = list(self._s3.buckets[bucket].keys)
        return sorted(name for name in names if name.startswith(prefix))

    def bucket_region(self, bucket: str) -> str | None:
        """None where there is no such bucket."""
        if bucket not in self._s3.buckets:
            return None
        region: str = self._s3.buckets[bucket].region_name
        return region

    def read(self, bucket: str, key: str) -> bytes:
        found = self._s3.get_object(bucket, key) if bucket in self._s3.buckets else None
        if found is None:
            raise ObjectMissingError(f"s3://{bucket}/{key}")
        content: bytes = found.value
        return content

    def etag(self, bucket: str, key: str) -> str:
        found = self._s3.get_object(bucket, key) if bucket in self._s3.buckets else None
        if found is None:
            raise ObjectMissingError(f"s3://{bucket}/{key}")
        return str(found.etag).strip('"')

    def write(self, bucket: str, key: str, content: bytes) -> None:
        if bucket not in self._s3.buckets:
            raise ObjectMissingError(f"s3://{bucket}")
        self._s3.put_object(bucket, key, content)

    def create_queue(self, name: str) -> None:
        if name not in self._sqs.queues:
            self._sqs.create_queue(name)

    def send(self, queue: str, body: str) -> None:
        """Nothing where somebody has deleted the queue."""
        if queue in self._sqs.queues:
            self._sqs.send_message(queue, body)

    def open_log(self, group: str, stream: str) -> None:
        with self._log_lock:
            if group not in self._logs.groups:
                self._logs.create_log_group(group, {})
            self._logs.ensure_log_stream(group, stream)

    def log(self, group: str, stream: str, lines: Iterable[str]) -> None:
        now = int(time.time() * 1000)
        events = [{"timestamp": now, "message": line} for line in lines]
        with self._log_lock:
            self._logs.put_log_events(group, stream, events)

    def _create_role(self) -> None:
        roles = backend("iam", "aws")
        if not any(role.name == ROLE_NAME for role in roles.roles.values()):
            roles.create_role(ROLE_NAME, json.dumps(_TRUST), "/", None, "plays SageMaker's role", [], "3600")

    @property
    def _s3(self) -> Any:
        return backend("s3", "aws")

    @property
    def _sqs(self) -> Any:
        return backend("sqs", self._region)

    @property
    def _logs(self) -> Any:
        return backend("logs", self._region)


def backend(service: str, region: str) -> Any:
    """What moto holds of one service, for this account."""
    from moto.backends import get_backend

    backends: Any = get_backend(service)  # type: ignore[call-overload]  # moto lists its services as literals
    return backends[ACCOUNT][region]


def _enter() -> None:
    global _users  # noqa: PLW0603 - moto's state is the process's, so is the count of who uses it
    from moto.cloudwatch.models import MetricDatumBase
    from moto.s3.models import FakeKey

    # moto warns when an overwritten object is collected; overwriting is ordinary here, and dispose() closes the file.
    FakeKey.__del__ = FakeKey.dispose  # type: ignore[method-assign]
    MetricDatumBase.filter = _strictly(MetricDatumBase.filter)  # type: ignore[method-assign]
    with _users_lock:
        if _users == 0:
            _reset()
        _users += 1


def _strictly(loose: Any) -> Any:
    """A metric with further dimensions is another metric to CloudWatch; moto takes it for the one asked for."""
    if getattr(loose, "strict", False):
        return loose

    def strict(datum: Any, namespace: Any, name: Any, dimensions: Any, already_present_metrics: Any = None) -> bool:
        asked = {(one["Name"], one.get("Value")) for one in dimensions or []}
        # Only ListMetrics hands over what it has already, and it does look for some of the dimensions.
        if already_present_metrics is None and asked != {(one.name, one.value) for one in datum.dimensions}:
            return False
        return bool(loose(datum, namespace, name, dimensions, already_present_metrics))

    strict.strict = True  # type: ignore[attr-defined]
    return strict


def _leave() -> None:
    global _users  # noqa: PLW0603 - as in _enter
    with _users_lock:
        _users -= 1
        if _users == 0:
            _reset()


def _reset() -> None:
    from moto.backends import get_backend

    services = ["s3", "logs", "iam", "sts", "sqs", "cloudwatch"]
    # Its import takes a second, so it is left to whoever asks for it.
    if "moto.applicationautoscaling.models" in sys.modules:
        services.append("application-autoscaling")
    for service in services:
        backends: Any = get_backend(service)  # type: ignore[call-overload]  # as above
        for account in list(backends.values()):
            account.reset()
