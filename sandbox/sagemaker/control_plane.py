"""A control plane: finds the operation, holds the request against AWS's service model, and runs it."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from werkzeug.wrappers import Response

from sandbox.sagemaker.dispatch import Call
from sandbox.sagemaker.errors import AwsError, Protocol
from sandbox.sagemaker.validation import check, wording

Operation = Callable[[dict[str, Any]], dict[str, Any]]


class ControlPlane:
    """A JSON 1.1 service of AWS made of operations by name."""

    def __init__(self, operations: Mapping[str, Operation], service: str = "sagemaker") -> None:
        self._operations = operations
        self._service = service

    def __call__(self, call: Call) -> Response:
        if call.protocol is not Protocol.JSON or call.operation not in self._operations:
            raise AwsError("UnknownOperationException", f"{call.operation} is not an operation of the local AWS")
        if complaints := check(call.operation, call.arguments, self._service):
            raise AwsError("ValidationException", wording(complaints))
        answer = self._operations[call.operation](_without_nulls(call.arguments))
        return Response(json.dumps(answer), content_type="application/x-amz-json-1.1")


def _without_nulls(value: Any) -> Any:
    """AWS takes a member that is null as one that is not given."""
    if isinstance(value, dict):
        return {name: _without_nulls(member) for name, member in value.items() if member is not None}
    return [_without_nulls(member) for member in value] if isinstance(value, list) else value
