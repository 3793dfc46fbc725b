"""The images that people share on their way to an answer: recorded as they come, and looked at one by one."""

import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain import answers, sharing, uploads
from bot.domain.answers import Answer
from bot.domain.endpoints import Endpoint
from bot.domain.sharing import SharedFile, SharedMessage
from bot.domain.uploads import Upload, UploadStatus
from bot.errors import StaleError
from bot.ports import Clock, Endpoints, Routes, Uploads, Wakeup
from bot.services.capacity import Capacity
from bot.services.looking import Looking

# A claim is renewed while it is worked on, which may take a minute and more; after a crash it ends this soon.
CLAIM_SECONDS = 15.0
RENEW_SECONDS = 4.0
log = logging.getLogger(__name__)


class Classification:
    """Records images as they come, and has the models look at them."""

    def __init__(
        self,
        rows: tuple[Uploads, Routes, Endpoints],
        looking: Looking,
        wakeups: tuple[Wakeup, Wakeup],
        clock: Clock,
    ) -> None:
        self._uploads, self._routes, endpoints = rows
        self._looking = looking
        self._capacity = Capacity((self._uploads, endpoints), clock)
        self._pictures, self._answers = wakeups
        self._clock = clock
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
            self.wake()
        return new

    def wake(self) -> None:
        """Images are to be looked at now."""
        self._pictures.call()
        self._answers.call()

    def try_out(self, message: SharedMessage, endpoint: Endpoint) -> int:
        """Record the files for this very endpoint, whichever answers where they were shared."""
        return self.record(message, endpoint.name)

    def latest(self, channel_id: str, most: int) -> list[Upload]:
        """The channel's images, newest first."""
        return self._uploads.latest(channel_id, most)

    def work_once(self) -> bool:
        """Look at the image that is due and whose turn comes first where there is room; False: there is none."""
        piece = self.claim()
        if piece:
            piece()
        return piece is not None

    def claim(self) -> Callable[[], None] | None:
        """The image that is due and whose turn comes first where there is room, to be looked at by calling this."""
        # Most often there is none, and to find that out must cost next to nothing.
        if self._seconds_to_due() != 0:
            return None
        rooms = self._capacity.rooms()
        upload = self._uploads.claim(self._clock(), CLAIM_SECONDS, rooms)
        if upload is None:
            return None
        self._in_hand.add(upload.id)
        return lambda: self._handle(upload, rooms.get(upload.endpoint_name, 0))

    def renew_claims(self) -> None:
        """Keep what is being worked on for longer; to be called every RENEW_SECONDS."""
        if self._in_hand:
            self._uploads.renew(tuple(self._in_hand), self._clock() + timedelta(seconds=CLAIM_SECONDS))

    def seconds_to_next(self, at_most: float) -> float:
        """How long a worker may sleep."""
        seconds = self._seconds_to_due()
        if seconds == 0:
            seconds = self._seconds_to_due(self._capacity.full())
        return at_most if seconds is None else min(at_most, seconds)

    def _seconds_to_due(self, without: Collection[str] = ()) -> float | None:
        """Until the next image can be claimed, none of these endpoints counted; None: none is open."""
        due = self._uploads.next_due(without)
        return None if due is None else max(0.0, (due - self._clock()).total_seconds())

    def _handle(self, upload: Upload, room: int) -> None:
        try:
            self._look(upload, room)
        finally:
            self._in_hand.discard(upload.id)

    def _look(self, upload: Upload, room: int) -> None:
        now = self._clock()
        try:
            done = self._uploads.save(self._looking.at(upload))
        except StaleError:
            log.info("upload_moved_on id=%s", upload.id)
            return
        self._answers.call()
        log.info("upload_handled id=%s status=%s tries=%s", done.id, done.status, upload.tries)
        if uploads.tells_of_waking(done, now):
            # The others need not sleep out their pauses.
            hastened = self._uploads.hasten(done.endpoint_name, self._clock())
            log.info("endpoint_woke name=%s hastened=%s", done.endpoint_name, hastened)
        if done.status == UploadStatus.ANSWERED and room <= uploads.PROBES:
            # There may be more room now than there was, and who waits for it does not know.
            self._pictures.call()


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
    received = [_received(file, message, (answer.id, endpoint_name), now) for file in message.files]
    return answer, [replace(one, place=place) for place, one in enumerate(received)]


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
    return uploads.refused(upload, refusal.sentences, now, refusal.code) if refusal else upload
