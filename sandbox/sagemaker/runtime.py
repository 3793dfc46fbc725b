"""SageMaker's runtime: one invocation of an endpoint, with AWS's limits and error codes.

https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpoint.html
"""

import logging
from contextlib import nullcontext

from werkzeug.wrappers import Response

from sandbox.sagemaker.arns import ACCOUNT, Arns
from sandbox.sagemaker.dispatch import Call
from sandbox.sagemaker.endpoints import Endpoints, Live
from sandbox.sagemaker.errors import AwsError
from sandbox.sagemaker.logs import LogStream
from sandbox.sagemaker.moto_services import MotoServices
from sandbox.sagemaker.pace import Limits
from sandbox.sagemaker.validation import check, wording

logger = logging.getLogger(__name__)

ENDPOINT_GROUP = "/aws/sagemaker/Endpoints/"
_PARAMETERS = {
    "ContentType": "Content-Type",
    "Accept": "Accept",
    "CustomAttributes": "X-Amzn-SageMaker-Custom-Attributes",
    "TargetVariant": "X-Amzn-SageMaker-Target-Variant",
    "InferenceId": "X-Amzn-SageMaker-Inference-Id",
}


class Runtime:
    """Answers InvokeEndpoint from the models that are in service."""

    def __init__(self, endpoints: Endpoints, limits: Limits, arns: Arns, services: MotoServices) -> None:
        self._endpoints = endpoints
        self._limits = limits
        self._arns = arns
        self._services = services

    def __call__(self, call: Call) -> Response:
        if call.operation != "InvokeEndpoint":
            raise AwsError("UnknownOperationException", f"{call.operation} is not an operation of the local AWS", 404)
        name = call.arguments["EndpointName"]
        parameters = _parameters(call)
        if complaints := check("InvokeEndpoint", parameters | {"Body": ""}, "sagemaker-runtime"):
            raise AwsError("ValidationError", wording(complaints))
        live = self._endpoints.live(name)
        if live is None:
            raise AwsError("ValidationError", f"Endpoint {name} of account {ACCOUNT} not found.")
        self._check(live, parameters, call.body)
        return self._invoked(live, parameters, call.body)

    def _check(self, live: Live, parameters: dict[str, str], body: bytes) -> None:
        variant = live.endpoint.variant["VariantName"]
        if parameters.get("TargetVariant", variant) != variant:
            raise AwsError("ValidationError", f"Variant {parameters['TargetVariant']} not found for the endpoint.")
        limit = self._limits.serverless_payload if live.pool else self._limits.realtime_payload
        if len(body) > limit:
            # The front end refuses before SageMaker sees the request, so this one comes without an error code.
            raise AwsError("", f"HTTP content length exceeded {limit} bytes.", 413)

    def _invoked(self, live: Live, parameters: dict[str, str], body: bytes) -> Response:
        content_type = parameters.get("ContentType", "application/octet-stream")
        with live.pool.container() if live.pool else nullcontext():
            try:
                answer, answer_type = live.model.infer(body, content_type, parameters.get("Accept", "application/json"))
            except Exception as error:
                # This is the container's code: whatever it raises, AWS answers ModelError.
                raise self._model_error(live, error) from error
        headers = {"x-Amzn-Invoked-Production-Variant": live.endpoint.variant["VariantName"]}
        return Response(answer, 200, headers, content_type=answer_type)

    def _model_error(self, live: Live, error: Exception) -> AwsError:
        status = _status_of(error)
        side = "client" if status < 500 else "server"
        name, told = live.endpoint.name, str(error)
        logger.info("model_error endpoint=%s status=%d", name, status)
        group, stream = ENDPOINT_GROUP + name, f"{live.endpoint.variant['VariantName']}/i-local"
        LogStream(self._services, group, stream).write([f"{type(error).__name__}: {told}"])
        message = (
            f'Received {side} error ({status}) from primary with message "{told}". '
            f"See the log group {group} in account {ACCOUNT} for more information."
        )
        arn = self._arns.log_stream(group, stream)
        return AwsError("ModelError", message, 424, OriginalStatusCode=status, OriginalMessage=told, LogStreamArn=arn)


def _parameters(call: Call) -> dict[str, str]:
    given = {member: call.headers.get(header.title()) for member, header in _PARAMETERS.items()}
    return {"EndpointName": call.arguments["EndpointName"]} | {
        member: value for member, value in given.items() if value
    }


def _status_of(error: Exception) -> int:
    """The status with which a container's own server would have answered."""
    if "ContentType" in type(error).__name__:
        return 415
    return 400 if isinstance(error, ValueError) else 500
