"""Where people differ about a picture, its thread is asked once what it is, and is told how that was settled."""

import logging
from datetime import datetime, timedelta
from typing import Protocol

from bot.domain.answers import Answer
from bot.domain.feedback import Verdict
from bot.domain.uploads import Upload
from bot.errors import ChatBusyError, ChatError
from bot.ports import Answers, Clock, Questions
from bot.services.hush import Hush

# For so long a busy Slack is let be where it names no time itself.
PAUSE = timedelta(seconds=30)
log = logging.getLogger(__name__)


class QuestionWriter(Protocol):
    """Writes such questions into threads. Calls may raise ChatBusyError or ChatError."""

    def find(self, answer: Answer, upload_id: str) -> str:
        """The message in which the thread was asked before; empty: there is none."""

    def write(self, answer: Answer, upload_id: str, verdict: Verdict, message_ts: str) -> str:
        """Ask, or have the message that there is say how things are now. Returns it; empty: it is gone."""


class Differing:
    """Asks, and settles; what cannot be said now is held, and whoever works next says it."""

    def __init__(
        self, answers: Answers, questions: Questions, writer: QuestionWriter, hush: Hush, clock: Clock
    ) -> None:
        self._answers = answers
        self._questions = questions
        self._writer = writer
        self._hush = hush
        self._clock = clock
        self._busy_until: datetime | None = None

    def held(self) -> list[str]:
        """The images of which a thread is still to be told, if Slack can be asked now."""
        return [] if self._is_busy() else self._questions.held()

    def follow(self, upload: Upload, verdict: Verdict) -> None:
        """Have the thread know, now or later: a question is not urgent, and a busy Slack is not pressed.

        What Slack refuses for good is let be: the answer itself shows that people differ.
        """
        known = self._questions.asked(upload.id)
        if known is None and not verdict.disputed:
            self._questions.release(upload.id)
            return
        if self._is_busy() or (known is None and self._hush.holds(upload.channel_id)):
            self._questions.hold(upload.id, self._clock())
            return
        try:
            self._write(upload, verdict, known)
        except ChatBusyError as error:
            self._busy_until = self._clock() + max(PAUSE, timedelta(seconds=error.retry_after))
            self._questions.hold(upload.id, self._clock())
            log.info("question_held upload=%s code=%s", upload.id, error.code)
            return
        except ChatError as error:
            log.warning("question_not_asked upload=%s code=%s", upload.id, error.code)
        self._questions.release(upload.id)

    def drop(self, upload_id: str) -> None:
        """Nobody is to be told of it any more."""
        self._questions.release(upload_id)

    def _is_busy(self) -> bool:
        return self._busy_until is not None and self._clock() < self._busy_until

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
