"""The images that people share on their way to an answer: recorded as they come, and looked at one by one."""

import logging
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from bot.domain import answers, image_rules, predictions, releases, sharing, uploads
from bot.domain.answers import Answer
from bot.domain.endpoints import Endpoint
from bot.domain.image_rules import FORMATS
from bot.domain.predictions import Prediction
from bot.domain.sharing import SharedFile, SharedMessage
from bot.domain.uploads import Upload, UploadStatus
from bot.errors import BusyError, ChatBusyError, DarkroomError, RefusedError
from bot.ports import Clock, Endpoints, Images, ModelHosting, Routes, Uploads, Wakeup
from bot.services.fetching import Fetching
from bot.services.taking import taken

# A claim is renewed while it is worked on, which may take a minute and more; after a crash it ends this soon.
CLAIM_SECONDS = 15.0
RENEW_SECONDS = 4.0
log = logging.getLogger(__name__)


class Classification:
    """Records images as they come, and has the models look at them."""

    def __init__(
        self,
        rows: tuple[Uploads, Routes, Endpoints],
        vendors: tuple[Fetching, Images, ModelHosting],
        wakeups: tuple[Wakeup, Wakeup],
        clock: Clock,
        stopwatch: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._uploads, self._routes, self._endpoints = rows
        self._files, self._images, self._hosting = vendors
        self._pictures, self._answers = wakeups
        self._clock = clock
        self._stopwatch = stopwatch
        self._in_hand: set[str] = set()

    def receive(self, message: SharedMessage) -> int:
        """Record the files of a message in a channel that has an endpoint; returns how many are new."""
        endpoint_name = self._routes.of(message.channel_id)
        if endpoint_name is None or not message.files:
            return 0
        return self.record(message, endpoint_name)

    def record(self, message: SharedMessage, endpoint_name: str) -> int:
        """Record the files for this endpoint, or to wait for one where it is empty; returns how many are new."""
        now = self._clock()
        new = self._uploads.add(*_recorded(message, endpoint_name, now))
        if new:
            self._pictures.call()
            self._answers.call()
        return new

    def try_out(self, message: SharedMessage, endpoint: Endpoint) -> int:
        """Record the files for this very endpoint, whichever answers where they were shared."""
        return self.record(message, endpoint.name)

    def latest(self, channel_id: str, most: int) -> list[Upload]:
        """The channel's images, newest first."""
        return self._uploads.latest(channel_id, most)

    def work_once(self) -> bool:
        """Look at the oldest image that is due and whose endpoint has room; False: there is none."""
        upload = self._uploads.claim(self._clock(), CLAIM_SECONDS, self._full())
        if upload is None:
            return False
        self._in_hand.add(upload.id)
        try:
            self._handle(upload)
        finally:
            self._in_hand.discard(upload.id)
        return True

    def renew_claims(self) -> None:
        """Keep what is being worked on for longer; to be called every RENEW_SECONDS."""
        if self._in_hand:
            self._uploads.renew(tuple(self._in_hand), self._clock() + timedelta(seconds=CLAIM_SECONDS))

    def seconds_to_next(self, at_most: float) -> float:
        """How long a worker may sleep."""
        due = self._uploads.next_due(self._full())
        if due is None:
            return at_most
        return min(at_most, max(0.0, (due - self._clock()).total_seconds()))

    def _full(self) -> list[str]:
        """The endpoints that have as many images in hand as they take at once."""
        in_hand = self._uploads.in_hand(self._clock())
        rooms = {name: self._endpoints.named(name) for name in in_hand}
        return [name for name, endpoint in rooms.items() if endpoint and in_hand[name] >= uploads.room(endpoint)]

    def _handle(self, upload: Upload) -> None:
        done = self._uploads.save(self._looked_at(upload, self._endpoints.named(upload.endpoint_name)))
        self._answers.call()
        log.info("upload_handled id=%s status=%s tries=%s", done.id, done.status, done.tries)

    def _looked_at(self, upload: Upload, endpoint: Endpoint | None) -> Upload:
        if uploads.exhausted(upload):
            return uploads.failed(upload, upload.problem or "I tried several times and could not read it.")
        if endpoint is None or not endpoint.answering:
            return uploads.failed(upload, f"The endpoint {upload.endpoint_name} is no longer in service.")
        if releases.changes_answers(self._endpoints.releases(endpoint.name)):
            return uploads.held(upload, f"{endpoint.name} is changing to another model.", self._clock())
        return self._tried(upload, endpoint)

    def _tried(self, upload: Upload, endpoint: Endpoint) -> Upload:
        try:
            if upload.hinted:
                return self._files.described(upload)
            return uploads.answered(upload, self._predict(upload, endpoint), endpoint.id)
        except (BusyError, ChatBusyError) as error:
            return uploads.postponed(upload, error.what, self._clock())
        except RefusedError as error:
            return uploads.refused(upload, error.sentences, error.code)
        except DarkroomError as error:
            return uploads.failed(upload, error.sentences)

    def _predict(self, upload: Upload, endpoint: Endpoint) -> Prediction:
        image_rules.check_size(upload.file_name, upload.size)
        image = self._files.fetch(upload)
        facts = self._images.look(image)
        image_rules.check_image(upload.file_name, facts)
        began = self._stopwatch()
        probabilities = self._hosting.invoke(
            endpoint.name, *taken(endpoint, image, FORMATS[facts.format], self._images)
        )
        return predictions.ranked(endpoint.classes, probabilities, self._stopwatch() - began)


def _recorded(message: SharedMessage, endpoint_name: str, now: datetime) -> tuple[Answer, Sequence[Upload]]:
    answer = Answer(
        id=answers.answer_id(message.channel_id, message.message_ts),
        channel_id=message.channel_id,
        message_ts=message.message_ts,
        thread_ts=message.thread_ts,
        user_id=message.user_id,
        received_at=now,
        due_at=now + answers.NOTE_AFTER,
        asked_by=message.asked_by,
    )
    return answer, [_received(file, message, (answer.id, endpoint_name), now) for file in message.files]


def _received(file: SharedFile, message: SharedMessage, ids: tuple[str, str], now: datetime) -> Upload:
    answer_id, endpoint_name = ids
    upload = Upload(
        id=uploads.upload_id(answer_id, file.id),
        answer_id=answer_id,
        file_id=file.id,
        file_name=file.name,
        url=file.url,
        size=file.size,
        user_id=message.user_id,
        channel_id=message.channel_id,
        endpoint_name=endpoint_name,
        received_at=now,
        due_at=now,
        status=UploadStatus.RECEIVED if endpoint_name else UploadStatus.UNDECIDED,
    )
    refusal = sharing.impossible(file)
    return uploads.refused(upload, refusal.sentences, refusal.code) if refusal else upload
