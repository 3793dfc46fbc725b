"""The answers to messages with images, each one message in the thread that is edited until it says it all."""

from dataclasses import replace

from slack_sdk import WebClient

from bot.adapters.slack.posting import Posting, digest_of
from bot.domain.answers import Answer, AnswerCase
from bot.errors import NoMessageError
from bot.views import answers as views
from bot.views.message import Message


class SlackAnswerWriter:
    """The port AnswerWriter."""

    def __init__(self, client: WebClient) -> None:
        self._posting = Posting(client)

    def write(self, case: AnswerCase) -> Answer:
        message, answer = views.answer_message(case), case.answer
        digest = digest_of(message)
        if digest == answer.digest:
            return answer
        return replace(answer, reply_ts=self._put(answer, message), digest=digest)

    def _put(self, answer: Answer, message: Message) -> str:
        reply_ts = answer.reply_ts
        if not reply_ts and answer.tries > 1:
            # What was posted before a crash, or before an answer of Slack's that was lost.
            reply_ts = self._posting.posted_before(answer.channel_id, answer.id, thread_ts=answer.thread_ts)
        if reply_ts:
            try:
                self._posting.update(answer.channel_id, reply_ts, message)
            except NoMessageError:
                # Somebody deleted it; what it says now is news.
                reply_ts = ""
        return reply_ts or self._posting.post(answer.channel_id, message, answer.id, thread_ts=answer.thread_ts)[1]
