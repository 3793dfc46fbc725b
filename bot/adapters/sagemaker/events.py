"""AWS's events from an SQS queue that EventBridge feeds: several may tell of one change, and any may come twice."""

import logging
from collections.abc import Sequence
from typing import Any

from bot.adapters.sagemaker.clients import AwsClients
from bot.adapters.sagemaker.errors import aws_errors
from bot.domain.news import News, news_in

# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html: the most of each.
MESSAGES_AT_ONCE, WAIT_SECONDS = 10, 20
log = logging.getLogger(__name__)


class SageMakerEvents:
    """The port Events on SQS. What was received comes back after the queue's visibility timeout, unless it is done."""

    def __init__(self, clients: AwsClients, queue_url: str) -> None:
        self._clients = clients
        self._queue_url = queue_url

    def received(self) -> Sequence[tuple[str, News]]:
        with aws_errors("read", "the queue of events"):
            answer = self._clients.sqs.receive_message(
                QueueUrl=self._queue_url, MaxNumberOfMessages=MESSAGES_AT_ONCE, WaitTimeSeconds=WAIT_SECONDS
            )
        told = [(message, news_in(message.get("Body", ""))) for message in answer.get("Messages", [])]
        self._drop([message for message, news in told if news is None])
        return [(message["ReceiptHandle"], news) for message, news in told if news]

    def done(self, receipts: Sequence[str]) -> None:
        """Up to ten at once; one that cannot be deleted comes again, which does no harm."""
        entries = [{"Id": str(number), "ReceiptHandle": receipt} for number, receipt in enumerate(receipts)]
        if entries:
            with aws_errors("delete from", "the queue of events"):
                self._clients.sqs.delete_message_batch(QueueUrl=self._queue_url, Entries=entries)

    def _drop(self, messages: Sequence[dict[str, Any]]) -> None:
        for message in messages:
            log.warning("event_not_understood message=%s", message.get("MessageId"))
        self.done([message["ReceiptHandle"] for message in messages])
