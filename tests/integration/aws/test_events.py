"""Events from a queue of the local AWS."""

import json
import logging
from collections.abc import Iterator

import pytest

from bot.adapters.account import AwsAccount
from bot.adapters.sagemaker import events as adapter
from bot.adapters.sagemaker.clients import AwsClients
from bot.adapters.sagemaker.events import SageMakerEvents
from bot.domain.news import News, Subject
from bot.errors import PlatformError

TOLD = {
    "source": "aws.sagemaker",
    "detail-type": "SageMaker Endpoint State Change",
    "detail": {"EndpointName": "pets-live", "EndpointStatus": "IN_SERVICE"},
}


@pytest.fixture
def queue_url(clients: AwsClients, name: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setattr(adapter, "WAIT_SECONDS", 0)
    url = clients.sqs.create_queue(QueueName=name, Attributes={"VisibilityTimeout": "0"})["QueueUrl"]
    yield url
    clients.sqs.delete_queue(QueueUrl=url)


def left(clients: AwsClients, queue_url: str) -> int:
    asked = {"QueueUrl": queue_url, "AttributeNames": ["ApproximateNumberOfMessages"]}
    return int(clients.sqs.get_queue_attributes(**asked)["Attributes"]["ApproximateNumberOfMessages"])


def test_what_is_in_the_queue_is_told_until_it_is_done(clients: AwsClients, queue_url: str) -> None:
    clients.sqs.send_message(QueueUrl=queue_url, MessageBody=json.dumps(TOLD))
    events = SageMakerEvents(clients, queue_url)

    assert [news for _, news in events.received()] == [News(Subject.ENDPOINT, "pets-live")]

    again = events.received()
    events.done([receipt for receipt, _ in again])

    assert (len(again), list(events.received())) == (1, [])


def test_what_is_not_understood_is_deleted_with_a_line_and_without_its_content(
    clients: AwsClients, queue_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    for body in ("a secret", json.dumps(TOLD)):
        clients.sqs.send_message(QueueUrl=queue_url, MessageBody=body)
    with caplog.at_level(logging.WARNING):
        received = SageMakerEvents(clients, queue_url).received()

    assert (len(received), left(clients, queue_url)) == (1, 1)
    assert "event_not_understood message=" in caplog.text
    assert "a secret" not in caplog.text


def test_the_doctor_tells_a_queue_that_is_there_from_one_that_is_not(clients: AwsClients, queue_url: str) -> None:
    account = AwsAccount(clients, "a-bucket", "a-role", "us-east-1")

    assert account.queue_problem(queue_url) is None
    assert account.queue_problem(f"{queue_url}-another") is not None


def test_a_queue_that_is_not_there_is_told(clients: AwsClients, queue_url: str) -> None:
    with pytest.raises(PlatformError):
        SageMakerEvents(clients, f"{queue_url}-another").received()
