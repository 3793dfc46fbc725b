"""The stores of what people share, in memory."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import MappingProxyType

from bot.domain.answers import Answer
from bot.domain.channel_settings import ChannelSettings
from bot.domain.uploads import Upload, UploadStatus
from bot.errors import NotFoundError
from tests.fakes.shelf import Shelf

EVERYWHERE: Mapping[str, int] = MappingProxyType({})


class FakeAnswers:
    """Answers. `images` are the uploads' shelf, by which it knows whether some of an answer's are open."""

    def __init__(self) -> None:
        self.rows: dict[str, Answer] = {}
        self.claims: dict[str, datetime] = {}
        self.images: Shelf[Upload] = Shelf("image")

    def get(self, answer_id: str) -> Answer:
        if answer_id not in self.rows:
            raise NotFoundError("I don't know this answer.")
        return self.rows[answer_id]

    def claim(self, now: datetime, seconds: float) -> Answer | None:
        with self.images.lock:
            free = [one for one in self._behind() if one.due_at <= now and self.claims.get(one.id, now) <= now]
            if not free:
                return None
            first = min(free, key=lambda one: (one.due_at, one.id))
            self.claims[first.id] = now + timedelta(seconds=seconds)
            self.rows[first.id] = replace(first, tries=first.tries + 1)
            return self.rows[first.id]

    def save(self, answer: Answer) -> None:
        with self.images.lock:
            self.rows[answer.id] = replace(answer, wanted=self.get(answer.id).wanted)
            self.claims.pop(answer.id, None)

    def renew(self, ids: Iterable[str], until: datetime) -> None:
        with self.images.lock:
            self.claims.update({answer_id: until for answer_id in ids if answer_id in self.claims})

    def filling(self) -> int:
        return len({one.answer_id for one in self.images.rows.values() if one.open})

    def next_due(self) -> datetime | None:
        return min((one.due_at for one in self._behind()), default=None)

    def changed(self, answer_id: str, now: datetime | None = None) -> None:
        """One of its images did; once none of them is open it is due."""
        answer = self.rows[answer_id]
        open_ones = any(one.open for one in self.images.rows.values() if one.answer_id == answer_id)
        due_at = answer.due_at if open_ones or now is None else min(now, answer.due_at)
        self.rows[answer_id] = replace(answer, wanted=answer.wanted + 1, due_at=due_at)

    def _behind(self) -> list[Answer]:
        return [one for one in self.rows.values() if one.wanted != one.shown]


class FakeUploads:
    """Uploads, whose changes raise their answers."""

    def __init__(self, answers: FakeAnswers) -> None:
        self.answers = answers
        self.shelf = answers.images
        self.claims: dict[str, datetime] = {}

    def add(self, answer: Answer, received: Collection[Upload]) -> int:
        with self.shelf.lock:
            self.answers.rows.setdefault(answer.id, answer)
            before = len(self.shelf.rows)
            turn = self._next_turn(next(iter(received))) if received else 0
            self.shelf.rows = {one.id: replace(one, turn=turn + one.place) for one in received} | self.shelf.rows
            new = len(self.shelf.rows) - before
            if new:
                self.answers.changed(answer.id)
            return new

    def get(self, upload_id: str) -> Upload:
        return self.shelf.get(upload_id)

    def of(self, answer_id: str) -> list[Upload]:
        return self.shelf.where(lambda one: one.answer_id == answer_id, lambda one: (one.place, one.id))

    def _next_turn(self, upload: Upload) -> int:
        line = [one for one in self.shelf.rows.values() if one.open and one.endpoint_name == upload.endpoint_name]
        own = [one.turn for one in line if (one.channel_id, one.user_id) == (upload.channel_id, upload.user_id)]
        return max(min((one.turn for one in line), default=0), max(own, default=-1) + 1)

    def claim(self, now: datetime, seconds: float, rooms: Mapping[str, int] = EVERYWHERE) -> Upload | None:
        in_hand = self.in_hand(now)

        def free(one: Upload) -> bool:
            return (
                one.open
                and in_hand.get(one.endpoint_name, 0) < rooms.get(one.endpoint_name, 1_000_000)
                and max(one.due_at, self.claims.get(one.id, one.due_at)) <= now
            )

        with self.shelf.lock:
            found = self.shelf.where(free, lambda upload: (upload.turn, upload.received_at, upload.id))
            if not found:
                return None
            claimed = self.shelf.save(replace(found[0], tries=found[0].tries + 1))
            self.claims[claimed.id] = now + timedelta(seconds=seconds)
            return claimed

    def in_hand(self, now: datetime) -> Mapping[str, int]:
        counted = {one.endpoint_name: 0 for one in self.shelf.rows.values() if one.open}
        for upload_id, until in self.claims.items():
            if until > now and self.shelf.rows[upload_id].open:
                name = self.shelf.rows[upload_id].endpoint_name
                counted[name] += 1
        return counted

    def last_answered(self, releases: Collection[str]) -> Mapping[str, datetime]:
        answered = [one for one in self.shelf.rows.values() if one.status == UploadStatus.ANSWERED and one.settled_at]
        return {one.release: one.settled_at for one in answered if one.settled_at and one.release in releases}

    def ahead(self, upload: Upload) -> int:
        def before(one: Upload) -> bool:
            is_other = one.answer_id != upload.answer_id and one.endpoint_name == upload.endpoint_name
            return one.open and is_other and (one.turn, one.received_at) < (upload.turn, upload.received_at)

        return sum(before(one) for one in self.shelf.rows.values())

    def hasten(self, endpoint_name: str, now: datetime) -> int:
        waiting = [one for one in self.shelf.rows.values() if one.status == UploadStatus.WAITING and one.due_at > now]
        mine = [one for one in waiting if one.endpoint_name == endpoint_name]
        self.shelf.rows.update({one.id: replace(one, due_at=now) for one in mine})
        return len(mine)

    def renew(self, ids: Iterable[str], until: datetime) -> None:
        with self.shelf.lock:
            self.claims.update({upload_id: until for upload_id in ids if upload_id in self.claims})

    def save(self, upload: Upload, by: str = "") -> Upload:
        with self.shelf.lock:
            if upload.status == UploadStatus.RECEIVED and not self.shelf.get(upload.id).open:
                upload = replace(upload, turn=self._next_turn(upload))
            saved = self.shelf.save(upload)
            self.claims.pop(upload.id, None)
            self.answers.changed(upload.answer_id, upload.received_at)
            return saved

    def latest(self, channel_id: str, limit: int) -> list[Upload]:
        mine = self.shelf.where(lambda one: one.channel_id == channel_id, lambda one: (one.received_at, one.id))
        return mine[::-1][:limit]

    def arrived(self, channel_id: str, since: datetime) -> tuple[int, datetime | None]:
        moments = [one.received_at for one in self.latest(channel_id, 1_000_000) if one.received_at >= since]
        return len(moments), min(moments, default=None)

    def next_due(self, without: Collection[str] = ()) -> datetime | None:
        waiting = self.shelf.where(lambda one: one.open and one.endpoint_name not in without, lambda one: one.id)
        return min((max(one.due_at, self.claims.get(one.id, one.due_at)) for one in waiting), default=None)


class FakeRoutes:
    def __init__(self) -> None:
        self.rows: dict[str, str] = {}

    def of(self, channel_id: str) -> str | None:
        return self.rows.get(channel_id)

    def channels(self, endpoint_name: str) -> list[str]:
        return sorted(where for where, name in self.rows.items() if name.lower() == endpoint_name.lower())

    def set(self, channel_id: str, endpoint_name: str, by: str = "") -> None:
        self.rows[channel_id] = endpoint_name

    def clear(self, channel_id: str, by: str = "") -> str:
        return self.rows.pop(channel_id, "")

    def drop(self, endpoint_name: str, by: str = "") -> None:
        self.rows = {where: name for where, name in self.rows.items() if name.lower() != endpoint_name.lower()}


@dataclass(slots=True)
class FakeChannelSettings:
    """ChannelRows."""

    rows: dict[str, ChannelSettings] = field(default_factory=dict)

    def of(self, channel_id: str) -> ChannelSettings:
        return self.rows.get(channel_id, ChannelSettings(channel_id))

    def save(self, settings: ChannelSettings, by: str = "") -> None:
        self.rows[settings.channel_id] = settings
