"""What the local AWS refuses with: AWS's error codes, and how each protocol of AWS writes an error down."""

import json
from enum import StrEnum
from typing import Any
from xml.sax.saxutils import escape

from werkzeug.wrappers import Response


class Protocol(StrEnum):
    """The ways in which AWS services speak; an error looks different in each."""

    JSON = "json"
    REST_JSON = "rest-json"
    REST_XML = "rest-xml"
    QUERY = "query"
    CBOR = "rpc-v2-cbor"


class AwsError(Exception):
    """A refusal as AWS words it; `fields` are further members of the error's shape."""

    def __init__(self, code: str, message: str, status: int = 400, **fields: Any) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status
        self.fields = fields


class ContainerFailureError(Exception):
    """A training job cannot go on; the text is its FailureReason."""


def invalid(message: str) -> AwsError:
    return AwsError("ValidationException", message)


def as_response(error: AwsError, protocol: Protocol, request_id: str) -> Response:
    match protocol:
        case Protocol.JSON:
            return _json(error, {"__type": error.code, "message": error.message}, {})
        case Protocol.REST_JSON:
            # A refusal without a code (the front end's 413) is named by its status, as botocore then does.
            headers = {"x-amzn-ErrorType": error.code} if error.code else {}
            return _json(error, {"Message": error.message or None}, headers)
        case Protocol.REST_XML:
            return _xml(error, f"<Error>{_members(error)}<RequestId>{request_id}</RequestId></Error>")
        case Protocol.CBOR:
            headers = {"smithy-protocol": Protocol.CBOR.value}
            body = _cbor({"__type": error.code, "message": error.message})
            return Response(body, error.status, headers, content_type="application/cbor")
        case Protocol.QUERY:
            inner = f"<Error>{_members(error)}</Error><RequestId>{request_id}</RequestId>"
            return _xml(error, f"<ErrorResponse>{inner}</ErrorResponse>")


def _json(error: AwsError, body: dict[str, Any], headers: dict[str, str]) -> Response:
    text = json.dumps(body | error.fields)
    return Response(text, error.status, headers, content_type="application/x-amz-json-1.1")


def _xml(error: AwsError, text: str) -> Response:
    return Response(f'<?xml version="1.0"?>{text}', error.status, content_type="application/xml")


def _members(error: AwsError) -> str:
    return f"<Code>{escape(error.code)}</Code><Message>{escape(error.message)}</Message>"


def _cbor(members: dict[str, str]) -> bytes:
    """A map of texts: https://www.rfc-editor.org/rfc/rfc8949.html#section-3.1"""
    texts = (text.encode() for member in members.items() for text in member)
    return bytes([0xA0 | len(members)]) + b"".join(b"\x7a" + len(text).to_bytes(4, "big") + text for text in texts)
