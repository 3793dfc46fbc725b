"""What the operators see and do on AWS, beside the bot."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3

from sandbox.sagemaker.server import LocalAws


@contextmanager
def aws_client(aws: LocalAws, service: str) -> Iterator[Any]:
    """A client of the operators', beside the bot's."""
    told = aws.environment()
    client = boto3.client(
        service,
        endpoint_url=aws.url,
        region_name=told["AWS_REGION"],
        aws_access_key_id=told["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=told["AWS_SECRET_ACCESS_KEY"],
    )
    try:
        yield client
    finally:
        client.close()


def jobs_on_aws(aws: LocalAws) -> set[str]:
    with aws_client(aws, "sagemaker") as client:
        pages = client.get_paginator("list_training_jobs").paginate()
        return {job["TrainingJobName"] for page in pages for job in page["TrainingJobSummaries"]}


def endpoints_on_aws(aws: LocalAws, name: str) -> list[str]:
    with aws_client(aws, "sagemaker") as client:
        return [one["EndpointName"] for one in client.list_endpoints(NameContains=name)["Endpoints"]]


def registered(aws: LocalAws, version: str) -> dict[str, Any]:
    """What the Model Registry says of a version, which a card calls `emoji/4`."""
    group, _, number = version.partition("/")
    with aws_client(aws, "sagemaker") as client:
        found = client.list_model_packages(ModelPackageGroupName=group, MaxResults=100)["ModelPackageSummaryList"]
        arn = next(one["ModelPackageArn"] for one in found if one["ModelPackageVersion"] == int(number))
        told: dict[str, Any] = client.describe_model_package(ModelPackageName=arn)
        return told
