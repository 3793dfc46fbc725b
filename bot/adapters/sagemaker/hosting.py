"""Endpoints on SageMaker: a release's model and configuration, and the endpoint that serves them or is updated."""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from typing import Any

from bot.adapters.sagemaker.alarms import UpdateAlarms
from bot.adapters.sagemaker.answer import probabilities
from bot.adapters.sagemaker.clients import AwsClients
from bot.adapters.sagemaker.errors import aws_errors
from bot.adapters.sagemaker.hosting_requests import (
    configuration_request,
    endpoint_request,
    endpoint_tags,
    mixed_configuration_request,
    model_request,
    plain_update_request,
    update_request,
    weights_request,
)
from bot.adapters.sagemaker.image import Use, recipe_image
from bot.adapters.sagemaker.requests import Request
from bot.adapters.sagemaker.resources import (
    CONFIGURATION,
    ENDPOINT,
    MODEL,
    ResourceKind,
    delete,
    described,
    found,
    ours_or_raise,
    row_id,
)
from bot.adapters.sagemaker.snapshots import hosting_snapshot
from bot.adapters.sagemaker.tagging import ID_TAG
from bot.domain.endpoints import Endpoint, EndpointStatus, HostingSnapshot
from bot.domain.recipes import RECIPES
from bot.domain.traffic import Traffic
from bot.errors import BusyError, GoneError, PlatformError, TakenError

log = logging.getLogger(__name__)


class SageMakerHosting:
    """The port ModelHosting on AWS."""

    def __init__(self, clients: AwsClients, role_arn: str, region: str) -> None:
        self._clients = clients
        self._role_arn = role_arn
        self._region = region
        self._alarms = UpdateAlarms(clients)

    def create_model(self, endpoint: Endpoint, artifact: str) -> None:
        recipe, instance_type = RECIPES[endpoint.recipe], endpoint.hosting.instance_type
        image = recipe_image(recipe, Use.INFERENCE, self._region, instance_type)
        request = model_request(endpoint, artifact, image, self._role_arn)
        try:
            self._create(MODEL, endpoint.release_name, endpoint.id, request)
        except GoneError as error:
            what = f"AWS refused to create {MODEL.called(endpoint.release_name)}."
            raise PlatformError(what, error.why, code=error.code) from error

    def create_configuration(self, endpoint: Endpoint) -> None:
        self._create_upon(CONFIGURATION, endpoint.release_name, endpoint.id, configuration_request(endpoint))

    def create_endpoint(self, endpoint: Endpoint) -> None:
        self._create_upon(ENDPOINT, endpoint.name, endpoint.id, endpoint_request(endpoint))

    def update_endpoint(self, endpoint: Endpoint, *, at_once: bool = False) -> None:
        told = described(self._clients.sagemaker, ENDPOINT, endpoint.name)
        if _heading_for(told) == endpoint.release_name:
            return
        self._require_ours(endpoint, told)
        # Guardrails are for changes between variants of the same names alone, and an alarm that sounds because of the
        # release that is to go would keep it there.
        if at_once or _variants(told) != {endpoint.variant}:
            request = plain_update_request(endpoint.name, endpoint.release_name)
        else:
            request = update_request(endpoint, self._alarms.of(endpoint))
        with aws_errors("update", ENDPOINT.called(endpoint.name)):
            self._clients.sagemaker.add_tags(ResourceArn=told["EndpointArn"], Tags=_new_tags(endpoint))
        if at_once:
            self._update(endpoint, request)
        else:
            self._update_to_new(endpoint, request)

    def mix(self, endpoint: Endpoint) -> None:
        traffic = _traffic(endpoint)
        request = mixed_configuration_request(endpoint, traffic)
        self._create_upon(CONFIGURATION, traffic.configuration, endpoint.id, request)
        told = described(self._clients.sagemaker, ENDPOINT, endpoint.name)
        if _heading_for(told) != traffic.configuration:
            self._require_ours(endpoint, told)
            self._update_to_new(endpoint, plain_update_request(endpoint.name, traffic.configuration))

    def weigh(self, endpoint: Endpoint) -> None:
        request = weights_request(endpoint, _traffic(endpoint))
        with aws_errors("change the shares of", ENDPOINT.called(endpoint.name)):
            self._clients.sagemaker.update_endpoint_weights_and_capacities(**request)

    def unmix(self, endpoint: Endpoint) -> None:
        self._delete_each(endpoint, (CONFIGURATION, _traffic(endpoint).configuration))

    def observe(self, name: str) -> HostingSnapshot:
        told = found(self._clients.sagemaker, ENDPOINT, name)
        return HostingSnapshot(EndpointStatus.DELETED) if told is None else hosting_snapshot(told)

    def delete(self, endpoint: Endpoint) -> None:
        """Also raises TakenError, after all else is deleted, for what bears the name and is not this bot's."""
        self._delete_each(endpoint, (ENDPOINT, endpoint.name), *_release(endpoint))
        # Last, for those of an endpoint that is another's are its alarms as well.
        self._alarms.remove(endpoint)

    def remove_release(self, endpoint: Endpoint) -> None:
        """The same of its model and configuration alone."""
        self._delete_each(endpoint, *_release(endpoint))

    def invoke(self, name: str, image: bytes, content_type: str) -> Sequence[float]:
        with aws_errors("ask", ENDPOINT.called(name)):
            answer = self._clients.runtime.invoke_endpoint(
                EndpointName=name, Body=image, ContentType=content_type, Accept="application/json"
            )
            # Not `with answer["Body"]`: botocore enters that as the raw stream, which does not notice a cut answer.
            with closing(answer["Body"]) as stream:
                body = stream.read()
        return probabilities(body)

    def _require_ours(self, endpoint: Endpoint, told: Mapping[str, Any]) -> None:
        if not row_id(self._clients.sagemaker, ENDPOINT, told, endpoint.name):
            raise TakenError(f"AWS has {ENDPOINT.called(endpoint.name)}, and this bot did not make it: it stays.")

    def _update_to_new(self, endpoint: Endpoint, request: Request) -> None:
        with _upon_what_is_new("update", ENDPOINT.called(endpoint.name)):
            self._update(endpoint, request)

    def _update(self, endpoint: Endpoint, request: Request) -> None:
        with aws_errors("update", ENDPOINT.called(endpoint.name)):
            self._clients.sagemaker.update_endpoint(**request)
        log.info("endpoint_updated id=%s name=%s to=%s", endpoint.id, endpoint.name, request["EndpointConfigName"])

    def _create_upon(self, kind: ResourceKind, name: str, wanted_id: str, request: Request) -> None:
        with _upon_what_is_new("create", kind.called(name)):
            self._create(kind, name, wanted_id, request)

    def _create(self, kind: ResourceKind, name: str, wanted_id: str, request: Request) -> None:
        client = self._clients.sagemaker
        create: Callable[..., Any] = getattr(client, f"create_{kind.method}")
        try:
            with aws_errors("create", kind.called(name)):
                create(**request)
        except TakenError as taken:
            ours_or_raise(client, kind, name, wanted_id, taken)
        log.info("%s_created id=%s name=%s", kind.method, wanted_id, name)

    def _delete_each(self, endpoint: Endpoint, *things: tuple[ResourceKind, str]) -> None:
        foreign = [kind.called(name) for kind, name in things if not self._deleted(endpoint, kind, name)]
        if foreign:
            raise TakenError(f"AWS has {', '.join(foreign)}, and this bot did not make it: it stays.")

    def _deleted(self, endpoint: Endpoint, kind: ResourceKind, name: str) -> bool:
        """Delete the thing if it is there and was made for the row; False if it is someone else's.

        Only an endpoint may have been made for an earlier row: for the release that this one took the place of.
        """
        client = self._clients.sagemaker
        told = found(client, kind, name)
        if told is None or told.get("EndpointStatus") == "Deleting":
            return True
        made_for = row_id(client, kind, told, name)
        if made_for != endpoint.id and not (made_for and kind == ENDPOINT and endpoint.replaces):
            log.warning("%s_not_ours name=%s", kind.method, name)
            return False
        delete(client, kind, name)
        log.info("%s_deleted name=%s", kind.method, name)
        return True


