"""The alarms that make AWS take an update back by itself: too many answers that are errors, or answers too slow.

https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails-configuration.html
"""

import logging
from collections.abc import Mapping
from typing import Any

from bot.adapters.sagemaker.clients import AwsClients
from bot.adapters.sagemaker.errors import aws_errors
from bot.adapters.sagemaker.tagging import ID_TAG, OWNER_TAG, tags
from bot.domain.endpoints import Endpoint, Kind
from bot.errors import DeniedError, GoneError

PREFIX = "darkroom-"
PERIOD_SECONDS = 60
# Of the answers of a minute; and AWS counts a model's latency in microseconds.
# https://docs.aws.amazon.com/sagemaker/latest/dg/monitoring-cloudwatch.html
_RULES: Mapping[str, Mapping[str, Any]] = {
    "errors": {"MetricName": "Invocation5XXErrors", "Threshold": 0.05},
    "latency": {"MetricName": "ModelLatency", "Threshold": 10_000_000.0},
}
log = logging.getLogger(__name__)


class UpdateAlarms:
    """Two alarms for each real-time endpoint, made when it is first updated and deleted along with it."""

    def __init__(self, clients: AwsClients) -> None:
        self._clients = clients

    def of(self, endpoint: Endpoint) -> tuple[str, ...]:
        """Their names; none where the bot may not make alarms, or where AWS heeds none."""
        if endpoint.hosting.kind == Kind.SERVERLESS:
            return ()
        try:
            for request in requests(endpoint):
                with aws_errors("make", f"the alarm *{request['AlarmName']}*"):
                    self._clients.cloudwatch.put_metric_alarm(**request)
        except DeniedError as error:
            log.warning("update_without_alarms id=%s name=%s code=%s", endpoint.id, endpoint.name, error.code)
            return ()
        return tuple(names(endpoint.name))

    def remove(self, endpoint: Endpoint) -> None:
        """That there are none is fine."""
        if endpoint.hosting.kind == Kind.SERVERLESS:
            return
        # One by one: where one of several is not there, none is deleted.
        # https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DeleteAlarms.html
        for name in names(endpoint.name):
            try:
                with aws_errors("delete", f"the alarm *{name}*"):
                    self._clients.cloudwatch.delete_alarms(AlarmNames=[name])
            except (DeniedError, GoneError) as error:
                log.info("alarm_not_deleted name=%s code=%s", name, error.code)


def names(endpoint_name: str) -> list[str]:
    return [f"{PREFIX}{endpoint_name}-{rule}" for rule in _RULES]


def requests(endpoint: Endpoint) -> list[dict[str, Any]]:
    """PutMetricAlarm: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html"""
    dimensions = {"EndpointName": endpoint.name, "VariantName": endpoint.variant}
    shared = {
        "AlarmDescription": "Darkroom: while this sounds, an update of the endpoint is taken back.",
        "Namespace": "AWS/SageMaker",
        "Dimensions": [{"Name": name, "Value": value} for name, value in dimensions.items()],
        "Statistic": "Average",
        "Period": PERIOD_SECONDS,
        "EvaluationPeriods": 1,
        "ComparisonOperator": "GreaterThanThreshold",
        "TreatMissingData": "notBreaching",
        "Tags": tags({ID_TAG: endpoint.id, OWNER_TAG: endpoint.owner}),
    }
    return [
        {"AlarmName": name, **rule, **shared} for name, rule in zip(names(endpoint.name), _RULES.values(), strict=True)
    ]
