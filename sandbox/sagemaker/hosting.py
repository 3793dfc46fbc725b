"""The hosting half of the local SageMaker, put together: registry, models, endpoints, runtime and metrics."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sandbox.sagemaker.arns import Arns
from sandbox.sagemaker.artifact import ModelLoader
from sandbox.sagemaker.cloudwatch import CloudWatch
from sandbox.sagemaker.deployment import DeploymentSite
from sandbox.sagemaker.endpoint_book import EndpointBook
from sandbox.sagemaker.endpoint_configs import EndpointConfigs
from sandbox.sagemaker.endpoint_metrics import EndpointMetrics
from sandbox.sagemaker.endpoints import Endpoints, HostingFloor
from sandbox.sagemaker.event_bridge import EventBridge
from sandbox.sagemaker.faults import Faults
from sandbox.sagemaker.fleet_building import FleetBuilder
from sandbox.sagemaker.model_packages import ModelPackages
from sandbox.sagemaker.models import Models
from sandbox.sagemaker.moto_services import MotoServices
from sandbox.sagemaker.pace import Limits, Pace
from sandbox.sagemaker.package_groups import ModelPackageGroups
from sandbox.sagemaker.runtime import Runtime, RuntimeFloor
from sandbox.sagemaker.tags import Tags
from sandbox.sagemaker.warm_pool import WarmPool


@dataclass(frozen=True, slots=True)
class HostingSettings:
    """What hosting needs of the rest."""

    region: str
    arns: Arns
    tags: Tags
    pace: Pace
    limits: Limits
    services: MotoServices
    loader: ModelLoader
    faults: Faults
    events: EventBridge
    closing: threading.Event


class Hosting:
    """All that serves models."""

    def __init__(self, settings: HostingSettings) -> None:
        cloudwatch = CloudWatch(settings.region, settings.pace)
        groups = ModelPackageGroups(settings.arns, settings.tags)
        packages = ModelPackages(settings.arns, settings.tags, groups, settings.services, settings.events)
        models = Models(settings.arns, settings.tags, packages, settings.services)
        configs = EndpointConfigs(settings.arns, settings.tags, models)
        self._endpoints = Endpoints(_floor(settings, models, cloudwatch), configs)
        self._metrics = EndpointMetrics(cloudwatch, settings.pace, settings.closing)
        self.runtime = Runtime(_runtime_floor(settings), self._endpoints, self._metrics)
        self._parts = (groups, packages, models, configs, self._endpoints)
        self._metrics.start()

    def operations(self) -> dict[str, Callable[[dict[str, Any]], dict[str, Any]]]:
        return {name: run for part in self._parts for name, run in part.operations().items()}

    def close(self, seconds: float) -> None:
        self._endpoints.close(seconds)
        self.runtime.close()
        self._metrics.close(seconds)


def _runtime_floor(settings: HostingSettings) -> RuntimeFloor:
    slowness = settings.faults.take_slowness
    return RuntimeFloor(settings.limits, settings.arns, settings.services, slowness, settings.closing.wait)


def _floor(settings: HostingSettings, models: Models, cloudwatch: CloudWatch) -> HostingFloor:
    def pool(concurrency: int) -> WarmPool:
        longest = settings.limits.invocation_seconds
        return WarmPool(concurrency, settings.pace, longest, settings.closing.wait)

    builder = FleetBuilder(settings.loader, models, settings.services, pool, settings.faults.take_ailment)
    book = EndpointBook(settings.arns, settings.tags, settings.events)

    def rollback_fails(endpoint: str) -> bool:
        return settings.faults.take_ailment(endpoint, rollback=True) is not None

    site = DeploymentSite(book, cloudwatch, settings.pace, settings.closing.wait, rollback_fails)
    return HostingFloor(settings.arns, builder, site)
