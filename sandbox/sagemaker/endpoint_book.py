"""The endpoints that exist, by name; the one place where an endpoint's status changes."""

import threading
import time
from dataclasses import replace
from typing import Any

from sandbox.sagemaker.arns import Arns
from sandbox.sagemaker.endpoint_record import Endpoint, EndpointStatus, described
from sandbox.sagemaker.errors import invalid
from sandbox.sagemaker.event_bridge import EventBridge, Kind
from sandbox.sagemaker.tags import Tags


class EndpointBook:
    """Adds, changes and forgets; whoever decides over more than one step holds `lock` meanwhile."""

    def __init__(self, arns: Arns, tags: Tags, events: EventBridge) -> None:
        self._arns = arns
        self._tags = tags
        self._events = events
        self._endpoints: dict[str, Endpoint] = {}
        self.lock = threading.RLock()

    def add(self, endpoint: Endpoint, request: dict[str, Any]) -> None:
        with self.lock:
            self._forget_deleted()
            # The name is case-insensitive in CreateEndpoint, as the API's description has it.
            if endpoint.name.lower() in {name.lower() for name in self._endpoints}:
                raise invalid(f'Cannot create already existing endpoint "{endpoint.arn}".')
            self._tags.attach(endpoint.arn, request)
            self._endpoints[endpoint.name] = endpoint
        self._tell(Kind.ENDPOINT, endpoint)

    def change(self, name: str, **changes: Any) -> Endpoint:
        with self.lock:
            before = self._endpoints[name]
            after = replace(before, modified=time.time(), **changes)
            self._endpoints[name] = after
        if after.status is not before.status:
            self._tell(Kind.ENDPOINT, after)
        # AWS tells of deployments where its guardrails apply, which they do not to serverless endpoints.
        elif after.pending is not before.pending and not after.serverless:
            self._tell(Kind.ENDPOINT_DEPLOYMENT, after)
        return after

    def found(self, name: str) -> Endpoint:
        """Raises AWS's refusal."""
        with self.lock:
            self._forget_deleted()
            if name not in self._endpoints:
                raise invalid(f'Could not find endpoint "{self._arns.of("endpoint", name)}".')
            return self._endpoints[name]

    def all(self) -> list[Endpoint]:
        with self.lock:
            self._forget_deleted()
            return list(self._endpoints.values())

    def deploying(self, config_name: str) -> bool:
        """Whether an update that is under way leads from or to this configuration."""
        moving = {EndpointStatus.UPDATING, EndpointStatus.ROLLING_BACK}
        return any(
            config_name in {one.config_name, one.pending.config_name if one.pending else None}
            for one in self.all()
            if one.status in moving
        )

    def _tell(self, kind: Kind, endpoint: Endpoint) -> None:
        self._events.tell(kind, endpoint.arn, described(endpoint), self._tags.of(endpoint.arn))

    def _forget_deleted(self) -> None:
        now = time.time()
        for endpoint in list(self._endpoints.values()):
            if endpoint.gone is not None and endpoint.gone <= now:
                del self._endpoints[endpoint.name]
                self._tags.drop(endpoint.arn)
