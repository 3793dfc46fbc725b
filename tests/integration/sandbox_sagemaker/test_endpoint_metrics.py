"""What CloudWatch tells of an endpoint's invocations, and the alarms that follow it."""

from collections.abc import Callable
from typing import Any

import pytest

from sandbox.sagemaker import LocalAws

from .steps import REALTIME, SERVERLESS, metric_points, put_model, refusal, settled, until

BOTH = [{"Name": "EndpointName", "Value": "endpoint"}, {"Name": "VariantName", "Value": "AllTraffic"}]
Told = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def cloudwatch(aws: LocalAws, make_client: Callable[..., Any]) -> Any:
    return make_client(aws, "cloudwatch")


@pytest.fixture
def served(sagemaker: Any, s3: Any) -> Callable[[dict[str, Any]], None]:
    def serve(variant: dict[str, Any]) -> None:
        put_model(sagemaker, s3, "model", 1)
        variants = [{"VariantName": "AllTraffic", "ModelName": "model", **variant}]
        sagemaker.create_endpoint_config(EndpointConfigName="config", ProductionVariants=variants)
        sagemaker.create_endpoint(EndpointName="endpoint", EndpointConfigName="config")
        settled(sagemaker)

    return serve


@pytest.fixture
def told(cloudwatch: Any) -> Told:
    """A metric's points over the last hour."""

    def of(name: str, dimensions: list[dict[str, str]] = BOTH) -> list[dict[str, Any]]:
        return metric_points(cloudwatch, name, dimensions)

    return of


def invoke(runtime: Any, body: bytes = b"pixels") -> Any:
    return runtime.invoke_endpoint(EndpointName="endpoint", Body=body, ContentType="image/png")


def until_counted(told: Told, calls: int) -> None:
    """Waits for the metric that is published last."""
    until(lambda: sum(point["SampleCount"] for point in told("OverheadLatency")) == calls)


def test_invocations_and_errors_are_counted(served: Any, runtime: Any, told: Told) -> None:
    served(REALTIME)
    invoke(runtime)
    refusal(lambda: invoke(runtime, b"bad"))
    refusal(lambda: invoke(runtime, b"crash"))
    until_counted(told, 3)

    assert told("Invocations")[0]["Sum"] == 3
    assert told("Invocation4XXErrors")[0]["Average"] == pytest.approx(1 / 3)
    assert told("Invocation5XXErrors")[0]["Sum"] == 1
    assert told("InvocationsPerInstance")[0]["Sum"] == 3


def test_latencies_are_told_in_microseconds(served: Any, runtime: Any, told: Told) -> None:
    served(REALTIME)
    invoke(runtime, b"slow")
    until_counted(told, 1)
    (latency,) = told("ModelLatency")

    assert 300_000 <= latency["Maximum"] < 5_000_000
    assert latency["Unit"] == "Microseconds"
    assert told("ModelSetupTime") == []


def test_a_cold_start_is_told(served: Any, runtime: Any, told: Told) -> None:
    served(SERVERLESS)
    invoke(runtime)
    until_counted(told, 1)

    assert (told("ModelSetupTime")[0]["SampleCount"], told("InvocationsPerInstance")) == (1, [])


def test_the_configuration_is_a_dimension_of_a_metric_of_its_own(served: Any, runtime: Any, told: Told) -> None:
    served(REALTIME)
    invoke(runtime)
    three = [*BOTH, {"Name": "EndpointConfigName", "Value": "config"}]
    until(lambda: told("Invocations", three))

    assert told("Invocations", BOTH)[0]["Sum"] == 1
    assert told("Invocations", BOTH[:1]) == []


def test_an_alarm_follows_the_metric_there_and_back(served: Any, runtime: Any, cloudwatch: Any) -> None:
    served(REALTIME)
    cloudwatch.put_metric_alarm(
        AlarmName="errors",
        Namespace="AWS/SageMaker",
        MetricName="Invocation5XXErrors",
        Dimensions=BOTH,
        Statistic="Sum",
        Period=300,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanOrEqualToThreshold",
        TreatMissingData="notBreaching",
    )

    def state() -> str:
        return str(cloudwatch.describe_alarms(AlarmNames=["errors"])["MetricAlarms"][0]["StateValue"])

    refusal(lambda: invoke(runtime, b"crash"))

    assert until(lambda: state() == "ALARM")
    assert until(lambda: state() == "OK")


def test_cloudwatch_can_be_made_to_throttle_too(aws: LocalAws, told: Told) -> None:
    aws.faults.add("GetMetricStatistics", "throttle")

    assert refusal(lambda: told("Invocations")) == ("ThrottlingException", "Rate exceeded")
    assert told("Invocations") == []
