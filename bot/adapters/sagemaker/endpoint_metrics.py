"""What CloudWatch counts of endpoints: calls, errors and latency of each hour, of many endpoints in one call."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from bot.adapters.sagemaker.clients import AwsClients
from bot.adapters.sagemaker.errors import aws_errors
from bot.domain.usage import Span, UsageHour

# https://docs.aws.amazon.com/sagemaker/latest/dg/monitoring-cloudwatch.html#cloudwatch-metrics-endpoint-invocation
NAMESPACE = "AWS/SageMaker"
_PERIOD = 3600
# The latency comes in microseconds.
_METRICS: Mapping[str, tuple[str, float]] = {
    "Invocations": ("calls", 1.0),
    "Invocation4XXErrors": ("errors", 1.0),
    "Invocation5XXErrors": ("errors", 1.0),
    "ModelLatency": ("latency", 1e-6),
}
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
_QUERIES_A_CALL = 500


@dataclass(frozen=True, slots=True)
class _Query:
    """One metric of one variant, and which figure of an hour it goes into."""

    span: Span
    variant: str
    metric: str

    def request(self, query_id: str) -> dict[str, Any]:
        dimensions = {"EndpointName": self.span.endpoint_name, "VariantName": self.variant}
        metric = {
            "Namespace": NAMESPACE,
            "MetricName": self.metric,
            "Dimensions": [{"Name": name, "Value": value} for name, value in dimensions.items()],
        }
        return {"Id": query_id, "MetricStat": {"Metric": metric, "Period": _PERIOD, "Stat": "Sum"}}

    def added(self, hour: UsageHour, value: float) -> UsageHour:
        figure, unit = _METRICS[self.metric]
        return replace(hour, **{figure: getattr(hour, figure) + value * unit})


class CloudWatchFigures:
    """The port EndpointFigures on CloudWatch."""

    def __init__(self, clients: AwsClients) -> None:
        self._clients = clients

    def hours(self, spans: Sequence[Span]) -> Mapping[str, Sequence[UsageHour]]:
        queries = [_Query(span, variant, metric) for span in spans for variant in span.variants for metric in _METRICS]
        hours: dict[str, dict[datetime, UsageHour]] = {span.endpoint_name: {} for span in spans}
        for begin in range(0, len(queries), _QUERIES_A_CALL):
            self._read(queries[begin : begin + _QUERIES_A_CALL], hours)
        return {name: list(by_hour.values()) for name, by_hour in hours.items()}

    def _read(self, queries: Sequence[_Query], hours: dict[str, dict[datetime, UsageHour]]) -> None:
        asked = {f"q{number}": query for number, query in enumerate(queries)}
        for result in self._results(asked):
            query = asked[result["Id"]]
            for at, value in zip(result["Timestamps"], result["Values"], strict=True):
                began_at = at.astimezone(UTC)
                by_hour = hours[query.span.endpoint_name]
                by_hour[began_at] = query.added(by_hour.get(began_at, UsageHour(began_at)), value)

    def _results(self, asked: Mapping[str, _Query]) -> Iterable[Mapping[str, Any]]:
        """Of all pages. An endpoint that is younger than the others has no figures from before its time."""
        spans = [query.span for query in asked.values()]
        with aws_errors("read", "the figures of the endpoints"):
            pages = self._clients.cloudwatch.get_paginator("get_metric_data").paginate(
                MetricDataQueries=[query.request(query_id) for query_id, query in asked.items()],
                StartTime=min(span.begin for span in spans),
                EndTime=max(span.end for span in spans),
            )
            return [result for page in pages for result in page["MetricDataResults"]]
