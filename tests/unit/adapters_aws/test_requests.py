"""Whatever job the domain allows, AWS's own model accepts its requests."""

import string
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.sagemaker.requests import training_request
from bot.domain import compute, datasets, jobs
from bot.domain.datasets import DataSet, Format
from bot.domain.hyperparameters import RECIPE_DEFAULTS
from bot.domain.jobs import Compute
from sandbox.sagemaker.training_rules import objections
from sandbox.sagemaker.validation import check, service_model
from tests.unit.adapters_aws.builders import BUCKET, IMAGE, PETS, ROLE, a_job

ids = st.text(string.hexdigits.lower(), min_size=8, max_size=32)
people = st.text(string.ascii_uppercase + string.digits, min_size=5, max_size=12).map(lambda rest: f"U{rest}")
folders = st.from_regex(r"[a-zA-Z0-9][a-zA-Z0-9._-]{0,62}", fullmatch=True)


def instance_types(shape: str) -> st.SearchStrategy[str]:
    return st.sampled_from(service_model("sagemaker").shape_for(shape).enum)


computes = st.builds(
    Compute,
    instance_type=instance_types("TrainingInstanceType"),
    instance_count=st.integers(1, 20),
    volume_gb=st.integers(1, 16_384),
    max_run_seconds=st.integers(1, 28 * 24 * 3600),
)
words = st.fixed_dictionaries(
    {"spot": st.sampled_from(["yes", "no"])},
    optional={
        "volume": st.integers(1, 16_384).map(str),
        "max_run": st.integers(60, 5 * 86_400).map("{}s".format),
        "output": st.sampled_from(["s3://lab-models", "s3://lab-models/a/b_c/", "s3://a.b.c/(d)'!"]),
        "kms": st.sampled_from(["alias/lab", f"mrk-{'0a' * 16}", "arn:aws:kms:eu-west-1:123456789012:alias/a/b"]),
        "isolated": st.sampled_from(["on", "off"]),
        "instance": st.sampled_from(["g5.xlarge", "p3.2xlarge", "p2.xlarge", "g4dn.xlarge"]),
    },
)
vpcs = st.one_of(
    st.just({}),
    st.fixed_dictionaries(
        {
            "subnets": st.integers(1, 16).map(lambda count: ",".join(f"subnet-{one:017x}" for one in range(count))),
            "security_groups": st.integers(1, 5).map(lambda count: ",".join(f"sg-{one:08x}" for one in range(count))),
        }
    ),
)


def uri_of(channel: dict[str, Any]) -> str:
    return channel["DataSource"]["S3DataSource"]["S3Uri"]


@given(name=folders, job_id=ids, owner=people, compute=computes, epochs=st.integers(1, 999))
def test_every_job_makes_a_request_that_aws_takes(
    name: str, job_id: str, owner: str, compute: Compute, epochs: int
) -> None:
    data_set = DataSet(name, f"s3://{BUCKET}/datasets/{name}/", ("a", "b"), 64, 16)
    values = datasets.filled({**RECIPE_DEFAULTS, "epochs": str(epochs)}, data_set)
    job = a_job(
        jobs.job_name(name, job_id),
        job_id,
        data_set=name,
        hyperparameters=values,
        compute=compute,
        requested_by=owner,
    )

    assert check("CreateTrainingJob", training_request(job, data_set, IMAGE, ROLE, BUCKET)) == []


@given(said=words, vpc=vpcs)
def test_every_word_for_the_machine_makes_a_request_that_aws_takes(said: dict[str, str], vpc: dict[str, str]) -> None:
    asked = compute.requested({**said, **vpc})
    request = training_request(a_job(compute=asked), PETS, IMAGE, ROLE, BUCKET)

    assert check("CreateTrainingJob", request) == []
    assert objections(request) == []
    assert compute.requested(compute.as_words(asked)) == asked


@given(st.text(min_size=1))
def test_no_text_makes_a_tag_that_aws_refuses(text: str) -> None:
    request = training_request(a_job(data_set=text), PETS, IMAGE, ROLE, BUCKET)

    assert check("CreateTrainingJob", request) == []


def test_an_input_channel_does_not_bring_the_one_along_whose_name_begins_alike() -> None:
    request = training_request(a_job(), PETS, IMAGE, ROLE, BUCKET)

    assert [uri_of(channel) for channel in request["InputDataConfig"]] == [
        "s3://darkroom-sandbox/datasets/pets/train/",
        "s3://darkroom-sandbox/datasets/pets/validation/",
        "s3://darkroom-sandbox/datasets/pets/train_lst/",
        "s3://darkroom-sandbox/datasets/pets/validation_lst/",
    ]


PIPE = Compute("ml.g4dn.xlarge", 1, 50, 3600, input_mode="Pipe")
HERE = f"s3://{BUCKET}/datasets/pets/c25b"
REC = replace(
    PETS, format=Format.REC, locations={"train": f"{HERE}/train/", "validation": f"{HERE}/validation/validation.rec"}
)
MANIFEST = replace(
    PETS,
    format=Format.MANIFEST,
    locations={"train": f"{HERE}/train.manifest", "validation": f"{HERE}/validation.manifest"},
    label_attribute="class",
)


@pytest.mark.parametrize("data_set", [PETS, REC, MANIFEST, replace(MANIFEST, class_ids=True)])
@pytest.mark.parametrize("continues", ["", "pets-0a0b0c"])
def test_every_format_makes_a_request_that_aws_takes(data_set: DataSet, continues: str) -> None:
    model = f"s3://{BUCKET}/jobs/pets-0a0b0c/output/model.tar.gz" if continues else ""
    job = a_job(continues=continues, initial_model=model)

    assert check("CreateTrainingJob", training_request(job, data_set, IMAGE, ROLE, BUCKET)) == []


