"""Pipe mode: what flows through a channel's FIFOs, and that no container can hang the platform with them."""

import ast
import gzip
import json
import threading
import time
from typing import Any

from sandbox.sagemaker.pipe_content import wrapped
from sandbox.sagemaker.server import BUCKET

from .steps import TRAINING_LOGS, channel, finished, job_request, training

PREFIX = f"s3://{BUCKET}/pipe/"
MANIFEST = f"{PREFIX}train.manifest"
BIG = 300_000  # more than a FIFO holds


def put(s3: Any, **objects: bytes) -> None:
    for name, content in objects.items():
        s3.put_object(Bucket=BUCKET, Key=f"pipe/{name.replace('_', '.')}", Body=content)


def put_manifest(s3: Any, *lines: object) -> None:
    put(s3, train_manifest="".join(f"{json.dumps(line)}\n" for line in lines).encode())


def piped(uri: str = f"{PREFIX}train", **members: Any) -> dict[str, Any]:
    return channel(uri=uri, InputMode="Pipe", **members)


def manifest(*attributes: str, **members: Any) -> dict[str, Any]:
    given = channel(uri=MANIFEST, S3DataType="AugmentedManifestFile", InputMode="Pipe", **members)
    given["DataSource"]["S3DataSource"]["AttributeNames"] = list(attributes or ("source-ref", "class"))
    return given


def run(sagemaker: Any, given: dict[str, Any], reads: str = "train_0", **hyperparameters: str) -> dict[str, Any]:
    sagemaker.create_training_job(**job_request("job", {"reads": reads} | hyperparameters, InputDataConfig=[given]))
    return finished(sagemaker, "job")


def read(logs: Any) -> list[bytes]:
    """What the container read from each pipe, in its order."""
    (stream,) = logs.describe_log_streams(logGroupName=TRAINING_LOGS, logStreamNamePrefix="job/")["logStreams"]
    events = logs.get_log_events(logGroupName=TRAINING_LOGS, logStreamName=stream["logStreamName"], startFromHead=True)
    lines = [event["message"] for event in events["events"]]
    return [ast.literal_eval(line.split(" ", 2)[2]) for line in lines if line.startswith("read ")]


def test_all_objects_under_the_prefix_flow_in_their_order(sagemaker: Any, s3: Any, logs: Any) -> None:
    put(s3, train_idx=b"0\t0\n", train_rec=b"records", other_rec=b"no")
    job = run(sagemaker, piped())

    assert (job["TrainingJobStatus"], read(logs)) == ("Completed", [b"0\t0\nrecords"])


def test_a_single_object_may_be_the_prefix(sagemaker: Any, s3: Any, logs: Any) -> None:
    put(s3, train_idx=b"0\t0\n", train_rec=b"records")
    run(sagemaker, piped(f"{PREFIX}train.rec"))

    assert read(logs) == [b"records"]


def test_each_pass_has_a_pipe_of_its_own(sagemaker: Any, s3: Any, logs: Any) -> None:
    put(s3, train_rec=b"records")
    run(sagemaker, piped(), "train_0 train_1 train_2")

    assert read(logs) == [b"records"] * 3


def test_a_pass_may_be_left_early(sagemaker: Any, s3: Any, logs: Any) -> None:
    put(s3, train_rec=b"x" * BIG)
    run(sagemaker, piped(), "train_0:10 train_1:20")

    assert read(logs) == [b"x" * 10, b"x" * 20]


def test_objects_are_wrapped_where_the_request_says_so(sagemaker: Any, s3: Any, logs: Any) -> None:
    put(s3, train_a=b"one", train_b=b"two")
    run(sagemaker, piped(RecordWrapperType="RecordIO"))

    assert read(logs) == [wrapped(b"one") + wrapped(b"two")]


def test_compressed_objects_are_unpacked_on_their_way(sagemaker: Any, s3: Any, logs: Any) -> None:
    put(s3, train_gz=gzip.compress(b"records"))
    run(sagemaker, piped(CompressionType="Gzip"))

    assert read(logs) == [b"records"]


def test_a_manifests_lines_become_the_attributes_in_the_order_asked_for(sagemaker: Any, s3: Any, logs: Any) -> None:
    put(s3, cat_png=b"CAT", dog_png=b"DOG")
    put_manifest(
        s3,
        {"class": "0", "source-ref": f"{PREFIX}cat.png", "class-metadata": {}},
        {"source-ref": f"{PREFIX}dog.png", "class": [0, 1]},
    )
    run(sagemaker, manifest(RecordWrapperType="RecordIO"))

    assert read(logs) == [b"".join(map(wrapped, [b"CAT", b"0", b"DOG", b"[0, 1]"]))]


