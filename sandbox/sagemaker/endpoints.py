"""SageMaker's operations on endpoints, and what answers for those in service."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from sandbox.sagemaker.arns import Arns
from sandbox.sagemaker.artifact import UnservableError
from sandbox.sagemaker.deployment import Deployment, DeploymentSite
from sandbox.sagemaker.deployment_plan import plan_of
from sandbox.sagemaker.endpoint_configs import EndpointConfigs
from sandbox.sagemaker.endpoint_record import UNDER_WAY, Endpoint, EndpointStatus, Pending, described, listed
from sandbox.sagemaker.endpoint_updates import (
    checked_deployment,
    kept_properties,
    objection_to_updating,
    rescaled,
)
from sandbox.sagemaker.errors import invalid
from sandbox.sagemaker.fleet_building import Blueprint, FleetBuilder
from sandbox.sagemaker.listing import page
from sandbox.sagemaker.traffic import Fleet, Live
from sandbox.sagemaker.variant_record import Variant, VariantStage, configured

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class HostingFloor:
    """What all endpoints share."""

    arns: Arns
    builder: FleetBuilder
    site: DeploymentSite


@dataclass(frozen=True, slots=True)
class Wanted:
    """An endpoint configuration with the containers of its models."""

    config: dict[str, Any]
    variants: list[Blueprint]
    shadows: list[Blueprint]

    @property
    def wished(self) -> list[Variant]:
        return [one.variant for one in self.variants]

    def having(self, variants: list[Variant]) -> "Wanted":
        """The same, with other counts or weights of its variants."""
        pairs = zip(self.variants, variants, strict=True)
        return replace(self, variants=[replace(one, variant=variant) for one, variant in pairs])

    def pending(self, now: float) -> Pending:
        def creating(blueprint: Blueprint) -> Variant:
            wanted = blueprint.variant
            launching = wanted.at(VariantStage.CREATING, now, f"Launching {wanted.desired_count} instance(s).")
            return replace(launching, count=0)

        both = [tuple(creating(one) for one in blueprints) for blueprints in (self.variants, self.shadows)]
        return Pending(self.config["EndpointConfigName"], now, *both)


class Endpoints:
    """The endpoints that exist, each brought up, updated and rescaled by threads of its own."""

    def __init__(self, floor: HostingFloor, configs: EndpointConfigs) -> None:
        self._floor = floor
        self._site = floor.site
        self._book = floor.site.book
        self._configs = configs
        self._live: dict[str, Live] = {}
        self._threads: list[threading.Thread] = []
        configs.deploying = self._book.deploying

    def operations(self) -> dict[str, Any]:
        return {
            "CreateEndpoint": self.create,
            "DescribeEndpoint": self.describe,
            "UpdateEndpoint": self.update,
            "UpdateEndpointWeightsAndCapacities": self.rescale,
            "DeleteEndpoint": self.delete,
            "ListEndpoints": self.list,
        }

    def create(self, params: dict[str, Any]) -> dict[str, Any]:
        wanted = self._wanted(params["EndpointConfigName"])
        deployment = checked_deployment(params.get("DeploymentConfig"), wanted.wished, self._site.cloudwatch)
        name, now = params["EndpointName"], time.time()
        arn = self._floor.arns.of("endpoint", name)
        pending = wanted.pending(now)
        endpoint = Endpoint(name, arn, pending.config_name, now, now, pending=pending, deployment_config=deployment)
        self._book.add(endpoint, params)
        logger.info("endpoint_created endpoint=%s", name)
        self._spawn(lambda: self._come_up(endpoint, wanted))
        return {"EndpointArn": arn}

    def describe(self, params: dict[str, Any]) -> dict[str, Any]:
        return described(self._book.found(params["EndpointName"]))

    def update(self, params: dict[str, Any]) -> dict[str, Any]:
        wanted = self._wanted(params["EndpointConfigName"])
        with self._book.lock:
            endpoint = self._settled(params["EndpointName"])
            # AWS looks up the configuration in use as well: an update after its deletion is refused.
            self._configs.found(endpoint.config_name)
            asked = (
                endpoint.deployment_config if params.get("RetainDeploymentConfig") else params.get("DeploymentConfig")
            )
            if objection := objection_to_updating(params, endpoint, wanted.config, asked):
                raise invalid(objection)
            wanted = wanted.having(kept_properties(params, endpoint, wanted.wished))
            deployment = checked_deployment(asked, wanted.wished, self._site.cloudwatch)
            update = self._deployment(endpoint, wanted, deployment)
            self._book.change(endpoint.name, status=EndpointStatus.UPDATING, pending=update.pending, failure=None)
        logger.info("endpoint_updates endpoint=%s", endpoint.name)
        self._spawn(update.run)
        return {"EndpointArn": endpoint.arn}

    def rescale(self, params: dict[str, Any]) -> dict[str, Any]:
        with self._book.lock:
            endpoint = self._settled(params["EndpointName"])
            variants = rescaled(endpoint, params["DesiredWeightsAndCapacities"])
            self._book.change(endpoint.name, status=EndpointStatus.UPDATING, variants=variants)
        self._spawn(lambda: self._rescale(endpoint.name, variants))
        return {"EndpointArn": endpoint.arn}

    def delete(self, params: dict[str, Any]) -> dict[str, Any]:
        with self._book.lock:
            endpoint = self._book.found(params["EndpointName"])
            self._refuse_under_way(endpoint)
            gone = time.time() + self._site.pace.endpoint_deleting
            self._book.change(endpoint.name, status=EndpointStatus.DELETING, gone=gone)
            self._live.pop(endpoint.name, None)
        return {}

    def list(self, params: dict[str, Any]) -> dict[str, Any]:
        return page([listed(endpoint) for endpoint in self._book.all()], params, "Endpoints")

    def live(self, name: str) -> Live | None:
        """What serves the endpoint, or None where it is not in service."""
        return self._live.get(name)

    def close(self, seconds: float) -> None:
        for thread in [*self._threads]:
            thread.join(seconds)

    def _wanted(self, config_name: str) -> Wanted:
        config, now = self._configs.found(config_name), time.time()
        both = []
        for member in ("ProductionVariants", "ShadowProductionVariants"):
            containers = [(one, self._floor.builder.container(one)) for one in config.get(member, [])]
            both.append([Blueprint(configured(one, held, now), held) for one, held in containers])
        return Wanted(config, *both)

    def _settled(self, name: str) -> Endpoint:
        """The endpoint, where it may be updated."""
        endpoint = self._book.found(name)
        self._refuse_under_way(endpoint)
        if endpoint.status is EndpointStatus.FAILED:
            raise invalid(f'Cannot update endpoint "{endpoint.arn}" in status Failed: it can only be deleted.')
        return endpoint

    def _refuse_under_way(self, endpoint: Endpoint) -> None:
        if endpoint.status in UNDER_WAY:
            raise invalid(f'Cannot update in-progress endpoint "{endpoint.arn}".')

    def _deployment(self, endpoint: Endpoint, wanted: Wanted, config: dict[str, Any] | None) -> Deployment:
        adopted = {"data_capture": wanted.config.get("DataCaptureConfig")}
        if config is not None:
            adopted["deployment_config"] = config
        return Deployment(
            self._site,
            endpoint.name,
            wanted.pending(time.time()),
            plan_of(config, min(max(1, one.count) for one in wanted.wished)),
            self._live[endpoint.name],
            self._builds(endpoint.name, wanted),
            adopted,
        )

    def _builds(self, name: str, wanted: Wanted) -> Callable[[], Fleet]:
        config_name = wanted.config["EndpointConfigName"]
        return lambda: self._floor.builder.build(name, config_name, wanted.variants, wanted.shadows)

    def _come_up(self, endpoint: Endpoint, wanted: Wanted) -> None:
        begun, fleet, reason = time.monotonic(), None, ""
        try:
            fleet = self._builds(endpoint.name, wanted)()
        except UnservableError as error:
            reason = str(error)
        self._site.wait(max(0.0, begun + self._site.pace.endpoint_creating - time.monotonic()))
        with self._book.lock:
            if fleet is None:
                logger.info("endpoint_failed endpoint=%s", endpoint.name)
                self._book.change(endpoint.name, status=EndpointStatus.FAILED, failure=reason, pending=None)
                return
            self._live[endpoint.name] = Live(fleet)
            self._book.change(
                endpoint.name,
                status=EndpointStatus.IN_SERVICE,
                variants=tuple(wanted.wished),
                shadows=tuple(one.variant for one in wanted.shadows),
                data_capture=wanted.config.get("DataCaptureConfig"),
                pending=None,
            )

    def _rescale(self, name: str, variants: tuple[Variant, ...]) -> None:
        self._site.wait(self._site.pace.rescaling)
        reached = tuple(one.reached() for one in variants)
        with self._book.lock:
            self._live[name].rescale(reached, self._floor.builder.pool)
            self._book.change(name, status=EndpointStatus.IN_SERVICE, variants=reached)

    def _spawn(self, run: Callable[[], None]) -> None:
        self._threads[:] = [thread for thread in self._threads if thread.is_alive()]
        thread = threading.Thread(target=run, name="endpoint-course", daemon=True)
        self._threads.append(thread)
        thread.start()