def test_recordio_comes_in_two_channels_from_where_it_lies() -> None:
    request = training_request(a_job(), REC, IMAGE, ROLE, BUCKET)

    channels = request["InputDataConfig"]
    assert [(channel["ChannelName"], uri_of(channel)) for channel in channels] == list(REC.locations.items())
    assert {(channel["ContentType"], channel["InputMode"]) for channel in channels} == {
        ("application/x-recordio", "File")
    }


def test_recordio_is_piped_where_that_was_asked_for() -> None:
    request = training_request(a_job(compute=PIPE), REC, IMAGE, ROLE, BUCKET)

    assert request["AlgorithmSpecification"]["TrainingInputMode"] == "Pipe"
    assert {channel["InputMode"] for channel in request["InputDataConfig"]} == {"Pipe"}


def test_a_manifest_is_piped_as_records_of_image_and_label() -> None:
    request = training_request(a_job(), MANIFEST, IMAGE, ROLE, BUCKET)

    train = request["InputDataConfig"][0]
    assert request["AlgorithmSpecification"]["TrainingInputMode"] == "Pipe"
    assert train == {
        "ChannelName": "train",
        "DataSource": {
            "S3DataSource": {
                "S3DataType": "AugmentedManifestFile",
                "S3Uri": f"{HERE}/train.manifest",
                "S3DataDistributionType": "FullyReplicated",
                "AttributeNames": ["source-ref", "class"],
            }
        },
        "ContentType": "application/x-recordio",
        "InputMode": "Pipe",
        "RecordWrapperType": "RecordIO",
        "ShuffleConfig": {"Seed": 1},
    }


def test_validation_is_not_shuffled() -> None:
    request = training_request(a_job(), MANIFEST, IMAGE, ROLE, BUCKET)

    assert ["ShuffleConfig" in channel for channel in request["InputDataConfig"]] == [True, False]


def test_labels_that_are_class_ids_are_said_to_be() -> None:
    request = training_request(a_job(), replace(MANIFEST, class_ids=True), IMAGE, ROLE, BUCKET)

    assert {channel["ContentType"] for channel in request["InputDataConfig"]} == {
        "application/x-recordio; label-format=class-id"
    }


def test_a_job_that_continues_another_gets_its_model_as_one_channel_more() -> None:
    model = f"s3://{BUCKET}/jobs/pets-0a0b0c/output/model.tar.gz"
    job = a_job(continues="pets-0a0b0c", initial_model=model, compute=PIPE)
    request = training_request(job, REC, IMAGE, ROLE, BUCKET)

    channel = request["InputDataConfig"][-1]
    assert len(request["InputDataConfig"]) == 3
    assert (channel["ChannelName"], uri_of(channel)) == ("model", model)
    assert (channel["ContentType"], channel["InputMode"]) == ("application/x-sagemaker-model", "File")


def test_a_spot_job_keeps_checkpoints_of_its_own_and_waits_for_twice_its_time() -> None:
    asked = compute.requested({"spot": "yes", "max_run": "1h"})
    request = training_request(a_job(compute=asked), PETS, IMAGE, ROLE, BUCKET)

    assert request["EnableManagedSpotTraining"] is True
    assert request["CheckpointConfig"] == {"S3Uri": f"s3://{BUCKET}/checkpoints/pets-1f2e3d/"}
    assert request["StoppingCondition"] == {"MaxRuntimeInSeconds": 3600, "MaxWaitTimeInSeconds": 7200}


def test_a_job_without_wishes_asks_for_none_of_it() -> None:
    request = training_request(a_job(compute=compute.requested({})), PETS, IMAGE, ROLE, BUCKET)

    unasked = {"EnableManagedSpotTraining", "CheckpointConfig", "VpcConfig"}
    assert not unasked & request.keys()
    assert request["OutputDataConfig"] == {"S3OutputPath": f"s3://{BUCKET}/jobs/"}


@pytest.mark.parametrize(
    ("instance", "on_volume"), [("p3.2xlarge", True), ("g4dn.xlarge", False), ("g5.xlarge", False)]
)
def test_a_key_is_for_the_model_and_for_volumes_that_take_one(instance: str, on_volume: bool) -> None:
    asked = compute.requested({"kms": "alias/lab", "instance": instance})
    request = training_request(a_job(compute=asked), PETS, IMAGE, ROLE, BUCKET)

    assert request["OutputDataConfig"]["KmsKeyId"] == "alias/lab"
    assert ("VolumeKmsKeyId" in request["ResourceConfig"]) is on_volume


def test_a_vpc_an_output_and_isolation_are_asked_for() -> None:
    said = {"subnets": "subnet-0a1b2c3d", "security_groups": "sg-0a1b2c3d", "isolated": "yes", "output": "s3://lab/a"}
    request = training_request(a_job(compute=compute.requested(said)), PETS, IMAGE, ROLE, BUCKET)

    assert request["VpcConfig"] == {"Subnets": ["subnet-0a1b2c3d"], "SecurityGroupIds": ["sg-0a1b2c3d"]}
    assert (request["EnableNetworkIsolation"], request["OutputDataConfig"]["S3OutputPath"]) == (True, "s3://lab/a")


def test_a_job_bears_its_row_its_owner_and_its_data_set_as_tags() -> None:
    request = training_request(a_job(), PETS, IMAGE, ROLE, BUCKET)

    assert {tag["Key"]: tag["Value"] for tag in request["Tags"]} == {
        "darkroom:id": "1f2e3d4c",
        "darkroom:owner": "U0001",
        "darkroom:data-set": "pets",
    }
