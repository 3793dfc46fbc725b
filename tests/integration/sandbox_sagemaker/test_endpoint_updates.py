"""Updates of endpoints: blue/green by steps, what is watched meanwhile, roll-backs, and what AWS refuses."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from sandbox.sagemaker import LocalAws

from .steps import REALTIME, SERVERLESS, put_model, refusal, settled, until

Update = Callable[..., Any]
TWO = {"InstanceType": "ml.m5.large", "InitialInstanceCount": 2}
ALARM = "too-many-errors"


@pytest.fixture
def configure(sagemaker: Any, s3: Any) -> Callable[..., None]:
    """Makes a model whose answers begin with `epochs`, and a configuration of the same name that serves it."""

    def make(name: str, epochs: int, variant: dict[str, Any] = TWO, **members: Any) -> None:
        put_model(sagemaker, s3, name, epochs)
        variants = [{"VariantName": "AllTraffic", "ModelName": name, **variant}]
        sagemaker.create_endpoint_config(EndpointConfigName=name, ProductionVariants=variants, **members)

    return make


@pytest.fixture
def live(sagemaker: Any, configure: Any) -> None:
    configure("old", 1)
    configure("new", 2)
    sagemaker.create_endpoint(EndpointName="endpoint", EndpointConfigName="old")
    settled(sagemaker)


@pytest.fixture
def update(sagemaker: Any) -> Update:
    def to(config: str = "new", **members: Any) -> Any:
        return sagemaker.update_endpoint(EndpointName="endpoint", EndpointConfigName=config, **members)

    return to


@pytest.fixture
def cloudwatch(aws: LocalAws, make_client: Callable[..., Any]) -> Any:
    return make_client(aws, "cloudwatch")


def blue_green(kind: str = "ALL_AT_ONCE", wait: int = 0, alarms: bool = False, **policy: Any) -> dict[str, Any]:
    routing = {"Type": kind, "WaitIntervalInSeconds": wait}
    routing |= {member: policy.pop(member) for member in ("CanarySize", "LinearStepSize") if member in policy}
    config: dict[str, Any] = {"BlueGreenUpdatePolicy": {"TrafficRoutingConfiguration": routing, **policy}}
    return config | ({"AutoRollbackConfiguration": {"Alarms": [{"AlarmName": ALARM}]}} if alarms else {})


def half(kind: str = "CAPACITY_PERCENT", value: int = 50) -> dict[str, Any]:
    return {"Type": kind, "Value": value}


def put_alarm(cloudwatch: Any, **members: Any) -> None:
    cloudwatch.put_metric_alarm(
        **{
            "AlarmName": ALARM,
            "Namespace": "AWS/SageMaker",
            "MetricName": "Invocation5XXErrors",
            "Dimensions": [
                {"Name": "EndpointName", "Value": "endpoint"},
                {"Name": "VariantName", "Value": "AllTraffic"},
            ],
            "Statistic": "Average",
            "Period": 60,
            "EvaluationPeriods": 1,
            "Threshold": 0.1,
            "ComparisonOperator": "GreaterThanThreshold",
            "TreatMissingData": "notBreaching",
        }
        | members
    )


def who_answers(runtime: Any) -> int:
    answer = runtime.invoke_endpoint(EndpointName="endpoint", Body=b"pixels", ContentType="image/png")
    return int(json.loads(answer["Body"].read())[0])


def stage(sagemaker: Any) -> str | None:
    """The deployment stage of the new fleet."""
    pending = sagemaker.describe_endpoint(EndpointName="endpoint").get("PendingDeploymentSummary")
    return str(pending["ProductionVariants"][0]["VariantStatus"][0]["Status"]) if pending else None


def test_an_update_brings_the_new_model_and_the_new_configuration(
    live: None, update: Update, sagemaker: Any, runtime: Any
) -> None:
    before = who_answers(runtime)
    update()
    during = sagemaker.describe_endpoint(EndpointName="endpoint")
    after = settled(sagemaker)

    assert (before, who_answers(runtime)) == (1, 2)
    assert (during["EndpointStatus"], during["PendingDeploymentSummary"]["EndpointConfigName"]) == ("Updating", "new")
    assert (after["EndpointStatus"], after["EndpointConfigName"]) == ("InService", "new")
    assert "PendingDeploymentSummary" not in after
    assert after["ProductionVariants"][0].get("VariantStatus") is None


def test_the_old_fleet_answers_until_the_new_one_is_up(make_aws: Any, make_client: Any) -> None:
    aws = make_aws(speed=300, pace=None)
    sagemaker, s3, runtime = (make_client(aws, name) for name in ("sagemaker", "s3", "sagemaker-runtime"))
    for name, epochs in (("old", 1), ("new", 2)):
        put_model(sagemaker, s3, name, epochs)
        variants = [{"VariantName": "AllTraffic", "ModelName": name, **REALTIME}]
        sagemaker.create_endpoint_config(EndpointConfigName=name, ProductionVariants=variants)
    sagemaker.create_endpoint(EndpointName="endpoint", EndpointConfigName="old")
    settled(sagemaker)
    sagemaker.update_endpoint(EndpointName="endpoint", EndpointConfigName="new")

    assert (stage(sagemaker), who_answers(runtime)) == ("Creating", 1)
    assert until(lambda: who_answers(runtime) == 2)


def test_a_canary_gets_its_share_before_all_traffic_moves(
    live: None, update: Update, sagemaker: Any, runtime: Any
) -> None:
    update(DeploymentConfig=blue_green("CANARY", 1000, CanarySize=half()))
    until(lambda: stage(sagemaker) == "Baking")
    shared = [who_answers(runtime) for _ in range(10)]
    settled(sagemaker)

    assert (sorted(shared), who_answers(runtime)) == ([1] * 5 + [2] * 5, 2)


def test_the_stages_of_a_deployment_are_told_as_events(
    live: None, update: Update, aws: LocalAws, sagemaker: Any, make_client: Any
) -> None:
    queue_url, sqs = aws.events_queue(), make_client(aws, "sqs")
    update(DeploymentConfig=blue_green("CANARY", 10, CanarySize=half()))
    settled(sagemaker)
    details = [json.loads(one["Body"])["detail"] for one in messages(sqs, queue_url)][::2]
    pending = [detail.get("PendingDeploymentSummary", {}).get("ProductionVariants", [{}])[0] for detail in details]
    stages = [one["VariantStatus"][0].get("StatusMessage") if one else None for one in pending]

    assert [detail["EndpointStatus"] for detail in details] == ["UPDATING"] * 5 + ["IN_SERVICE"]
    assert stages == [
        "Launching 2 instance(s).",
        "Activating traffic on canary capacity of 1 instance(s).",
        "Baking for 10 seconds (WaitIntervalInSeconds) with traffic enabled on canary capacity of 1 instance(s).",
        "Activating traffic on full capacity of 2 instance(s).",
        "Baking for 10 seconds (WaitIntervalInSeconds) with traffic enabled on full capacity of 2 instance(s).",
        None,
    ]


def messages(sqs: Any, queue_url: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    while more := sqs.receive_message(QueueUrl=queue_url, MaxNumberOfMessages=10).get("Messages"):
        found += more
    return found


@pytest.mark.parametrize("ailment", ["image_pull", "health_check", "out_of_memory"])
def test_a_new_model_that_does_not_come_up_leaves_the_old_one_in_service(
    live: None, update: Update, aws: LocalAws, sagemaker: Any, runtime: Any, ailment: str
) -> None:
    aws.faults.ail("endpoint", ailment)
    update()
    after = settled(sagemaker)

    assert (after["EndpointStatus"], after["EndpointConfigName"], who_answers(runtime)) == ("InService", "old", 1)
    assert ("pulled" if ailment == "image_pull" else "ping health check") in after["FailureReason"]


def test_a_fleet_can_be_made_to_answer_wrongly(
    live: None, update: Update, aws: LocalAws, sagemaker: Any, runtime: Any
) -> None:
    aws.faults.ail("endpoint", "wrong_answers")
    update()
    settled(sagemaker)

    # The stub answers epochs and size.
    assert who_answers(runtime) == len(b"pixels")


def test_an_alarm_that_trips_while_baking_rolls_back(
    live: None, update: Update, aws: LocalAws, sagemaker: Any, runtime: Any, cloudwatch: Any
) -> None:
    put_alarm(cloudwatch)
    aws.faults.ail("endpoint", "errors")
    update(DeploymentConfig=blue_green(wait=3600, alarms=True))
    until(lambda: stage(sagemaker) == "Baking")
    code, _ = refusal(lambda: who_answers(runtime))
    after = settled(sagemaker)

    assert code == "ModelError"
    assert (after["EndpointStatus"], after["EndpointConfigName"]) == ("InService", "old")
    assert ALARM in after["FailureReason"]
    assert who_answers(runtime) == 1


def test_an_alarm_set_by_hand_rolls_back_as_well(live: None, update: Update, sagemaker: Any, cloudwatch: Any) -> None:
    put_alarm(cloudwatch)
    update(DeploymentConfig=blue_green(TerminationWaitInSeconds=3600, alarms=True))
    until(lambda: stage(sagemaker) == "Baking")
    cloudwatch.set_alarm_state(AlarmName=ALARM, StateValue="ALARM", StateReason="a test")

    assert ALARM in settled(sagemaker)["FailureReason"]


def test_a_deployment_without_trouble_is_remembered_and_used_again(
    live: None, update: Update, sagemaker: Any, configure: Any
) -> None:
    deployment = blue_green("LINEAR", 10, LinearStepSize=half())
    update(DeploymentConfig=deployment)
    settled(sagemaker)
    configure("newer", 3)
    update("newer", RetainDeploymentConfig=True)

    assert settled(sagemaker)["LastDeploymentConfig"] == deployment


def test_a_roll_back_may_fail_as_well(live: None, update: Update, aws: LocalAws, sagemaker: Any, runtime: Any) -> None:
    aws.faults.ail("endpoint", "health_check")
    aws.faults.ail("endpoint", "rollback")
    update()

    assert (settled(sagemaker)["EndpointStatus"], who_answers(runtime)) == ("UpdateRollbackFailed", 1)


def test_a_deployment_that_takes_too_long_is_rolled_back(make_aws: Any, make_client: Any) -> None:
    aws = make_aws(speed=2000, pace=None)
    sagemaker, s3 = make_client(aws, "sagemaker"), make_client(aws, "s3")
    for name in ("old", "new"):
        put_model(sagemaker, s3, name, 1)
        variants = [{"VariantName": "AllTraffic", "ModelName": name, **REALTIME}]
        sagemaker.create_endpoint_config(EndpointConfigName=name, ProductionVariants=variants)
    sagemaker.create_endpoint(EndpointName="endpoint", EndpointConfigName="old")
    settled(sagemaker)
    # Coming up takes 180 of AWS's seconds, and waiting 590: more than the 600, and less than what the rule sees.
    deployment = blue_green(wait=590, MaximumExecutionTimeoutInSeconds=600)
    sagemaker.update_endpoint(EndpointName="endpoint", EndpointConfigName="new", DeploymentConfig=deployment)

    assert "did not finish within 600 seconds" in settled(sagemaker)["FailureReason"]


def test_counts_and_weights_are_retained_on_request(live: None, update: Update, sagemaker: Any) -> None:
    desired = [{"VariantName": "AllTraffic", "DesiredInstanceCount": 5, "DesiredWeight": 3}]
    sagemaker.update_endpoint_weights_and_capacities(EndpointName="endpoint", DesiredWeightsAndCapacities=desired)
    settled(sagemaker)
    update(RetainAllVariantProperties=True, ExcludeRetainedVariantProperties=[{"VariantPropertyType": "DesiredWeight"}])
    (variant,) = settled(sagemaker)["ProductionVariants"]

    assert (variant["CurrentInstanceCount"], variant["CurrentWeight"]) == (5, 1.0)


def test_a_serverless_endpoint_becomes_one_on_instances_and_not_the_other_way(
    sagemaker: Any, configure: Any, update: Update, runtime: Any
) -> None:
    configure("serverless", 1, SERVERLESS)
    configure("instances", 2)
    sagemaker.create_endpoint(EndpointName="endpoint", EndpointConfigName="serverless")
    settled(sagemaker)
    update("instances")
    (variant,) = settled(sagemaker)["ProductionVariants"]

    assert (variant["CurrentInstanceCount"], who_answers(runtime)) == (2, 2)
    assert refusal(lambda: update("serverless"))[0] == "ValidationException"


def test_a_deployment_that_aws_would_refuse_is_refused(live: None, update: Update) -> None:
    missing = refusal(lambda: update(DeploymentConfig=blue_green(alarms=True)))
    unlike = refusal(lambda: update(DeploymentConfig=blue_green("CANARY")))

    assert [(code, message.split()[0]) for code, message in (missing, unlike)] == [
        ("ValidationException", "Could"),
        ("ValidationException", "CanarySize"),
    ]


def test_guardrails_are_not_for_serverless(sagemaker: Any, configure: Any, update: Update) -> None:
    configure("old", 1, SERVERLESS)
    configure("new", 2, SERVERLESS)
    sagemaker.create_endpoint(EndpointName="endpoint", EndpointConfigName="old")
    settled(sagemaker)

    assert refusal(lambda: update(DeploymentConfig=blue_green()))[0] == "ValidationException"


def test_an_update_needs_another_configuration_and_the_present_one(live: None, sagemaker: Any, update: Update) -> None:
    same = refusal(lambda: update("old"))
    sagemaker.delete_endpoint_config(EndpointConfigName="old")

    assert same[0] == "ValidationException"
    assert refusal(update)[1].startswith("Could not find endpoint configuration")


def test_an_endpoint_under_way_is_neither_updated_nor_deleted_nor_robbed_of_its_configuration(
    live: None, sagemaker: Any, update: Update
) -> None:
    update(DeploymentConfig=blue_green(wait=3600))
    refused = [
        refusal(lambda: update("old")),
        refusal(lambda: sagemaker.delete_endpoint(EndpointName="endpoint")),
        refusal(lambda: sagemaker.delete_endpoint_config(EndpointConfigName="new")),
        refusal(lambda: sagemaker.delete_endpoint_config(EndpointConfigName="old")),
    ]

    assert {code for code, _ in refused} == {"ValidationException"}
