"""Whole jobs of the project's own engine on the local platform, one for each way of giving it pictures."""

import io
import json
import struct
import tarfile
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import numpy as np
import pytest
from PIL import Image

from sandbox.sagemaker import LocalAws
from sandbox.sagemaker.pace import Pace
from sandbox.sagemaker.pipe_content import wrapped
from sandbox.sagemaker.server import BUCKET
from training.backbone import HEAD_BIAS, HEAD_WEIGHT
from training.onnx_format import read_constants

from .steps import channel, finished, job_request
from .tuning_steps import children, tuned, tuning_request

PREFIX = f"s3://{BUCKET}/colours"
RECORDIO = "application/x-recordio"
CLASSES, EACH = 2, 4
HYPERPARAMETERS = {
    "num_classes": str(CLASSES),
    "num_training_samples": str(CLASSES * EACH),
    "num_layers": "18",
    "use_pretrained_model": "1",
    "resize": "224",
    "epochs": "3",
    "mini_batch_size": "2",
}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Any]]:
    """Clients of one local AWS whose bucket holds the same pictures in every format."""
    aws = LocalAws(tmp_path_factory.mktemp("aws"), pace=Pace(1000))
    aws.start()
    session = boto3.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name="us-east-1")
    clients = {name: session.client(name, endpoint_url=aws.url) for name in ("s3", "sagemaker")}
    for part in ("train", "validation"):
        put_part(clients["s3"], part)
    yield clients.__getitem__
    for one in clients.values():
        one.close()
    aws.stop()


