"""What AWS tells of by itself: that something of a kind changed. What became of it is looked up, never believed."""

import json
import re
from dataclasses import dataclass
from enum import StrEnum


class Subject(StrEnum):
    """Of what an event tells, by the field of its detail that holds the name.

    https://docs.aws.amazon.com/sagemaker/latest/dg/automating-sagemaker-with-eventbridge.html
    """

    TRAINING = "TrainingJobName"
    TUNING = "HyperParameterTuningJobName"
    ENDPOINT = "EndpointName"
    PACKAGE = "ModelPackageArn"


SOURCE = "aws.sagemaker"
_SUBJECTS = {
    "SageMaker Training Job State Change": Subject.TRAINING,
    "SageMaker HyperParameter Tuning Job State Change": Subject.TUNING,
    "SageMaker Endpoint State Change": Subject.ENDPOINT,
    "SageMaker Endpoint Deployment State Change": Subject.ENDPOINT,
    "SageMaker Model Package State Change": Subject.PACKAGE,
}
# AWS names the jobs of a tuning after it, with their number and eight letters or digits.
# https://docs.aws.amazon.com/sagemaker/latest/dg/automatic-model-tuning-monitor.html
_OF_TUNING = re.compile(r"(?P<tuning>.+)-\d{3,}-[0-9a-z]{8}")


@dataclass(frozen=True, slots=True)
class News:
    """That the thing of this name has changed."""

    subject: Subject
    name: str


def news_in(body: str) -> News | None:
    """From an EventBridge event; None for what is none of SageMaker's about something that the bot follows."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(told, dict) or told.get("source") != SOURCE:
        return None
    subject, detail = _SUBJECTS.get(str(told.get("detail-type"))), told.get("detail")
    name = detail.get(subject) if subject and isinstance(detail, dict) else None
    return News(subject, name) if subject and isinstance(name, str) and name else None


def tuning_of(job_name: str) -> str:
    """The name of the tuning whose job this may be by its name; empty where it is none."""
    found = _OF_TUNING.fullmatch(job_name)
    return found["tuning"] if found else ""
