"""The one address of the local AWS: reads for which service a request was signed, and hands it to that service."""

import io
import json
import logging
import re
import threading
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Request, Response

from sandbox.sagemaker.errors import AwsError, Protocol, as_response
from sandbox.sagemaker.faults import Faults, happen
from sandbox.sagemaker.s3_operations import s3_arguments, s3_operation

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

logger = logging.getLogger(__name__)

Observer = Callable[[str, str, dict[str, Any]], None]

# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-authentication-methods.html
_SCOPE = re.compile(r"Credential=[^/]+/\d{8}/[^/]+/(?P<service>[^/]+)/aws4_request")
_PRESIGNED_SCOPE = re.compile(r"[^/]+/\d{8}/[^/]+/(?P<service>[^/]+)/aws4_request")
# https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html: what CloudWatch speaks.
_RPC = re.compile(r"^/service/[^/]+/operation/(?P<operation>\w+)$")
_INVOCATION = re.compile(r"^/endpoints/(?P<name>[^/]+)/invocations$")


@dataclass(frozen=True, slots=True)
class Call:
    """One request to one of AWS's services."""

    service: str
    operation: str
    protocol: Protocol
    body: bytes
    headers: Mapping[str, str]
    arguments: dict[str, Any]
    request_id: str


Service = Callable[[Call], Response]


class Dispatch:
    """A WSGI application: our own services by signing name, anything else to moto."""

    def __init__(
        self,
        services: Mapping[str, Service],
        moto: "WSGIApplication",
        closing: threading.Event,
        faults: Faults,
        observers: Sequence[Observer],
    ) -> None:
        self._services = services
        self._moto = moto
        self._closing = closing
        self._faults = faults
        self._observers = observers

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        _read_body(environ)
        request_id = str(uuid.uuid4())
        try:
            call = _call(Request(environ, populate_request=False), request_id)
        except AwsError as error:
            return as_response(error, Protocol.JSON, request_id)(environ, start_response)
        environ["wsgi.input"].seek(0)
        self._tell(call, "before")
        try:
            return self._answer(call)(environ, start_response)
        finally:
            self._tell(call, "after")

    def _answer(self, call: Call) -> "WSGIApplication":
        try:
            answer = self._served(call)
        except AwsError as error:
            logger.info("refused operation=%s code=%s", call.operation, error.code)
            answer = as_response(error, call.protocol, call.request_id)
        if isinstance(answer, Response):
            answer.headers["x-amzn-RequestId"] = call.request_id
        return answer

    def _served(self, call: Call) -> "WSGIApplication":
        if fault := self._faults.take(call.operation):
            logger.info("fault_happens operation=%s kind=%s", call.operation, fault.kind)
            own_answer = happen(fault, call.service, self._closing.wait)
            if own_answer is not None:
                return own_answer
        serve = self._services.get(call.service)
        return serve(call) if serve else self._moto

    def _tell(self, call: Call, moment: str) -> None:
        for observer in list(self._observers):
            observer(call.operation, moment, call.arguments)


def _read_body(environ: "WSGIEnvironment") -> None:
    """Takes the whole body off the connection, so that the next request on it begins where it should."""
    source = environ["wsgi.input"]
    if environ.get("wsgi.input_terminated"):
        body = source.read()
    else:
        body = source.read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = io.BytesIO(body)
    environ["darkroom.body"] = body


def _call(request: Request, request_id: str) -> Call:
    service = _signed_service(request)
    protocol = _protocol(service, request)
    body: bytes = request.environ["darkroom.body"]
    arguments = _arguments(protocol, request, body)
    operation = _operation(service, protocol, request)
    return Call(service, operation, protocol, body, dict(request.headers), arguments, request_id)


def _signed_service(request: Request) -> str:
    signature = _SCOPE.search(request.headers.get("Authorization", ""))
    presigned = _PRESIGNED_SCOPE.fullmatch(request.args.get("X-Amz-Credential", ""))
    if found := signature or presigned:
        return found["service"]
    if "AWSAccessKeyId" in request.args and "Signature" in request.args:
        return "s3"
    raise AwsError("MissingAuthenticationToken", "Request is missing Authentication Token", 403)


def _protocol(service: str, request: Request) -> Protocol:
    if service == "s3":
        return Protocol.REST_XML
    if "X-Amz-Target" in request.headers:
        return Protocol.JSON
    if _RPC.match(request.path):
        return Protocol.CBOR
    if request.mimetype == "application/x-www-form-urlencoded":
        return Protocol.QUERY
    return Protocol.REST_JSON


def _operation(service: str, protocol: Protocol, request: Request) -> str:
    match protocol:
        case Protocol.JSON:
            return request.headers["X-Amz-Target"].rpartition(".")[2]
        case Protocol.QUERY:
            return request.form.get("Action", "")
        case Protocol.REST_XML:
            return s3_operation(request)
        case Protocol.CBOR:
            return request.path.rpartition("/")[2]
        case Protocol.REST_JSON:
            known = service == "sagemaker" and _INVOCATION.match(request.path)
            return "InvokeEndpoint" if known else f"{request.method} {request.path}"


def _arguments(protocol: Protocol, request: Request, body: bytes) -> dict[str, Any]:
    match protocol:
        case Protocol.JSON:
            return _parsed(body)
        case Protocol.QUERY:
            return dict(request.form)
        case Protocol.REST_XML:
            return s3_arguments(request)
        case Protocol.CBOR:
            return {}
        case Protocol.REST_JSON:
            invocation = _INVOCATION.match(request.path)
            return {"EndpointName": invocation["name"]} if invocation else {"Path": request.path}


def _parsed(body: bytes) -> dict[str, Any]:
    try:
        parsed = json.loads(body or b"{}")
    except ValueError as error:
        raise AwsError("SerializationException", "Unable to parse the request") from error
    if not isinstance(parsed, dict):
        raise AwsError("SerializationException", "Start of structure or map found where not expected.")
    return parsed
