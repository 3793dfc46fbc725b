"""Tells Slack what became of the images of a message: one answer, which fills in."""

import logging
from datetime import timedelta

from bot.domain import answers, feedback
from bot.domain.answers import Answer, AnswerCase
from bot.errors import ChatBusyError, ChatError
from bot.ports import Answers, AnswerWriter, Clock, Endpoints, Opinions, Uploads

CLAIM_SECONDS = 60.0
log = logging.getLogger(__name__)


class AnswerKeeper:
    """Brings what Slack shows of an answer up to what its images are."""

    def __init__(self, rows: tuple[Answers, Uploads, Endpoints, Opinions], writer: AnswerWriter, clock: Clock) -> None:
        self._answers, self._uploads, self._endpoints, self._opinions = rows
        self._writer = writer
        self._clock = clock

    def work_once(self) -> bool:
        """Bring the answer up that has been due for longest; False: there is none."""
        answer = self._answers.claim(self._clock(), CLAIM_SECONDS)
        if answer is None:
            return False
        self._answers.save(self._brought_up(answer))
        return True

    def seconds_to_next(self, at_most: float) -> float:
        """How long a worker may sleep."""
        due = self._answers.next_due()
        if due is None:
            return at_most
        return min(at_most, max(0.0, (due - self._clock()) / timedelta(seconds=1)))

    def case(self, answer: Answer) -> AnswerCase:
        """All that the answer shows."""
        uploads = tuple(self._uploads.of(answer.id))
        names = {upload.endpoint_name for upload in uploads}
        found = {name: endpoint for name in names if (endpoint := self._endpoints.named(name))}
        said = self._opinions.of([upload.id for upload in uploads])
        verdicts = {upload_id: one for upload_id, given in said.items() if (one := feedback.verdict(given))}
        return AnswerCase(answer, uploads, found, verdicts)

    def _brought_up(self, answer: Answer) -> Answer:
        case = self.case(answer)
        try:
            written = self._writer.write(case)
        except ChatBusyError as error:
            log.info("answer_postponed id=%s code=%s", answer.id, error.code)
            return answers.delayed(answer, self._clock(), error.retry_after)
        except ChatError as error:
            log.warning("answer_not_shown id=%s code=%s", answer.id, error.code)
            return answers.shown(answer, case.uploads, self._clock())
        return answers.shown(written, case.uploads, self._clock())
