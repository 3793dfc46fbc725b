"""What EventBridge brings to a queue, in the words of its documentation."""

import json
from typing import Any

from sandbox.sagemaker import LocalAws

from .steps import finished, job_request, put_pictures


def told(sqs: Any, queue_url: str) -> list[dict[str, Any]]:
    """All events that wait."""
    found: list[dict[str, Any]] = []
    while messages := sqs.receive_message(QueueUrl=queue_url, MaxNumberOfMessages=10).get("Messages"):
        found += [json.loads(message["Body"]) for message in messages]
    return found


def test_each_change_of_a_job_is_told_in_several_events(
    aws: LocalAws, sagemaker: Any, s3: Any, make_client: Any
) -> None:
    queue_url, sqs = aws.events_queue(), make_client(aws, "sqs")
    put_pictures(s3)
    sagemaker.create_training_job(**job_request("told", Tags=[{"Key": "team", "Value": "pets"}]))
    finished(sagemaker, "told")
    events = told(sqs, queue_url)
    phases = [event["detail"]["SecondaryStatus"] for event in events]
    last = events[-1]

    assert phases[:2] == ["Starting", "Starting"]
    assert phases[-2:] == ["Completed", "Completed"]
    assert (last["source"], last["detail-type"]) == ("aws.sagemaker", "SageMaker Training Job State Change")
    assert last["resources"] == [last["detail"]["TrainingJobArn"]]
    assert last["detail"]["Tags"] == {"team": "pets"}
    assert last["detail"]["CreationTime"] > 1e12
    assert isinstance(last["detail"]["SecondaryStatusTransitions"][0]["StartTime"], int)


def test_without_a_queue_nobody_is_told(aws: LocalAws, sagemaker: Any, s3: Any, make_client: Any) -> None:
    put_pictures(s3)
    sagemaker.create_training_job(**job_request("untold"))
    finished(sagemaker, "untold")

    assert told(make_client(aws, "sqs"), aws.events_queue()) == []
