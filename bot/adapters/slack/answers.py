"""The answers to messages with images, each one message in the thread that is edited until it says it all."""

import logging
from dataclasses import replace

from slack_sdk import WebClient

from bot.adapters.slack.client import unready_file
from bot.adapters.slack.posting import Posting, digest_of
from bot.domain.answers import Answer, AnswerCase
from bot.errors import ChatError, NoMessageError
from bot.views import answers as views
from bot.views.message import Message

log = logging.getLogger(__name__)


class SlackAnswerWriter:
    """The port AnswerWriter."""

    def __init__(self, client: WebClient) -> None:
        self._posting = Posting(client)

    def write(self, case: AnswerCase) -> Answer:
        if not case.seen:
            return self._withdrawn(case.answer)
        message, answer = views.answer_message(case), case.answer
        digest = digest_of(message)
        if digest == answer.digest:
            return answer
        try:
            return replace(answer, reply_ts=self._put(answer, message), digest=digest)
        except ChatError as error:
            if not unready_file(error):
                raise
        # Slack has not looked through a picture yet. Without a digest it comes back to it.
        log.info("answer_without_pictures id=%s", answer.id)
        return replace(answer, reply_ts=self._put(answer, views.answer_message(case, pictures=False)), digest="")

    def _withdrawn(self, answer: Answer) -> Answer:
        """Nobody is to hear anything: their message is gone, or it had no image after all."""
        if reply_ts := self._posted(answer):
            self._posting.remove(answer.channel_id, reply_ts)
        return replace(answer, reply_ts="", digest="")

    def _put(self, answer: Answer, message: Message) -> str:
        if reply_ts := self._posted(answer):
            try:
                self._posting.update(answer.channel_id, reply_ts, message)
            except NoMessageError:
                # Somebody deleted it; what it says now is news.
                pass
            else:
                return reply_ts
        # Where the images came from we were: whoever has had us leave does not want us back.
        posted = self._posting.post(answer.channel_id, message, answer.id, joins=False, thread_ts=answer.thread_ts)
        return posted[1]

    def _posted(self, answer: Answer) -> str:
        """Where it stands; also what was posted before a crash, or before an answer of Slack's that was lost."""
        if answer.reply_ts or answer.tries <= 1:
            return answer.reply_ts
        return self._posting.posted_before(answer.channel_id, answer.id, answer.thread_ts, since=answer.received_at)
