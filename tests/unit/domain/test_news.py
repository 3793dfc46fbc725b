"""What EventBridge's events tell, whatever is in the queue."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.news import News, Subject, news_in


def an_event(kind: str, **detail: Any) -> str:
    return json.dumps({"source": "aws.sagemaker", "detail-type": f"SageMaker {kind} State Change", "detail": detail})


@pytest.mark.parametrize(
    ("event", "news"),
    [
        (an_event("Training Job", TrainingJobName="a", TrainingJobStatus="Failed"), News(Subject.TRAINING, "a")),
        (an_event("HyperParameter Tuning Job", HyperParameterTuningJobName="a"), News(Subject.TUNING, "a")),
        (an_event("Endpoint", EndpointName="a", EndpointStatus="IN_SERVICE"), News(Subject.ENDPOINT, "a")),
        (an_event("Endpoint Deployment", EndpointName="a"), News(Subject.ENDPOINT, "a")),
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
