"""Models, endpoint configurations and endpoints: what AWS takes, what it refuses, and in which words."""

from typing import Any

import pytest

from sandbox.sagemaker import LocalAws
from sandbox.sagemaker.arns import ROLE_ARN
from sandbox.sagemaker.server import BUCKET

from .steps import IMAGE, REALTIME, SERVERLESS, archive_of, create_endpoint, create_model, refusal, settled, until

ARN = "arn:aws:sagemaker:us-east-1:123456789012"


def configure(sagemaker: Any, name: str = "config", **variant: Any) -> Any:
    variants = [{"VariantName": "AllTraffic", "ModelName": "model", **variant}]
    return sagemaker.create_endpoint_config(EndpointConfigName=name, ProductionVariants=variants)


@pytest.mark.parametrize("variant", [SERVERLESS, REALTIME])
def test_an_endpoint_is_created_and_comes_in_service(sagemaker: Any, trained: str, variant: dict[str, Any]) -> None:
    create_endpoint(sagemaker, trained, variant)
    first = sagemaker.describe_endpoint(EndpointName="endpoint")["EndpointStatus"]

    assert (first, settled(sagemaker)["EndpointStatus"]) == ("Creating", "InService")


def test_an_endpoint_in_service_tells_its_variant(sagemaker: Any, trained: str) -> None:
    create_endpoint(sagemaker, trained, SERVERLESS)
    (variant,) = settled(sagemaker)["ProductionVariants"]

    assert (variant["CurrentServerlessConfig"], variant["DeployedImages"][0]["SpecifiedImage"]) == (
        SERVERLESS["ServerlessConfig"],
        IMAGE,
    )


@pytest.fixture
def artifact(s3: Any) -> str:
    """Something where a model's artifact should be."""
    s3.put_object(Bucket=BUCKET, Key="x", Body=b"no archive at all")
    return f"s3://{BUCKET}/x"


def test_a_model_needs_its_artifact(sagemaker: Any) -> None:
    assert refusal(lambda: create_model(sagemaker, f"s3://{BUCKET}/none")) == (
        "ValidationException",
        f"Could not find model data at s3://{BUCKET}/none.",
    )


def test_an_artifact_that_is_gone_fails_the_endpoint(sagemaker: Any, s3: Any, artifact: str) -> None:
    create_model(sagemaker, artifact)
    configure(sagemaker, **REALTIME)
    s3.delete_object(Bucket=BUCKET, Key="x")
    sagemaker.create_endpoint(EndpointName="endpoint", EndpointConfigName="config")
    endpoint = settled(sagemaker)

    assert (endpoint["EndpointStatus"], endpoint["FailureReason"].partition(" for container")[0]) == (
        "Failed",
        "Failed to download model data",
    )


@pytest.mark.parametrize(
    ("artifact", "words"),
    [
        (b"no archive at all", "Failed to extract model data archive"),
        (archive_of("../outside", b"x"), "Failed to extract model data archive"),
        (archive_of("/outside", b"x"), "did not pass the ping health check"),
        (archive_of("other.json", b"{}"), "did not pass the ping health check"),
        (archive_of("weights.json", b"{"), "did not pass the ping health check"),
    ],
    ids=["no archive", "a way out", "an absolute path", "no model", "a broken model"],
)
def test_an_artifact_that_cannot_be_served_fails_the_endpoint(
    sagemaker: Any, s3: Any, artifact: bytes, words: str
) -> None:
    s3.put_object(Bucket=BUCKET, Key="bad.tar.gz", Body=artifact)
    create_endpoint(sagemaker, f"s3://{BUCKET}/bad.tar.gz", REALTIME)

    assert words in settled(sagemaker)["FailureReason"]


def test_a_new_endpoint_can_be_made_to_fail(aws: LocalAws, sagemaker: Any, artifact: str, logs: Any) -> None:
    aws.faults.ail("*", "out_of_memory")
    create_endpoint(sagemaker, artifact, SERVERLESS)
    endpoint = settled(sagemaker)
    events = logs.filter_log_events(logGroupName="/aws/sagemaker/Endpoints/endpoint")["events"]

    assert (endpoint["EndpointStatus"], "ran out of memory (2048 MB)" in endpoint["FailureReason"]) == ("Failed", True)
    assert "out of memory" in events[0]["message"]


def test_an_endpoint_being_created_cannot_be_deleted(make_aws: Any, make_client: Any) -> None:
    aws = make_aws(speed=1)
    sagemaker = make_client(aws, "sagemaker")
    make_client(aws, "s3").put_object(Bucket=BUCKET, Key="x", Body=b"no archive at all")
    create_endpoint(sagemaker, f"s3://{BUCKET}/x", REALTIME)

    assert refusal(lambda: sagemaker.delete_endpoint(EndpointName="endpoint")) == (
        "ValidationException",
        f'Cannot update in-progress endpoint "{ARN}:endpoint/endpoint".',
    )


def test_a_deleted_endpoint_is_gone_after_a_while(sagemaker: Any, trained: str) -> None:
    create_endpoint(sagemaker, trained, REALTIME)
    settled(sagemaker)
    sagemaker.delete_endpoint(EndpointName="endpoint")

    assert until(lambda: sagemaker.list_endpoints()["Endpoints"] == [])


def test_an_unknown_endpoint_is_not_found_in_the_words_of_aws(sagemaker: Any) -> None:
    assert refusal(lambda: sagemaker.describe_endpoint(EndpointName="none")) == (
        "ValidationException",
        f'Could not find endpoint "{ARN}:endpoint/none".',
    )


