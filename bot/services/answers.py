"""Tells Slack what became of the images of a message: one answer, which fills in."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from bot.domain import answers, feedback
from bot.domain.answers import Answer, AnswerCase
from bot.domain.endpoints import Endpoint
from bot.domain.releases import changes_answers
from bot.domain.uploads import Upload, UploadStatus
from bot.errors import ChatBusyError, ChatError
from bot.ports import Answers, AnswerWriter, Clock, Endpoints, Opinions, Uploads
from bot.services.capacity import Capacity

# A claim is renewed while Slack is told, which may take a minute where it is slow; after a crash it ends this soon.
CLAIM_SECONDS = 15.0
# Slack knows the bot no more until its operators have done something: what was to be said can wait for them.
# https://docs.slack.dev/reference/methods/chat.postMessage#errors
LOCKED_OUT = frozenset({"account_inactive", "invalid_auth", "not_authed", "token_expired", "token_revoked"})
log = logging.getLogger(__name__)


class AnswerKeeper:
    """Brings what Slack shows of an answer up to what its images are."""

    def __init__(self, rows: tuple[Answers, Uploads, Endpoints, Opinions], writer: AnswerWriter, clock: Clock) -> None:
        self._answers, self._uploads, self._endpoints, self._opinions = rows
        self._capacity = Capacity((self._uploads, self._endpoints), clock)
        self._writer = writer
        self._clock = clock
        self._in_hand: set[str] = set()

    def work_once(self) -> bool:
        """Bring the answer up that has been due for longest; False: there is none."""
        piece = self.claim()
        if piece:
            piece()
        return piece is not None

    def claim(self) -> Callable[[], None] | None:
        """The answer that has been due for longest, to be brought up by calling this."""
        answer = self._answers.claim(self._clock(), CLAIM_SECONDS)
        if answer is None:
            return None
        self._in_hand.add(answer.id)
        return lambda: self._bring_up(answer)

    def renew_claims(self) -> None:
        """Keep what is being written for longer; to be called every few seconds."""
        if in_hand := tuple(self._in_hand):
            self._answers.renew(in_hand, self._clock() + timedelta(seconds=CLAIM_SECONDS))

    def seconds_to_next(self, at_most: float) -> float:
        """How long a worker may sleep."""
        due = self._answers.next_due()
        if due is None:
            return at_most
        return min(at_most, max(0.0, (due - self._clock()) / timedelta(seconds=1)))

    def case(self, answer: Answer) -> AnswerCase:
        """All that the answer shows."""
        uploads = tuple(self._uploads.of(answer.id))
        said = self._opinions.of([upload.id for upload in uploads])
        verdicts = {upload_id: one for upload_id, given in said.items() if (one := feedback.verdict(given))}
        case = AnswerCase(answer, uploads, self._endpoints_of(uploads), verdicts, choices=self._choices(uploads))
        return self._with_wait(case)

    def _endpoints_of(self, uploads: Sequence[Upload]) -> Mapping[str, Endpoint]:
        """Those that are to answer by name, and the releases that did by id, in service still or not."""
        named = {upload.endpoint_name for upload in uploads}
        answered = {upload.release for upload in uploads if upload.release}
        found = {name: self._endpoints.named(name) for name in named}
        found |= {release: self._endpoints.find(release) for release in answered}
        return {key: endpoint for key, endpoint in found.items() if endpoint}

    def _with_wait(self, case: AnswerCase) -> AnswerCase:
        """With why there is nothing to be said yet, where that is so."""
        waiting = [upload for upload in case.seen if upload.open]
        if not waiting or len(waiting) < len(case.seen):
            return case
        endpoint, ahead = case.endpoint(waiting[0]), self._uploads.ahead(waiting[0])
        asleep = endpoint is not None and bool(self._capacity.asleep([endpoint]))
        changing = endpoint is not None and changes_answers(self._endpoints.releases(endpoint.name))
        wait = answers.why_waiting(waiting, endpoint, asleep=asleep, changing=changing, ahead=ahead)
        return replace(case, wait=wait, ahead=ahead)

    def _choices(self, uploads: Sequence[Upload]) -> tuple[Endpoint, ...]:
        """The endpoints that could answer, where somebody has to say which is to."""
        if all(upload.status != UploadStatus.UNDECIDED for upload in uploads):
            return ()
        return tuple(sorted((one for one in self._endpoints.live() if one.answering), key=lambda one: one.name))

    def _bring_up(self, answer: Answer) -> None:
        try:
            self._answers.save(self._brought_up(answer))
        finally:
            self._in_hand.discard(answer.id)

    def _brought_up(self, answer: Answer) -> Answer:
        if answer.tries > answers.MOST_TRIES:
            log.error("answer_given_up id=%s", answer.id)
            return answers.delayed(answer, self._clock(), 0)
        case = self.case(answer)
        try:
            written = self._writer.write(case)
        except ChatBusyError as error:
            log.info("answer_postponed id=%s code=%s", answer.id, error.code)
            return answers.delayed(answer, self._clock(), error.retry_after)
        except ChatError as error:
            if error.code in LOCKED_OUT:
                log.warning("answer_postponed id=%s code=%s", answer.id, error.code)
                return answers.delayed(answer, self._clock(), 0)
            log.warning("answer_not_shown id=%s code=%s", answer.id, error.code)
            return answers.shown(answer, case.uploads, self._clock())
        others = self._answers.filling() - 1 if any(upload.open for upload in case.uploads) else 0
        return answers.shown(written, case.uploads, self._clock(), others)
