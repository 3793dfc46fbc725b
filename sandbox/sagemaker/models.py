"""SageMaker's operations on models: what an endpoint serves, by name."""

import threading
import time
from typing import Any

from sandbox.sagemaker.arns import Arns
from sandbox.sagemaker.errors import invalid
from sandbox.sagemaker.listing import Row, page
from sandbox.sagemaker.tags import Tags


class Models:
    """The models that exist; whether their artifact does is found out by the endpoint."""

    def __init__(self, arns: Arns, tags: Tags) -> None:
        self._arns = arns
        self._tags = tags
        self._models: dict[str, dict[str, Any]] = {}
        self._lock = threading.Lock()

    def operations(self) -> dict[str, Any]:
        return {
            "CreateModel": self.create,
            "DescribeModel": self.describe,
            "DeleteModel": self.delete,
            "ListModels": self.list,
        }

    def create(self, params: dict[str, Any]) -> dict[str, Any]:
        for objection in _objections(params):
            raise invalid(objection)
        name = params["ModelName"]
        arn = self._arns.of("model", name)
        kept = {key: value for key, value in params.items() if key != "Tags"}
        with self._lock:
            if name in self._models:
                raise invalid(f'Cannot create already existing model "{arn}".')
            self._tags.attach(arn, params)
            self._models[name] = kept | {"ModelArn": arn, "CreationTime": time.time()}
        return {"ModelArn": arn}

    def describe(self, params: dict[str, Any]) -> dict[str, Any]:
        return self.found(params["ModelName"])

    def delete(self, params: dict[str, Any]) -> dict[str, Any]:
        with self._lock:
            arn = self.found(params["ModelName"])["ModelArn"]
            del self._models[params["ModelName"]]
        self._tags.drop(arn)
        return {}

    def list(self, params: dict[str, Any]) -> dict[str, Any]:
        return page([_listed(model) for model in list(self._models.values())], params, "Models")

    def found(self, name: str) -> dict[str, Any]:
        """The model as DescribeModel tells it; raises AWS's refusal."""
        if name not in self._models:
            raise invalid(f'Could not find model "{self._arns.of("model", name)}".')
        return self._models[name]


def container_of(model: dict[str, Any]) -> dict[str, Any]:
    container: dict[str, Any] = model.get("PrimaryContainer") or model["Containers"][0]
    return container


def _listed(model: dict[str, Any]) -> Row:
    summary = {key: model[key] for key in ("ModelName", "ModelArn", "CreationTime")}
    return Row(model["ModelName"], model["CreationTime"], model["CreationTime"], "", summary)


def _objections(params: dict[str, Any]) -> list[str]:
    containers = params.get("Containers", [])
    if ("PrimaryContainer" in params) == bool(containers):
        return ["Exactly one of PrimaryContainer and Containers must be specified."]
    if len(containers) > 1:
        return ["The sandbox does not offer inference pipelines: one container a model."]
    if "Image" not in container_of(params):
        return ["The sandbox serves models by Image and ModelDataUrl; model packages are not offered yet."]
    if "ExecutionRoleArn" not in params:
        return ["ExecutionRoleArn is required to create a model."]
    return []
