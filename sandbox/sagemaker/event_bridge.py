"""What SageMaker tells EventBridge of changes, brought by a rule to an SQS queue for whoever listens there.

https://docs.aws.amazon.com/sagemaker/latest/dg/automating-sagemaker-with-eventbridge.html
"""

import json
import re
import threading
import time
import uuid
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from sandbox.sagemaker.arns import ACCOUNT
from sandbox.sagemaker.moto_services import MotoServices

QUEUE = "darkroom-events"


class Kind(StrEnum):
    """Detail types, as far as something here tells of itself."""

    TRAINING_JOB = "SageMaker Training Job State Change"
    TUNING_JOB = "SageMaker HyperParameter Tuning Job State Change"
    ENDPOINT = "SageMaker Endpoint State Change"
    ENDPOINT_DEPLOYMENT = "SageMaker Endpoint Deployment State Change"
    MODEL_PACKAGE = "SageMaker Model Package State Change"


class EventBridge:
    """Tells nobody until a queue is asked for, as AWS does without a rule."""

    def __init__(self, services: MotoServices, region: str) -> None:
        self._services = services
        self._region = region
        self._listened_to = threading.Event()

    def open_queue(self) -> str:
        """The name of the queue to which the rule brings all events; the second call finds the same one."""
        self._services.create_queue(QUEUE)
        self._listened_to.set()
        return QUEUE

    def close(self) -> None:
        """Wakes whoever waits at the queue, lest they keep the server from stopping."""
        if self._listened_to.is_set():
            self._listened_to.clear()
            self._services.send(QUEUE, "{}")

    def tell(self, kind: Kind, arn: str, detail: Mapping[str, Any], tags: Mapping[str, str] | None = None) -> None:
        """A resource has changed; `detail` is what Describe says of it, with times in epoch seconds."""
        if not self._listened_to.is_set():
            return
        told = {name: _written(name, value) for name, value in detail.items()} | {"Tags": dict(tags or {})}
        event = {
            "version": "0",
            "id": str(uuid.uuid4()),
            "detail-type": kind.value,
            "source": "aws.sagemaker",
            "account": ACCOUNT,
            "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "region": self._region,
            "resources": [arn],
            "detail": told,
        }
        # "SageMaker may send multiple events to EventBridge for each state change", and here it always does.
        for _ in range(2):
            self._services.send(QUEUE, json.dumps(event))


def _written(name: str, value: Any) -> Any:
    """As events have it: times in milliseconds, and an endpoint's status in capitals."""
    if isinstance(value, Mapping):
        return {inner: _written(inner, one) for inner, one in value.items()}
    if isinstance(value, list):
        return [_written(name, one) for one in value]
    if name == "EndpointStatus":
        return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", value).upper()
    if name.endswith("Time") and isinstance(value, int | float):
        return int(value * 1000)
    return value
