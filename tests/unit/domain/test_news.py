"""What EventBridge's events tell, whatever is in the queue."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.news import News, Subject, news_in, tuning_of


def an_event(kind: str, **detail: Any) -> str:
    return json.dumps({"source": "aws.sagemaker", "detail-type": f"SageMaker {kind} State Change", "detail": detail})


@pytest.mark.parametrize(
    ("event", "news"),
    [
        (an_event("Training Job", TrainingJobName="a", TrainingJobStatus="Failed"), News(Subject.TRAINING, "a")),
        (an_event("HyperParameter Tuning Job", HyperParameterTuningJobName="a"), News(Subject.TUNING, "a")),
        (an_event("Endpoint", EndpointName="a", EndpointStatus="IN_SERVICE"), News(Subject.ENDPOINT, "a")),
        (an_event("Endpoint Deployment", EndpointName="a"), News(Subject.ENDPOINT, "a")),
        (an_event("Model Package", ModelPackageArn="arn:a", ModelPackageName="a"), News(Subject.PACKAGE, "arn:a")),
    ],
)
def test_an_event_names_what_changed_and_nothing_else_in_it_matters(event: str, news: News) -> None:
    assert news_in(event) == news


@pytest.mark.parametrize(
    "event",
    [
        "",
        "{",
        "[]",
        "null",
        an_event("Transform Job", TransformJobName="a"),
        an_event("Training Job"),
        an_event("Training Job", TrainingJobName=["a"]),
        an_event("Training Job", TrainingJobName="a").replace("aws.sagemaker", "a.stranger"),
        '{"source": "aws.sagemaker", "detail-type": ["SageMaker"], "detail": 1}',
        "[" * 100_000,
    ],
)
def test_what_is_none_tells_nothing(event: str) -> None:
    assert news_in(event) is None


@given(st.text())
def test_no_message_breaks_the_reading(body: str) -> None:
    assert news_in(body) is None


@pytest.mark.parametrize(
    ("job", "tuning"),
    [
        ("emoji-tune-5d1e0b-001-6f1a2b3c", "emoji-tune-5d1e0b"),
        ("a-001-6f1a2b3c-750-00000000", "a-001-6f1a2b3c"),
        ("emoji-7f3a2c", ""),
        ("emoji-001", ""),
        ("", ""),
    ],
)
def test_a_job_of_a_tuning_tells_its_tuning_by_its_name(job: str, tuning: str) -> None:
    assert tuning_of(job) == tuning
