"""SageMaker's operations on endpoint configurations: variants on instances, with a shadow or not, or one serverless."""

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

from sandbox.sagemaker.arns import Arns
from sandbox.sagemaker.errors import invalid
from sandbox.sagemaker.listing import Row, page
from sandbox.sagemaker.models import Models
from sandbox.sagemaker.tags import Tags

MEMORY_STEP = 1024


class EndpointConfigs:
    """The endpoint configurations that exist; `deploying` tells whether an update leads from or to one.

    Deleting one in use is allowed otherwise, as AWS allows it.
    """

    def __init__(self, arns: Arns, tags: Tags, models: Models) -> None:
        self._arns = arns
        self._tags = tags
        self._models = models
        self._configs: dict[str, dict[str, Any]] = {}
        self.deploying: Callable[[str], bool] = lambda _: False
        self._lock = threading.Lock()

    def operations(self) -> dict[str, Any]:
        return {
            "CreateEndpointConfig": self.create,
            "DescribeEndpointConfig": self.describe,
            "DeleteEndpointConfig": self.delete,
            "ListEndpointConfigs": self.list,
        }

    def create(self, params: dict[str, Any]) -> dict[str, Any]:
        for variant in (*params["ProductionVariants"], *params.get("ShadowProductionVariants", [])):
            self._check(variant)
        if objection := next(_objections(params), None):
            raise invalid(objection)
        name = params["EndpointConfigName"]
        arn = self._arns.of("endpoint-config", name)
        kept = {key: value for key, value in params.items() if key != "Tags"}
        with self._lock:
            if name in self._configs:
                raise invalid(f'Cannot create already existing endpoint configuration "{arn}".')
            self._tags.attach(arn, params)
            self._configs[name] = kept | {"EndpointConfigArn": arn, "CreationTime": time.time()}
        return {"EndpointConfigArn": arn}

    def describe(self, params: dict[str, Any]) -> dict[str, Any]:
        return self.found(params["EndpointConfigName"])

    def delete(self, params: dict[str, Any]) -> dict[str, Any]:
        with self._lock:
            arn = self.found(params["EndpointConfigName"])["EndpointConfigArn"]
            if self.deploying(params["EndpointConfigName"]):
                raise invalid(f'Cannot delete endpoint configuration "{arn}" while an endpoint is updated with it.')
            del self._configs[params["EndpointConfigName"]]
        self._tags.drop(arn)
        return {}

    def list(self, params: dict[str, Any]) -> dict[str, Any]:
        return page([_listed(config) for config in list(self._configs.values())], params, "EndpointConfigs")

    def found(self, name: str) -> dict[str, Any]:
        """The configuration as DescribeEndpointConfig tells it; raises AWS's refusal."""
        if name not in self._configs:
            raise invalid(f'Could not find endpoint configuration "{self._arns.of("endpoint-config", name)}".')
        return self._configs[name]

    def _check(self, variant: dict[str, Any]) -> None:
        if "ModelName" not in variant:
            raise invalid("The sandbox does not offer inference components: a variant needs a ModelName.")
        self._models.found(variant["ModelName"])
        if objection := _variant_objection(variant):
            raise invalid(objection)


def _listed(config: dict[str, Any]) -> Row:
    summary = {key: config[key] for key in ("EndpointConfigName", "EndpointConfigArn", "CreationTime")}
    return Row(config["EndpointConfigName"], config["CreationTime"], config["CreationTime"], "", summary)


def _objections(params: dict[str, Any]) -> Iterator[str]:
    variants, shadows = params["ProductionVariants"], params.get("ShadowProductionVariants", [])
    names = [variant["VariantName"] for variant in (*variants, *shadows)]
    if len(set(names)) < len(names):
        yield f"The names of variants must be unique; they are {', '.join(names)}."
    if shadows and (len(variants), len(shadows)) != (1, 1):
        yield "With ShadowProductionVariants only one production variant and one shadow variant can be specified."
    if any("ServerlessConfig" in variant for variant in (*variants, *shadows)):
        yield from _serverless_exclusions(params)


def _serverless_exclusions(params: dict[str, Any]) -> Iterator[str]:
    """https://docs.aws.amazon.com/sagemaker/latest/dg/serverless-endpoints.html: features that are excluded."""
    if len(params["ProductionVariants"]) > 1:
        yield "Multiple production variants are not supported for serverless endpoints."
    for feature in ("DataCaptureConfig", "VpcConfig", "AsyncInferenceConfig", "ShadowProductionVariants"):
        if feature in params:
            yield f"{feature} is not supported for serverless endpoints."


def _variant_objection(variant: dict[str, Any]) -> str | None:
    name = variant["VariantName"]
    on_instances: list[str] = [key for key in ("InstanceType", "InitialInstanceCount") if key in variant]
    if "ServerlessConfig" not in variant:
        return _instance_objection(variant, on_instances)
    if on_instances:
        return f"Production variant {name} with ServerlessConfig must not specify {' or '.join(on_instances)}."
    return _serverless_objection(variant["ServerlessConfig"])


def _instance_objection(variant: dict[str, Any], given: list[str]) -> str | None:
    missing = [key for key in ("InstanceType", "InitialInstanceCount") if key not in given]
    if missing:
        return f"Production variant {variant['VariantName']} must specify {' and '.join(missing)}."
    return None


def _serverless_objection(serverless: dict[str, Any]) -> str | None:
    memory, concurrency = serverless.get("MemorySizeInMB"), serverless.get("MaxConcurrency")
    if memory is None or concurrency is None:
        return "ServerlessConfig must specify MemorySizeInMB and MaxConcurrency."
    if memory % MEMORY_STEP:
        return f"MemorySizeInMB must be in 1 GB increments: 1024, 2048, 3072, 4096, 5120 or 6144; it is {memory}."
    if serverless.get("ProvisionedConcurrency", 0) > concurrency:
        return "ProvisionedConcurrency must be less than or equal to MaxConcurrency."
    return None