def test_without_a_wrapper_a_manifests_attributes_run_together(sagemaker: Any, s3: Any, logs: Any) -> None:
    put(s3, cat_png=b"CAT")
    put_manifest(s3, {"class": 1, "source-ref": f"{PREFIX}cat.png"})
    run(sagemaker, manifest())

    assert read(logs) == [b"CAT1"]


def test_a_seed_shuffles_each_pass_otherwise_and_each_job_alike(sagemaker: Any, s3: Any, logs: Any) -> None:
    put_manifest(s3, *({"n": chr(97 + number)} for number in range(12)))
    run(sagemaker, manifest("n", ShuffleConfig={"Seed": 7}), "train_0 train_1")
    first, second = read(logs)

    assert (first, second) == (b"ifkjadbchegl", b"jikcedhalgfb")


def test_a_line_that_cannot_be_streamed_fails_the_job(sagemaker: Any, s3: Any) -> None:
    put(s3, cat_png=b"CAT")
    put_manifest(s3, {"source-ref": f"{PREFIX}cat.png", "class": 0}, {"source-ref": f"{PREFIX}cat.png"})
    job = run(sagemaker, manifest(), "train_0", seconds="0.05", epochs="1000")

    assert job["TrainingJobStatus"] == "Failed"
    assert job["FailureReason"] == (
        f'ClientError: Unable to process the augmented manifest file: line 2 of {MANIFEST} has no attribute "class", '
        "which AttributeNames lists."
    )


def test_a_channel_in_another_region_fails_the_job(sagemaker: Any, s3: Any) -> None:
    s3.create_bucket(Bucket="abroad", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    s3.put_object(Bucket="abroad", Key="train.rec", Body=b"x")
    sagemaker.create_training_job(**job_request("job", InputDataConfig=[channel(uri="s3://abroad/train.rec")]))

    assert (
        "PermanentRedirect (301): The bucket abroad is in this region: eu-west-1"
        in (finished(sagemaker, "job")["FailureReason"])
    )


def test_a_pipe_to_nothing_fails_before_the_container_runs(sagemaker: Any) -> None:
    job = run(sagemaker, piped(f"{PREFIX}none"))

    assert "No S3 objects found under S3 URL" in job["FailureReason"]


def test_a_container_that_never_opens_its_pipe_completes(sagemaker: Any, s3: Any) -> None:
    put(s3, train_rec=b"records")

    assert run(sagemaker, piped(), "")["TrainingJobStatus"] == "Completed"
    assert pipe_threads() == []


def test_a_job_is_stopped_while_its_pipe_is_half_read(sagemaker: Any, s3: Any) -> None:
    put(s3, train_rec=b"x" * BIG)
    given = job_request("job", {"reads": "train_0:10", "epochs": "1000", "seconds": "0.05"}, InputDataConfig=[piped()])
    sagemaker.create_training_job(**given)
    training(sagemaker, "job")
    sagemaker.stop_training_job(TrainingJobName="job")

    assert finished(sagemaker, "job")["TrainingJobStatus"] == "Stopped"
    assert pipe_threads() == []


def test_stopping_the_local_aws_ends_its_pipes(aws: Any, sagemaker: Any, s3: Any) -> None:
    put(s3, train_rec=b"x" * BIG)
    given = job_request("job", {"epochs": "1000", "seconds": "0.05"}, InputDataConfig=[piped()])
    sagemaker.create_training_job(**given)
    training(sagemaker, "job")
    begun = time.monotonic()
    aws.stop()

    assert (time.monotonic() - begun < 30, pipe_threads()) == (True, [])


def pipe_threads() -> list[str]:
    return [one.name for one in threading.enumerate() if one.name.startswith("pipe-")]


def test_the_jobs_own_mode_holds_for_channels_without_one(sagemaker: Any, s3: Any, logs: Any) -> None:
    put(s3, train_rec=b"records")
    given = piped()
    del given["InputMode"]
    algorithm = job_request()["AlgorithmSpecification"] | {"TrainingInputMode": "Pipe"}
    request = job_request("job", {"reads": "train_0"}, InputDataConfig=[given], AlgorithmSpecification=algorithm)
    sagemaker.create_training_job(**request)
    finished(sagemaker, "job")

    assert read(logs) == [b"records"]
