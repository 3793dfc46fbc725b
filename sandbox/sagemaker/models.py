"""SageMaker's operations on models: what an endpoint serves, by name."""

import threading
import time
from dataclasses import dataclass
from typing import Any

from sandbox.sagemaker.arns import Arns
from sandbox.sagemaker.errors import invalid
from sandbox.sagemaker.listing import Row, page
from sandbox.sagemaker.model_packages import ModelPackages
from sandbox.sagemaker.moto_services import MotoServices, ObjectMissingError, split_s3
from sandbox.sagemaker.tags import Tags


@dataclass(frozen=True, slots=True)
class Model:
    """A model as DescribeModel tells it, and the image and artifact that it stands for."""

    described: dict[str, Any]
    container: dict[str, Any]


class Models:
    """The models that exist. Their artifact has to be there when they are made; the endpoint finds out what it is."""

    def __init__(self, arns: Arns, tags: Tags, packages: ModelPackages, services: MotoServices) -> None:
        self._arns = arns
        self._tags = tags
        self._packages = packages
        self._services = services
        self._models: dict[str, Model] = {}
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
        container = self._resolved(_container_of(params))
        self._look_for(container.get("ModelDataUrl"))
        model = Model(kept | {"ModelArn": arn, "CreationTime": time.time()}, container)
        with self._lock:
            if name in self._models:
                raise invalid(f'Cannot create already existing model "{arn}".')
            self._tags.attach(arn, params)
            self._models[name] = model
        return {"ModelArn": arn}

    def describe(self, params: dict[str, Any]) -> dict[str, Any]:
        return self.found(params["ModelName"]).described

    def delete(self, params: dict[str, Any]) -> dict[str, Any]:
        with self._lock:
            arn = self.found(params["ModelName"]).described["ModelArn"]
            del self._models[params["ModelName"]]
        self._tags.drop(arn)
        return {}

    def list(self, params: dict[str, Any]) -> dict[str, Any]:
        return page([_listed(model.described) for model in list(self._models.values())], params, "Models")

    def found(self, name: str) -> Model:
        """Raises AWS's refusal."""
        if name not in self._models:
            raise invalid(f'Could not find model "{self._arns.of("model", name)}".')
        return self._models[name]

    def _look_for(self, url: str | None) -> None:
        try:
            if url is not None:
                self._services.etag(*split_s3(url))
        except ObjectMissingError as error:
            raise invalid(f"Could not find model data at {url}.") from error

    def _resolved(self, container: dict[str, Any]) -> dict[str, Any]:
        """The container itself, or that of the approved package it names; what a package says of both holds."""
        if "ModelPackageName" not in container:
            return container
        return self._packages.deployable(container["ModelPackageName"]).container | container


def _container_of(params: dict[str, Any]) -> dict[str, Any]:
    container: dict[str, Any] = params.get("PrimaryContainer") or params["Containers"][0]
    return container


def _listed(described: dict[str, Any]) -> Row:
    summary = {key: described[key] for key in ("ModelName", "ModelArn", "CreationTime")}
    return Row(described["ModelName"], described["CreationTime"], described["CreationTime"], "", summary)


def _objections(params: dict[str, Any]) -> list[str]:
    containers = params.get("Containers", [])
    if ("PrimaryContainer" in params) == bool(containers):
        return ["Exactly one of PrimaryContainer and Containers must be specified."]
    if len(containers) > 1:
        return ["The sandbox does not offer inference pipelines: one container a model."]
    if "ExecutionRoleArn" not in params:
        return ["ExecutionRoleArn is required to create a model."]
    return _objections_to_container(_container_of(params))


def _objections_to_container(container: dict[str, Any]) -> list[str]:
    if "ModelPackageName" not in container:
        return [] if "Image" in container else ["A container must name an Image or a ModelPackageName."]
    both = [member for member in ("Image", "ModelDataUrl", "ModelDataSource") if member in container]
    return [f"{' and '.join(both)} must not be given together with ModelPackageName."] if both else []