def test_an_endpoint_needs_an_existing_configuration(sagemaker: Any) -> None:
    assert refusal(lambda: sagemaker.create_endpoint(EndpointName="e", EndpointConfigName="none")) == (
        "ValidationException",
        f'Could not find endpoint configuration "{ARN}:endpoint-config/none".',
    )


def test_a_configuration_needs_an_existing_model(sagemaker: Any) -> None:
    assert refusal(lambda: configure(sagemaker, **REALTIME)) == (
        "ValidationException",
        f'Could not find model "{ARN}:model/model".',
    )


@pytest.mark.parametrize("kind", ["model", "endpoint-config", "endpoint"])
def test_a_second_resource_of_the_same_name_is_refused(sagemaker: Any, trained: str, kind: str) -> None:
    create_endpoint(sagemaker, trained, REALTIME, "model")
    again = {
        "model": lambda: create_model(sagemaker, trained),
        "endpoint-config": lambda: configure(sagemaker, "model", **REALTIME),
        "endpoint": lambda: sagemaker.create_endpoint(EndpointName="model", EndpointConfigName="model"),
    }[kind]
    code, message = refusal(again)

    assert (code, message.partition(' "')[2]) == ("ValidationException", f'{ARN}:{kind}/model".')


@pytest.mark.parametrize(
    "variant",
    [
        {},
        {"InstanceType": "ml.m5.large"},
        {"InitialInstanceCount": 1},
        {"InstanceType": "ml.none", "InitialInstanceCount": 1},
        SERVERLESS | REALTIME,
        {"ServerlessConfig": {"MemorySizeInMB": 1500, "MaxConcurrency": 1}},
        {"ServerlessConfig": {"MemorySizeInMB": 7168, "MaxConcurrency": 1}},
        {"ServerlessConfig": {"MemorySizeInMB": 1024, "MaxConcurrency": 201}},
        {"ServerlessConfig": {"MemorySizeInMB": 1024, "MaxConcurrency": 1, "ProvisionedConcurrency": 2}},
    ],
)
def test_a_variant_that_aws_would_refuse_is_refused(sagemaker: Any, artifact: str, variant: dict[str, Any]) -> None:
    create_model(sagemaker, artifact)

    assert refusal(lambda: configure(sagemaker, **variant))[0] == "ValidationException"


def test_data_capture_does_not_go_with_serverless(sagemaker: Any, artifact: str) -> None:
    create_model(sagemaker, artifact)
    capture = {
        "InitialSamplingPercentage": 100,
        "DestinationS3Uri": f"s3://{BUCKET}/captured",
        "CaptureOptions": [{"CaptureMode": "Input"}],
    }
    variants = [{"VariantName": "AllTraffic", "ModelName": "model", **SERVERLESS}]

    code, message = refusal(
        lambda: sagemaker.create_endpoint_config(
            EndpointConfigName="c", ProductionVariants=variants, DataCaptureConfig=capture
        )
    )
    assert (code, message) == (
        "ValidationException",
        "DataCaptureConfig is not supported for serverless endpoints.",
    )


def test_a_model_has_exactly_one_container(sagemaker: Any) -> None:
    assert refusal(lambda: sagemaker.create_model(ModelName="m", ExecutionRoleArn=ROLE_ARN))[0] == "ValidationException"


def test_a_configuration_in_use_may_be_deleted_as_on_aws(sagemaker: Any, trained: str) -> None:
    create_endpoint(sagemaker, trained, REALTIME)
    sagemaker.delete_endpoint_config(EndpointConfigName="endpoint")

    assert settled(sagemaker)["EndpointStatus"] == "InService"


def test_what_is_deleted_cannot_be_deleted_again(sagemaker: Any, artifact: str) -> None:
    create_model(sagemaker, artifact)
    sagemaker.delete_model(ModelName="model")

    assert refusal(lambda: sagemaker.delete_model(ModelName="model"))[0] == "ValidationException"


def test_newest_endpoints_are_listed_first(sagemaker: Any, trained: str) -> None:
    create_endpoint(sagemaker, trained, REALTIME, "older")
    create_endpoint(sagemaker, trained, REALTIME, "newer")

    assert [one["EndpointName"] for one in sagemaker.list_endpoints()["Endpoints"]] == ["newer", "older"]


def test_models_and_configurations_are_listed(sagemaker: Any, trained: str) -> None:
    create_endpoint(sagemaker, trained, REALTIME)
    models = sagemaker.list_models(NameContains="endp")["Models"]
    configs = sagemaker.list_endpoint_configs()["EndpointConfigs"]

    assert (models[0]["ModelName"], configs[0]["EndpointConfigName"]) == ("endpoint", "endpoint")


def test_tags_are_kept_changed_and_removed(sagemaker: Any, artifact: str) -> None:
    container = {"Image": IMAGE, "ModelDataUrl": artifact}
    arn = sagemaker.create_model(
        ModelName="m",
        PrimaryContainer=container,
        ExecutionRoleArn=ROLE_ARN,
        Tags=[{"Key": "owner", "Value": "ada"}, {"Key": "lease", "Value": "1"}],
    )["ModelArn"]
    sagemaker.add_tags(ResourceArn=arn, Tags=[{"Key": "owner", "Value": "lin"}])
    sagemaker.delete_tags(ResourceArn=arn, TagKeys=["lease"])

    assert sagemaker.list_tags(ResourceArn=arn)["Tags"] == [{"Key": "owner", "Value": "lin"}]


def test_a_resource_that_is_not_there_has_no_tags(sagemaker: Any) -> None:
    assert refusal(lambda: sagemaker.list_tags(ResourceArn=f"{ARN}:model/none"))[0] == "ValidationException"
