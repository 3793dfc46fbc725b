"""Where people differ about a picture, its thread is asked once what it is, and is told how that was settled."""

import logging
from typing import Protocol

from bot.domain.answers import Answer
from bot.domain.feedback import Verdict
from bot.domain.uploads import Upload
from bot.errors import ChatBusyError, ChatError
from bot.ports import Answers, Questions

log = logging.getLogger(__name__)


class QuestionWriter(Protocol):
    """Writes such questions into threads. Calls may raise ChatBusyError or ChatError."""

    def find(self, answer: Answer, upload_id: str) -> str:
        """The message in which the thread was asked before; empty: there is none."""

    def write(self, answer: Answer, upload_id: str, verdict: Verdict, message_ts: str) -> str:
        """Ask, or have the message that there is say how things are now. Returns it; empty: it is gone."""


class Differing:
    """Asks, and settles."""

    def __init__(self, answers: Answers, questions: Questions, writer: QuestionWriter) -> None:
        self._answers = answers
        self._questions = questions
        self._writer = writer

    def follow(self, upload: Upload, verdict: Verdict) -> None:
        """Have the thread know. What Slack refuses for good is let be: the answer itself shows that people differ."""
        known = self._questions.asked(upload.id)
        if known is None and not verdict.disputed:
            return
        try:
            self._write(upload, verdict, known)
        except ChatBusyError:
            raise
        except ChatError as error:
            log.warning("question_not_asked upload=%s code=%s", upload.id, error.code)

    def _write(self, upload: Upload, verdict: Verdict, known: str | None) -> None:
        answer = self._answers.get(upload.answer_id)
        if known is None:
            # Noted first: after a crash we look whether it stands there before it is asked again.
            self._questions.ask(upload.id)
        message_ts = self._writer.find(answer, upload.id) if known == "" else known or ""
        if not message_ts and not verdict.disputed:
            return
        written = self._writer.write(answer, upload.id, verdict, message_ts)
        if written and written != known:
            self._questions.ask(upload.id, written)
            log.info("question_asked upload=%s", upload.id)
