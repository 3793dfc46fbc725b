"""Endpoints on SageMaker: model, configuration and endpoint of one name, made in that order and deleted in reverse."""

import logging
from collections.abc import Callable, Sequence
from contextlib import closing
from typing import Any

from bot.adapters.sagemaker.answer import probabilities
from bot.adapters.sagemaker.clients import AwsClients
from bot.adapters.sagemaker.errors import aws_errors
from bot.adapters.sagemaker.image import algorithm_image
from bot.adapters.sagemaker.requests import Request, configuration_request, endpoint_request, model_request
from bot.adapters.sagemaker.resources import (
    CONFIGURATION,
    ENDPOINT,
    MODEL,
    ResourceKind,
    delete,
    found,
    ours_or_raise,
    row_id,
)
from bot.adapters.sagemaker.snapshots import hosting_snapshot
from bot.domain.endpoints import Endpoint, EndpointStatus, HostingSnapshot
from bot.errors import BusyError, GoneError, PlatformError, TakenError

log = logging.getLogger(__name__)


class SageMakerHosting:
    """The port ModelHosting on AWS."""

    def __init__(self, clients: AwsClients, role_arn: str, region: str) -> None:
        self._clients = clients
        self._role_arn = role_arn
        self._region = region

    def create_model(self, endpoint: Endpoint, artifact: str) -> None:
        request = model_request(endpoint, artifact, algorithm_image(self._region), self._role_arn)
        try:
            self._create(MODEL, endpoint, request)
        except GoneError as error:
            what = f"AWS refused to create {MODEL.called(endpoint.name)}."
            raise PlatformError(what, error.why, code=error.code) from error

    def create_configuration(self, endpoint: Endpoint) -> None:
        self._create_upon(CONFIGURATION, endpoint, configuration_request(endpoint))

    def create_endpoint(self, endpoint: Endpoint) -> None:
        self._create_upon(ENDPOINT, endpoint, endpoint_request(endpoint))

    def observe(self, name: str) -> HostingSnapshot:
        told = found(self._clients.sagemaker, ENDPOINT, name)
        return HostingSnapshot(EndpointStatus.DELETED) if told is None else hosting_snapshot(told)

    def delete(self, name: str) -> None:
        """Also raises TakenError, after all else is deleted, for what bears the name and is not this bot's."""
        foreign = [kind for kind in (ENDPOINT, CONFIGURATION, MODEL) if not self._deleted(kind, name)]
        if foreign:
            listed = ", ".join(kind.called(name) for kind in foreign)
            raise TakenError(f"AWS has {listed}, and this bot did not make it: it stays.")

    def invoke(self, name: str, image: bytes, content_type: str) -> Sequence[float]:
        with aws_errors("ask", ENDPOINT.called(name)):
            answer = self._clients.runtime.invoke_endpoint(
                EndpointName=name, Body=image, ContentType=content_type, Accept="application/json"
            )
            # Not `with answer["Body"]`: botocore enters that as the raw stream, which does not notice a cut answer.
            with closing(answer["Body"]) as stream:
                body = stream.read()
        return probabilities(body)

    def _create_upon(self, kind: ResourceKind, endpoint: Endpoint, request: Request) -> None:
        try:
            self._create(kind, endpoint, request)
        except GoneError as error:
            # What was made a moment ago may be unknown for another: "if the operation fails … retry the request".
            # https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateEndpoint.html
            what = f"AWS could not create {kind.called(endpoint.name)} for the moment."
            raise BusyError(what, error.why, "It will be tried again.", error.code) from error

    def _create(self, kind: ResourceKind, endpoint: Endpoint, request: Request) -> None:
        client = self._clients.sagemaker
        create: Callable[..., Any] = getattr(client, f"create_{kind.method}")
        try:
            with aws_errors("create", kind.called(endpoint.name)):
                create(**request)
        except TakenError as taken:
            ours_or_raise(client, kind, endpoint.name, endpoint.id, taken)
        log.info("%s_created id=%s name=%s", kind.method, endpoint.id, endpoint.name)

    def _deleted(self, kind: ResourceKind, name: str) -> bool:
        """Delete the thing if it is there and this bot's; False if it is someone else's."""
        client = self._clients.sagemaker
        told = found(client, kind, name)
        if told is None or told.get("EndpointStatus") == "Deleting":
            return True
        if not row_id(client, kind, told, name):
            log.warning("%s_not_ours name=%s", kind.method, name)
            return False
        delete(client, kind, name)
        log.info("%s_deleted name=%s", kind.method, name)
        return True
