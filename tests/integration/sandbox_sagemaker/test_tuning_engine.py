"""A tuning job over the project's own engine, as the embedded default runs it."""

from pathlib import Path
from typing import Any

import boto3

from sandbox.sagemaker import LocalAws
from sandbox.sagemaker.pace import Pace

from .test_input_formats import HYPERPARAMETERS, images, put_part
from .tuning_steps import children, tuned, tuning_request


def test_the_engine_is_tuned_by_its_validation_accuracy(tmp_path: Path) -> None:
    aws = LocalAws(tmp_path, pace=Pace(1000))
    aws.start()
    session = boto3.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name="us-east-1")
    s3, sagemaker = (session.client(name, endpoint_url=aws.url) for name in ("s3", "sagemaker"))
    try:
        found = tuning_of_colours(s3, sagemaker)
    finally:
        s3.close()
        sagemaker.close()
        aws.stop()

    assert [one["FinalHyperParameterTuningJobObjectiveMetric"]["Value"] for one in found] == [1.0, 1.0]


def tuning_of_colours(s3: Any, sagemaker: Any) -> list[dict[str, Any]]:
    for part in ("train", "validation"):
        put_part(s3, part)
    definition = {"InputDataConfig": images()}
    sagemaker.create_hyper_parameter_tuning_job(**tuning_request(static=HYPERPARAMETERS, definition=definition))
    tuned(sagemaker, within=60)
    return children(sagemaker)
