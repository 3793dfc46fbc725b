"""SageMaker's operations on endpoints, and the loaded models behind those in service."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from sandbox.sagemaker.arns import Arns
from sandbox.sagemaker.artifact import LoadedModel, ModelLoader, UnservableError
from sandbox.sagemaker.endpoint_configs import EndpointConfigs
from sandbox.sagemaker.endpoint_record import Endpoint, EndpointStatus, described, listed
from sandbox.sagemaker.errors import invalid
from sandbox.sagemaker.listing import page
from sandbox.sagemaker.models import Models, container_of
from sandbox.sagemaker.pace import Limits, Pace
from sandbox.sagemaker.tags import Tags
from sandbox.sagemaker.warm_pool import WarmPool

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Live:
    """What answers an endpoint's invocations; `pool` only where it is serverless."""

    endpoint: Endpoint
    model: LoadedModel
    pool: WarmPool | None


@dataclass(frozen=True, slots=True)
class HostingFloor:
    """What all endpoints share."""

    arns: Arns
    tags: Tags
    pace: Pace
    limits: Limits
    loader: ModelLoader
    closing: threading.Event


class Endpoints:
    """The endpoints that exist, each brought up by a thread of its own."""

    def __init__(self, floor: HostingFloor, models: Models, configs: EndpointConfigs) -> None:
        self._floor = floor
        self._models = models
        self._configs = configs
        self._endpoints: dict[str, Endpoint] = {}
        self._live: dict[str, Live] = {}
        self._threads: list[threading.Thread] = []
        self._lock = threading.RLock()

    def operations(self) -> dict[str, Any]:
        return {
            "CreateEndpoint": self.create,
            "DescribeEndpoint": self.describe,
            "UpdateEndpoint": self.update,
            "DeleteEndpoint": self.delete,
            "ListEndpoints": self.list,
        }

    def create(self, params: dict[str, Any]) -> dict[str, Any]:
        endpoint, container = self._planned(params)
        thread = threading.Thread(target=self._come_up, args=(endpoint, container), daemon=True)
        with self._lock:
            self._forget_deleted()
            if endpoint.name in self._endpoints:
                raise invalid(f'Cannot create already existing endpoint "{endpoint.arn}".')
            self._floor.tags.attach(endpoint.arn, params)
            self._endpoints[endpoint.name] = endpoint
            self._threads.append(thread)
        logger.info("endpoint_created endpoint=%s", endpoint.name)
        thread.start()
        return {"EndpointArn": endpoint.arn}

    def describe(self, params: dict[str, Any]) -> dict[str, Any]:
        with self._lock:
            return described(self._found(params["EndpointName"]))

    def update(self, params: dict[str, Any]) -> dict[str, Any]:
        with self._lock:
            self._found(params["EndpointName"])
        raise invalid("The sandbox does not offer UpdateEndpoint yet: delete the endpoint and create it anew.")

    def delete(self, params: dict[str, Any]) -> dict[str, Any]:
        with self._lock:
            endpoint = self._found(params["EndpointName"])
            if endpoint.status in {EndpointStatus.CREATING, EndpointStatus.DELETING}:
                raise invalid(f'Cannot update in-progress endpoint "{endpoint.arn}".')
            now = time.time()
            gone = now + self._floor.pace.endpoint_deleting
            deleting = replace(endpoint, status=EndpointStatus.DELETING, modified=now, gone=gone)
            self._endpoints[endpoint.name] = deleting
            self._live.pop(endpoint.name, None)
        return {}

    def list(self, params: dict[str, Any]) -> dict[str, Any]:
        with self._lock:
            self._forget_deleted()
            rows = [listed(endpoint) for endpoint in self._endpoints.values()]
        return page(rows, params, "Endpoints")

    def live(self, name: str) -> Live | None:
        """What serves the endpoint, or None where it is not in service."""
        with self._lock:
            return self._live.get(name)

    def close(self, seconds: float) -> None:
        for thread in list(self._threads):
            thread.join(seconds)

    def _planned(self, params: dict[str, Any]) -> tuple[Endpoint, dict[str, Any]]:
        config = self._configs.found(params["EndpointConfigName"])
        variant = config["ProductionVariants"][0]
        container = container_of(self._models.found(variant["ModelName"]))
        name, now = params["EndpointName"], time.time()
        arn = self._floor.arns.of("endpoint", name)
        image = container["Image"]
        return Endpoint(name, arn, params["EndpointConfigName"], variant, image, now, now), container

    def _come_up(self, endpoint: Endpoint, container: dict[str, Any]) -> None:
        begun = time.monotonic()
        try:
            model = self._floor.loader.load(container, endpoint.variant["VariantName"])
        except UnservableError as error:
            reason = str(error)
            self._settle(begun, lambda: self._fail(endpoint, reason))
        else:
            self._settle(begun, lambda: self._serve(endpoint, model))
        with self._lock:
            self._threads.remove(threading.current_thread())

    def _settle(self, begun: float, outcome: Callable[[], None]) -> None:
        """Lets AWS's time pass, then tells how it went."""
        self._floor.closing.wait(max(0.0, begun + self._floor.pace.endpoint_creating - time.monotonic()))
        with self._lock:
            outcome()

    def _fail(self, endpoint: Endpoint, reason: str) -> None:
        logger.info("endpoint_failed endpoint=%s", endpoint.name)
        changed = replace(endpoint, status=EndpointStatus.FAILED, failure=reason, modified=time.time())
        self._endpoints[endpoint.name] = changed

    def _serve(self, endpoint: Endpoint, model: LoadedModel) -> None:
        in_service = replace(endpoint, status=EndpointStatus.IN_SERVICE, modified=time.time())
        self._endpoints[endpoint.name] = in_service
        self._live[endpoint.name] = Live(in_service, model, self._pool(endpoint))

    def _pool(self, endpoint: Endpoint) -> WarmPool | None:
        serverless = endpoint.serverless
        if serverless is None:
            return None
        floor = self._floor
        longest = floor.limits.invocation_seconds
        return WarmPool(serverless["MaxConcurrency"], floor.pace, longest, floor.closing.wait)

    def _found(self, name: str) -> Endpoint:
        self._forget_deleted()
        if name not in self._endpoints:
            raise invalid(f'Could not find endpoint "{self._floor.arns.of("endpoint", name)}".')
        return self._endpoints[name]

    def _forget_deleted(self) -> None:
        now = time.time()
        for endpoint in list(self._endpoints.values()):
            if endpoint.gone is not None and endpoint.gone <= now:
                del self._endpoints[endpoint.name]
                self._floor.tags.drop(endpoint.arn)
