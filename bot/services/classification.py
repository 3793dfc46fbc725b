"""One uploaded image on its way to an answer in its thread."""

import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain import predictions, releases
from bot.domain.endpoints import Endpoint
from bot.domain.predictions import FORMATS, MAX_BYTES, Prediction, Upload, UploadStatus
from bot.errors import BusyError, ChatBusyError, ChatError, DarkroomError, RefusedError
from bot.ports import Announcer, Clock, Endpoints, Files, Images, ModelHosting, Routes, Uploads, Wakeup
from bot.services.taking import taken

# A claim is renewed while it is worked on, which may take a minute and more; after a crash it ends this soon.
CLAIM_SECONDS = 15.0
RENEW_SECONDS = 4.0
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SharedFile:
    """What Slack's event says of a file."""

    id: str
    name: str
    url: str
    size: int


@dataclass(frozen=True, slots=True)
class SharedMessage:
    """A message with files; `thread_ts` is where the answers go."""

    channel_id: str
    user_id: str
    message_ts: str
    thread_ts: str
    files: tuple[SharedFile, ...]


class Classification:
    """Records uploads as they come, and answers them one by one."""

    def __init__(
        self,
        rows: tuple[Uploads, Routes, Endpoints],
        vendors: tuple[Files, Images, ModelHosting, Announcer],
        wakeup: Wakeup,
        clock: Clock,
        stopwatch: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._uploads, self._routes, self._endpoints = rows
        self._files, self._images, self._hosting, self._announcer = vendors
        self._wakeup = wakeup
        self._clock = clock
        self._stopwatch = stopwatch
        self._in_hand: set[str] = set()

    def receive(self, message: SharedMessage) -> int:
        """Record the files of a message in a channel that has an endpoint; returns how many are new."""
        endpoint_name = self._routes.of(message.channel_id)
        if endpoint_name is None or not message.files:
            return 0
        new = self._uploads.add(_recorded(message, endpoint_name, self._clock()))
        if new:
            self._wakeup.call()
        return new

    def try_out(self, message: SharedMessage, endpoint: Endpoint) -> int:
        """Record the files for this very endpoint, whichever answers where they were shared."""
        new = self._uploads.add(_recorded(message, endpoint.name, self._clock()))
        self._wakeup.call()
        return new

    def latest(self, channel_id: str, most: int) -> list[Upload]:
        """The channel's images, newest first."""
        return self._uploads.latest(channel_id, most)

    def work_once(self) -> bool:
        """Answer the oldest upload that is due; False: there is none."""
        upload = self._uploads.claim(self._clock(), CLAIM_SECONDS)
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
        due = self._uploads.next_due()
        if due is None:
            return at_most
        return min(at_most, max(0.0, (due - self._clock()).total_seconds()))

    def _handle(self, upload: Upload) -> None:
        endpoint = self._endpoints.named(upload.endpoint_name)
        done = self._looked_at(upload, endpoint)
        self._uploads.save(self._shown(upload, done, endpoint))
        log.info("upload_handled id=%s status=%s tries=%s", done.id, done.status, done.tries)

    def _looked_at(self, upload: Upload, endpoint: Endpoint | None) -> Upload:
        if upload.prediction is not None:
            return predictions.answered(upload, upload.prediction)
        if predictions.exhausted(upload):
            return predictions.failed(upload, upload.problem or "I tried several times and could not read it.")
        if endpoint is None or not endpoint.answering:
            return predictions.failed(upload, f"The endpoint {upload.endpoint_name} is no longer in service.")
        if releases.changes_answers(self._endpoints.releases(endpoint.name)):
            return predictions.held(upload, f"{endpoint.name} is changing to another model.", self._clock())
        return self._tried(upload, endpoint)

    def _tried(self, upload: Upload, endpoint: Endpoint) -> Upload:
        try:
            return predictions.answered(upload, self._predict(upload, endpoint))
        except (BusyError, ChatBusyError) as error:
            return predictions.postponed(upload, error.what, self._clock())
        except RefusedError as error:
            return predictions.refused(upload, error.sentences)
        except DarkroomError as error:
            return predictions.failed(upload, error.sentences)

    def _predict(self, upload: Upload, endpoint: Endpoint) -> Prediction:
        predictions.check_size(upload.file_name, upload.size)
        image = self._files.fetch(upload.url, MAX_BYTES)
        facts = self._images.look(image)
        predictions.check_image(upload.file_name, facts)
        began = self._stopwatch()
        probabilities = self._hosting.invoke(
            endpoint.name, *taken(endpoint, image, FORMATS[facts.format], self._images)
        )
        return predictions.ranked(endpoint.classes, probabilities, self._stopwatch() - began)

    def _shown(self, before: Upload, after: Upload, endpoint: Endpoint | None) -> Upload:
        if after.status == UploadStatus.WAITING and (before.reply_ts or after.tries < 2):
            # The first wait is a second long, too short to be worth a note; a note that stands there is enough.
            return after
        try:
            return replace(after, reply_ts=self._announcer.answer(after, endpoint))
        except ChatBusyError as error:
            return replace(predictions.postponed(before, error.what, self._clock()), prediction=after.prediction)
        except ChatError as error:
            log.warning("answer_not_shown id=%s code=%s", after.id, error.code)
            return after


def _recorded(message: SharedMessage, endpoint_name: str, now: datetime) -> Iterable[Upload]:
    return [
        Upload(
            id=predictions.upload_id(message.channel_id, message.message_ts, file.id),
            file_id=file.id,
            file_name=file.name,
            url=file.url,
            size=file.size,
            user_id=message.user_id,
            channel_id=message.channel_id,
            thread_ts=message.thread_ts,
            endpoint_name=endpoint_name,
            received_at=now,
            due_at=now,
        )
        for file in message.files
    ]