@contextmanager
def _upon_what_is_new(attempt: str, thing: str) -> Iterator[None]:
    """What was made a moment ago may be unknown for another: "if the operation fails … retry the request".

    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateEndpoint.html
    """
    try:
        yield
    except GoneError as error:
        what = f"AWS could not {attempt} {thing} for the moment."
        raise BusyError(what, error.why, "It will be tried again.", error.code) from error


def _new_tags(endpoint: Endpoint) -> list[dict[str, str]]:
    """All but the id, which stays that of the row for which the endpoint was made."""
    return [tag for tag in endpoint_tags(endpoint) if tag["Key"] != ID_TAG]


def _heading_for(told: Mapping[str, Any]) -> str:
    """The configuration that the endpoint has, or that an update under way is to give it."""
    pending = told.get("PendingDeploymentSummary") or {}
    return str(pending.get("EndpointConfigName") or told["EndpointConfigName"])


def _variants(told: Mapping[str, Any]) -> set[str]:
    shown = (*told.get("ProductionVariants", ()), *told.get("ShadowProductionVariants", ()))
    return {str(variant["VariantName"]) for variant in shown}


def _traffic(endpoint: Endpoint) -> Traffic:
    if endpoint.traffic is None:
        raise PlatformError(f"The traffic of *{endpoint.name}* is not to be divided.")
    return endpoint.traffic


def _release(endpoint: Endpoint) -> list[tuple[ResourceKind, str]]:
    """All that there is of a release: the configuration that divides its traffic, its own one, and its model."""
    mixed = [(CONFIGURATION, endpoint.traffic.configuration)] if endpoint.traffic else []
    return [*mixed, (CONFIGURATION, endpoint.release_name), (MODEL, endpoint.release_name)]
