"""SageMaker's runtime: one invocation of an endpoint, with AWS's limits and error codes.

https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpoint.html
"""

import json
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import Any

from werkzeug.wrappers import Response

from sandbox.sagemaker.arns import ACCOUNT, Arns
from sandbox.sagemaker.dispatch import Call
from sandbox.sagemaker.endpoint_metrics import EndpointMetrics, Invocation
from sandbox.sagemaker.endpoints import Endpoints
from sandbox.sagemaker.errors import AwsError
from sandbox.sagemaker.faults import Ailment
from sandbox.sagemaker.fleet_building import ENDPOINT_GROUP
from sandbox.sagemaker.logs import LogStream
from sandbox.sagemaker.moto_services import MotoServices
from sandbox.sagemaker.pace import Limits
from sandbox.sagemaker.traffic import ServingVariant
from sandbox.sagemaker.validation import check, wording
from sandbox.sagemaker.workers import TooSlowError

logger = logging.getLogger(__name__)

_PARAMETERS = {
    "ContentType": "Content-Type",
    "Accept": "Accept",
    "CustomAttributes": "X-Amzn-SageMaker-Custom-Attributes",
    "TargetVariant": "X-Amzn-SageMaker-Target-Variant",
    "InferenceId": "X-Amzn-SageMaker-Inference-Id",
}
# https://github.com/RamVegiraju/SageMaker-Deployment/issues/3: the status that comes with it is 0.
_TIMED_OUT = (
    "Your invocation timed out while waiting for a response from container primary. Review the latency metrics for "
    "each container in Amazon CloudWatch, resolve the issue, and try again."
)


@dataclass(frozen=True, slots=True)
class Asked:
    """One invocation as it arrived."""

    parameters: dict[str, str]
    body: bytes

    @property
    def endpoint(self) -> str:
        return self.parameters["EndpointName"]


@dataclass(frozen=True, slots=True)
class RuntimeFloor:
    """What the runtime stands on; `slowness` tells how much longer a test wants the next container to take."""

    limits: Limits
    arns: Arns
    services: MotoServices
    slowness: Callable[[], float]
    wait: Callable[[float], object]


