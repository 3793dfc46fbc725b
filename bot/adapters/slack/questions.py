"""The questions that threads are asked where people differ: one message each, edited when it is settled."""

from slack_sdk import WebClient

from bot.adapters.slack.posting import Posting
from bot.domain.answers import Answer
from bot.domain.feedback import Verdict
from bot.errors import NoMessageError
from bot.views import feedback as views
from bot.views.message import Message


class SlackQuestionWriter:
    """The port QuestionWriter."""

    def __init__(self, client: WebClient) -> None:
        self._posting = Posting(client)

    def find(self, answer: Answer, upload_id: str) -> str:
        return self._posting.posted_before(
            answer.channel_id, _part(upload_id), thread_ts=answer.thread_ts, since=answer.received_at
        )

    def write(self, answer: Answer, upload_id: str, verdict: Verdict, message_ts: str) -> str:
        message = views.question(verdict) if verdict.disputed else views.settled(verdict)
        if not message_ts:
            return self._post(answer, message, _part(upload_id))
        try:
            self._posting.update(answer.channel_id, message_ts, message)
        except NoMessageError:
            # Somebody deleted it; once is enough.
            return ""
        return message_ts

    def _post(self, answer: Answer, message: Message, part: str) -> str:
        return self._posting.post(answer.channel_id, message, part, joins=False, thread_ts=answer.thread_ts)[1]


def _part(upload_id: str) -> str:
    return f"{upload_id}.question"