def png(label: int, seed: int, side: int = 230) -> bytes:
    """A noisy square, red or blue."""
    noise = np.random.default_rng(seed).normal(0, 40, (side // 5, side // 5, 3)).repeat(5, 0).repeat(5, 1)
    colour = (200, 40, 40) if label == 0 else (40, 60, 200)
    out = io.BytesIO()
    Image.fromarray(np.clip(noise + colour, 0, 255).astype(np.uint8)).save(out, "PNG")
    return out.getvalue()


def packed(label: float, image: bytes) -> bytes:
    return wrapped(struct.pack("<IfQQ", 0, label, 0, 0) + image)


def put_part(s3: Any, part: str) -> None:
    pictures = [(number % CLASSES, png(number % CLASSES, number)) for number in range(CLASSES * EACH)]
    put(s3, f"rec/{part}/{part}.rec", b"".join(packed(*picture) for picture in pictures))
    lines = []
    for number, (label, image) in enumerate(pictures):
        put(s3, f"images/{part}/{number}.png", image)
        lines.append(json.dumps({"source-ref": f"{PREFIX}/images/{part}/{number}.png", "class": label}))
    put(s3, f"{part}.manifest", "\n".join(lines).encode())
    listing = [f"{number}\t{label}\t{number}.png" for number, (label, _) in enumerate(pictures)]
    put(s3, f"images/{part}_lst/{part}.lst", "\n".join(listing).encode())


def put(s3: Any, name: str, content: bytes) -> None:
    s3.put_object(Bucket=BUCKET, Key=f"colours/{name}", Body=content)


def both(uri: str, **members: Any) -> list[dict[str, Any]]:
    """The channels train and validation, at a location with `{}` where they differ."""
    members = {"ContentType": RECORDIO} | members
    return [channel(part, f"{PREFIX}/{uri.replace('{}', part)}", **members) for part in ("train", "validation")]


def manifests() -> list[dict[str, Any]]:
    channels = both("{}.manifest", S3DataType="AugmentedManifestFile", InputMode="Pipe", RecordWrapperType="RecordIO")
    for one in channels:
        one["DataSource"]["S3DataSource"]["AttributeNames"] = ["source-ref", "class"]
    return channels


def images() -> list[dict[str, Any]]:
    names = ("train", "validation", "train_lst", "validation_lst")
    return [channel(name, f"{PREFIX}/images/{name}/") for name in names]


def model(job: dict[str, Any]) -> dict[str, Any]:
    uri = job["ModelArtifacts"]["S3ModelArtifacts"]
    return channel("model", uri, ContentType="application/x-sagemaker-model", InputMode="File")


def run(client: Callable[[str], Any], name: str, channels: list[dict[str, Any]], **changed: str | None) -> Any:
    given = {key: value for key, value in (HYPERPARAMETERS | changed).items() if value is not None}
    client("sagemaker").create_training_job(**job_request(name, given, InputDataConfig=channels))
    return finished(client("sagemaker"), name)


@pytest.mark.parametrize(
    ("name", "channels"),
    [
        ("images", images()),
        ("rec-file", both("rec/{}/{}.rec")),
        ("rec-pipe", both("rec/{}/{}.rec", InputMode="Pipe")),
        ("manifest-pipe", manifests()),
    ],
)
def test_a_job_learns_the_same_from_each_format(
    client: Callable[[str], Any], name: str, channels: list[dict[str, Any]]
) -> None:
    job = run(client, name, channels)

    assert job["TrainingJobStatus"] == "Completed", job
    metrics = {one["MetricName"]: one["Value"] for one in job["FinalMetricDataList"]}
    assert metrics == {"train:accuracy": 1.0, "validation:accuracy": 1.0}


def test_the_engine_is_tuned_by_its_validation_accuracy(client: Callable[[str], Any]) -> None:
    request = tuning_request(static=HYPERPARAMETERS, definition={"InputDataConfig": images()})
    client("sagemaker").create_hyper_parameter_tuning_job(**request)
    tuned(client("sagemaker"), within=60)
    found = children(client("sagemaker"))

    assert [one["FinalHyperParameterTuningJobObjectiveMetric"]["Value"] for one in found] == [1.0, 1.0]


def test_record_io_without_a_resize_is_cropped(client: Callable[[str], Any]) -> None:
    assert run(client, "unscaled", both("rec/{}/"), resize=None)["TrainingJobStatus"] == "Completed"


def head(client: Callable[[str], Any], job: dict[str, Any]) -> dict[str, np.ndarray]:
    key = job["ModelArtifacts"]["S3ModelArtifacts"].removeprefix(f"s3://{BUCKET}/")
    archive = client("s3").get_object(Bucket=BUCKET, Key=key)["Body"].read()
    with tarfile.open(fileobj=io.BytesIO(archive), mode="r:gz") as tar:
        constants = read_constants(tar.extractfile("model.onnx").read(), (HEAD_WEIGHT, HEAD_BIAS))
    return {name: np.frombuffer(content, "<f4") for name, content in constants.items()}


@pytest.fixture(scope="module")
def earlier(client: Callable[[str], Any]) -> dict[str, Any]:
    job: dict[str, Any] = run(client, "earlier", both("rec/{}/"))
    return job


def test_a_job_goes_on_from_an_earlier_model(client: Callable[[str], Any], earlier: dict[str, Any]) -> None:
    changed = {"learning_rate": "0", "epochs": "1", "use_pretrained_model": "0"}
    job = run(client, "later", [*both("rec/{}/"), model(earlier)], **changed)

    before, after = head(client, earlier), head(client, job)
    assert np.ptp(before[HEAD_WEIGHT]) > 0
    assert all(np.allclose(before[name], after[name], atol=1e-4) for name in (HEAD_WEIGHT, HEAD_BIAS))


def test_a_model_of_another_shape_fails_the_job(client: Callable[[str], Any], earlier: dict[str, Any]) -> None:
    job = run(client, "deeper", [*both("rec/{}/"), model(earlier)], num_layers="50")

    assert job["FailureReason"].startswith("ClientError: num_layers=50 does not match the model in the input channel")


def test_an_index_beside_a_piped_rec_is_streamed_too_and_fails_the_job(client: Callable[[str], Any]) -> None:
    put(client("s3"), "indexed/train/train.idx", b"0\t0\n")
    put(client("s3"), "indexed/train/train.rec", packed(0, png(0, 0)))
    job = run(client, "indexed", [both("indexed/{}/", InputMode="Pipe")[0], both("rec/{}/")[1]])

    assert "The Record IO header does not start with the magic number" in job["FailureReason"]


def test_an_empty_manifest_fails_the_job_with_the_algorithms_sentence(client: Callable[[str], Any]) -> None:
    put(client("s3"), "empty.manifest", b"\n")
    channels = manifests()
    channels[0]["DataSource"]["S3DataSource"]["S3Uri"] = f"{PREFIX}/empty.manifest"

    assert run(client, "empty", channels)["FailureReason"].startswith("ClientError: Got empty batch from pipe.")


def test_a_picture_smaller_than_image_shape_fails_a_job_without_a_resize(client: Callable[[str], Any]) -> None:
    put(client("s3"), "small/train/train.rec", packed(0, png(0, 0)) + packed(1, png(1, 1, side=100)))
    job = run(client, "small", [both("small/{}/")[0], both("rec/{}/")[1]], resize=None)

    assert job["FailureReason"].startswith("ClientError: record 1 of train.rec is 100x100 pixels, which is smaller")


def test_more_classes_in_a_pipe_than_said_fail_the_job(client: Callable[[str], Any]) -> None:
    channels = both("rec/{}/{}.rec", InputMode="Pipe")

    assert (
        "num_classes=3 does not match the training data"
        in (run(client, "classes", channels, num_classes="3")["FailureReason"])
    )


def test_a_record_that_is_no_picture_is_left_out(client: Callable[[str], Any]) -> None:
    put(client("s3"), "broken/train/train.rec", packed(0, png(0, 0)) + packed(1, png(1, 1)) + packed(1, b"no picture"))
    job = run(client, "broken", [both("broken/{}/")[0], both("rec/{}/")[1]])

    assert job["TrainingJobStatus"] == "Completed"
