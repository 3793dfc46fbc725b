"""Brings up the variants of an endpoint configuration: containers started, models loaded, or AWS's reason why not."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sandbox.sagemaker.artifact import LoadedModel, ModelLoader, UnservableError
from sandbox.sagemaker.faults import Ailment
from sandbox.sagemaker.instance_meter import vcpus
from sandbox.sagemaker.logs import LogStream
from sandbox.sagemaker.models import Models
from sandbox.sagemaker.moto_services import MotoServices
from sandbox.sagemaker.traffic import Fleet, ServingVariant
from sandbox.sagemaker.variant_record import Variant
from sandbox.sagemaker.warm_pool import WarmPool

ENDPOINT_GROUP = "/aws/sagemaker/Endpoints/"
_AFTER_LOADING = frozenset({Ailment.ERRORS, Ailment.WRONG_ANSWERS})
_LOG_LINES = {
    Ailment.HEALTH_CHECK: "GET /ping HTTP/1.1 500",
    Ailment.OUT_OF_MEMORY: "Container killed: out of memory while loading the model",
}


@dataclass(frozen=True, slots=True)
class Blueprint:
    """A variant that is wanted, and the container of its model."""

    variant: Variant
    container: dict[str, Any]


class FleetBuilder:
    """Builds fleets; `ailing` tells what a test wants an endpoint's next fleet to suffer from."""

    def __init__(
        self,
        loader: ModelLoader,
        models: Models,
        services: MotoServices,
        pool: Callable[[int], WarmPool],
        ailing: Callable[[str], Ailment | None],
    ) -> None:
        self._loader = loader
        self._models = models
        self._services = services
        self.pool = pool
        self._ailing = ailing

    def container(self, config_variant: dict[str, Any]) -> dict[str, Any]:
        """What a configured variant's model stands for; raises AWS's refusal where the model is gone."""
        return self._models.found(config_variant["ModelName"]).container

    def build(self, endpoint: str, config_name: str, variants: list[Blueprint], shadows: list[Blueprint]) -> Fleet:
        """Raises UnservableError with AWS's words."""
        ailment = self._ailing(endpoint)
        serving = {one.variant.name: self._served(endpoint, one, ailment) for one in variants}
        shadow = next(self._all_served(endpoint, shadows, ailment), None)
        return Fleet(config_name, serving, shadow)

    def _all_served(
        self, endpoint: str, blueprints: list[Blueprint], ailment: Ailment | None
    ) -> Iterator[ServingVariant]:
        return (self._served(endpoint, one, ailment) for one in blueprints)

    def _served(self, endpoint: str, blueprint: Blueprint, ailment: Ailment | None) -> ServingVariant:
        wanted = blueprint.variant
        model = self._loaded(endpoint, blueprint, ailment)
        concurrency = wanted.serverless["MaxConcurrency"] if wanted.serverless else None
        pool = self.pool(concurrency) if concurrency else None
        each = vcpus((wanted.instance_type or "").removeprefix("ml."))
        serving = ServingVariant(wanted.name, model, wanted.weight, wanted.count, pool, ailment, each)
        serving.size(wanted)
        return serving

    def _loaded(self, endpoint: str, blueprint: Blueprint, ailment: Ailment | None) -> LoadedModel:
        if ailment is not None and ailment not in _AFTER_LOADING:
            if line := _LOG_LINES.get(ailment):
                stream = f"{blueprint.variant.name}/i-local"
                LogStream(self._services, ENDPOINT_GROUP + endpoint, stream).write([line])
            raise UnservableError(_reason(ailment, blueprint))
        return self._loader.load(blueprint.container, blueprint.variant.name)


def _reason(ailment: Ailment, blueprint: Blueprint) -> str:
    variant = blueprint.variant
    if ailment is Ailment.IMAGE_PULL:
        return (
            f"The image '{variant.image}' could not be pulled. Please ensure that it exists and that the role passed "
            "to CreateModel has permissions to pull it."
        )
    if ailment is Ailment.OUT_OF_MEMORY and variant.serverless:
        memory = variant.serverless["MemorySizeInMB"]
        return (
            f"The container of production variant {variant.name} ran out of memory ({memory} MB) while loading the "
            "model. Please increase the memory size of the serverless endpoint."
        )
    return (
        f"The primary container for production variant {variant.name} did not pass the ping health check. "
        "Please check CloudWatch logs for this endpoint."
    )