class Runtime:
    """Answers InvokeEndpoint from the models that are in service, and keeps count of it."""

    def __init__(self, floor: RuntimeFloor, endpoints: Endpoints, metrics: EndpointMetrics) -> None:
        self._floor = floor
        self._endpoints = endpoints
        self._metrics = metrics
        self._shadows = ThreadPoolExecutor(1, thread_name_prefix="shadow")

    def close(self) -> None:
        self._shadows.shutdown(cancel_futures=True)

    def __call__(self, call: Call) -> Response:
        if call.operation != "InvokeEndpoint":
            raise AwsError("UnknownOperationException", f"{call.operation} is not an operation of the local AWS", 404)
        asked = Asked(_parameters(call), call.body)
        if complaints := check("InvokeEndpoint", asked.parameters | {"Body": ""}, "sagemaker-runtime"):
            raise AwsError("ValidationError", wording(complaints))
        live = self._endpoints.live(asked.endpoint)
        if live is None:
            raise AwsError("ValidationError", f"Endpoint {asked.endpoint} of account {ACCOUNT} not found.")
        routed = live.route(asked.parameters.get("TargetVariant"))
        self._check_size(routed.variant, asked.body, call.request_id)
        answer, answer_type = self._counted(asked, routed.variant, routed.config_name)
        if routed.shadow is not None:
            self._shadows.submit(self._copied, asked, routed.shadow, routed.config_name)
        headers = {"x-Amzn-Invoked-Production-Variant": routed.variant.name}
        return Response(answer, 200, headers, content_type=answer_type)

    def _check_size(self, variant: ServingVariant, body: bytes, request_id: str) -> None:
        limits = self._floor.limits
        if variant.pool and len(body) > limits.serverless_payload:
            # https://github.com/aws/sagemaker-python-sdk/issues/4271
            raise AwsError("ValidationError", f"Request {request_id} has oversize body.")
        if len(body) > limits.realtime_payload:
            # The front end refuses before SageMaker sees the request, so this one comes without an error code.
            raise AwsError("", f"HTTP content length exceeded {limits.realtime_payload} bytes.", 413)

    def _copied(self, asked: Asked, shadow: ServingVariant, config_name: str) -> None:
        try:
            self._counted(asked, shadow, config_name)
        except AwsError as error:
            logger.info("shadow_failed endpoint=%s code=%s", asked.endpoint, error.code)

    def _counted(self, asked: Asked, variant: ServingVariant, config_name: str) -> tuple[bytes, str]:
        """The model's answer; however it went, the metrics tell of it."""
        begun = time.monotonic()
        told = Invocation(
            asked.endpoint, variant.name, config_name, 200, 0.0, 0.0, 0 if variant.pool else variant.count
        )
        try:
            with variant.pool.container() if variant.pool else nullcontext() as setup:
                started = time.monotonic()
                told = replace(told, setup=setup, overhead=started - begun)
                try:
                    return self._inferred(asked, variant)
                finally:
                    told = replace(told, model_latency=time.monotonic() - started)
        except AwsError as error:
            told = replace(told, status=error.fields.get("OriginalStatusCode", error.status) or 504)
            raise
        finally:
            self._metrics.record(told)

    def _inferred(self, asked: Asked, variant: ServingVariant) -> tuple[bytes, str]:
        content_type = asked.parameters.get("ContentType", "application/octet-stream")
        accept = asked.parameters.get("Accept", "application/json")
        slowness = self._floor.slowness()

        def work() -> tuple[bytes, str]:
            if slowness:
                self._floor.wait(slowness)
            _fail_if_ailing(variant)
            return variant.model.infer(asked.body, content_type, accept)

        try:
            answer, answer_type = variant.workers.run(work, self._floor.limits.invocation_seconds)
        except TooSlowError:
            raise self._model_error(asked.endpoint, variant, 0, _TIMED_OUT) from None
        except Exception as error:
            # This is the container's code: whatever it raises, AWS answers ModelError.
            raise self._failure(asked.endpoint, variant, error) from error
        return (_wrong(answer) if variant.ailment is Ailment.WRONG_ANSWERS else answer), answer_type

    def _failure(self, endpoint: str, variant: ServingVariant, error: Exception) -> AwsError:
        group, stream = _log_of(endpoint, variant)
        LogStream(self._floor.services, group, stream).write([f"{type(error).__name__}: {error}"])
        return self._model_error(endpoint, variant, variant.model.status_of(error), str(error))

    def _model_error(self, endpoint: str, variant: ServingVariant, status: int, told: str) -> AwsError:
        logger.info("model_error endpoint=%s status=%d", endpoint, status)
        group, stream = _log_of(endpoint, variant)
        region = self._floor.arns.region
        # https://github.com/aws/sagemaker-python-sdk/issues/2955, and for status 0 the issue at _TIMED_OUT.
        message = (
            f"Received {'client' if 400 <= status < 500 else 'server'} error ({status}) from primary with message "
            f'"{told}". See https://{region}.console.aws.amazon.com/cloudwatch/home?region={region}'
            f"#logEventViewer:group={group} in account {ACCOUNT} for more information."
        )
        arn = self._floor.arns.log_stream(group, stream)
        return AwsError("ModelError", message, 424, OriginalStatusCode=status, OriginalMessage=told, LogStreamArn=arn)


def _log_of(endpoint: str, variant: ServingVariant) -> tuple[str, str]:
    return ENDPOINT_GROUP + endpoint, f"{variant.name}/i-local"


def _parameters(call: Call) -> dict[str, str]:
    given = {member: call.headers.get(header.title()) for member, header in _PARAMETERS.items()}
    return {"EndpointName": call.arguments["EndpointName"]} | {
        member: value for member, value in given.items() if value
    }


def _fail_if_ailing(variant: ServingVariant) -> None:
    if variant.ailment is Ailment.ERRORS:
        raise RuntimeError("a failure that a test asked for")


def _wrong(answer: bytes) -> bytes:
    """A list of probabilities the other way round: well formed, and wrong."""
    try:
        probabilities: Any = json.loads(answer)
    except ValueError:
        return answer
    return json.dumps(probabilities[::-1]).encode() if isinstance(probabilities, list) else answer
