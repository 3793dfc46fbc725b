"""The stores of digests and of quiet hours in memory, and what happened as the other stores in memory tell it."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.cards import Card, CardKind
from bot.domain.digests import Digest
from bot.domain.editions import Edition, Run, right_and_wrong
from bot.domain.feedback import Opinion
from bot.domain.jobs import Job
from bot.domain.quiet_hours import QuietHours
from bot.domain.tunings import Tuning
from bot.domain.uploads import Upload, UploadStatus
from bot.errors import NotFoundError
from tests.fakes.feedback import FakeOpinions
from tests.fakes.shelf import FakeCards, Shelf


class FakeDigests:
    """DigestRows."""

    def __init__(self, cards: FakeCards) -> None:
        self.rows: dict[str, Digest] = {}
        self.editions: dict[str, Edition] = {}
        self.cards = cards

    def of(self, channel_id: str) -> Digest | None:
        return self.rows.get(channel_id)

    def due(self, now: datetime) -> list[Digest]:
        waiting = [digest for digest in self.rows.values() if digest.next_at <= now]
        return sorted(waiting, key=lambda digest: (digest.next_at, digest.channel_id))

    def put(self, digest: Digest) -> None:
        was = self.of(digest.channel_id)
        self.rows[digest.channel_id] = replace(digest, version=was.version + 1 if was else 0)

    def drop(self, channel_id: str, by: str) -> Digest | None:
        return self.rows.pop(channel_id, None)

    def move_on(self, digest: Digest, edition: Edition | None = None) -> bool:
        was = self.of(digest.channel_id)
        if was is None or (was.version, was.timetable) != (digest.version, digest.timetable):
            return False
        self.rows[digest.channel_id] = replace(digest, version=digest.version + 1)
        if edition is not None:
            self.publish(edition)
        return True

    def publish(self, edition: Edition) -> None:
        self.editions.setdefault(edition.id, edition)
        self.cards.rows.setdefault(edition.id, Card(edition.id, CardKind.DIGEST, edition.channel_id))

    def edition(self, edition_id: str) -> Edition:
        if edition_id not in self.editions:
            raise NotFoundError("I don't know this digest.")
        return self.editions[edition_id]


class FakeQuietHours:
    """QuietRows."""

    def __init__(self) -> None:
        self.rows: dict[str, QuietHours] = {}
        self.waiting: dict[str, datetime] = {}

    def of(self, channel_id: str) -> QuietHours | None:
        return self.rows.get(channel_id)

    def put(self, quiet: QuietHours) -> None:
        self.rows[quiet.channel_id] = quiet

    def drop(self, channel_id: str, by: str) -> QuietHours | None:
        return self.rows.pop(channel_id, None)

    def hold(self, subject_id: str, now: datetime) -> None:
        self.waiting.setdefault(subject_id, now)

    def held(self) -> list[str]:
        return sorted(self.waiting, key=lambda subject_id: (self.waiting[subject_id], subject_id))

    def release(self, subject_ids: Collection[str]) -> None:
        for one in subject_ids:
            self.waiting.pop(one, None)


class FakeHappenings:
    """Happenings. When a row came to its end is here when AWS ended it."""

    def __init__(self, jobs: Shelf[Job], tunings: Shelf[Tuning], uploads: Shelf[Upload], said: FakeOpinions) -> None:
        self.jobs, self.tunings, self.uploads, self.said = jobs, tunings, uploads, said

    def runs(self, channel_id: str, since: datetime, until: datetime) -> list[Run]:
        every: list[Run] = [*self.jobs.rows.values(), *self.tunings.rows.values()]
        mine = [run for run in every if not run.active and channel_id in ("", run.channel_id)]
        ended = [(run.ended_at or run.requested_at, run.name, run) for run in mine]
        return [run for at, _, run in sorted(ended, key=lambda one: one[:2]) if since < at <= until]

    def answered(self, channel_id: str, since: datetime, until: datetime) -> int:
        mine = [one for one in self.uploads.rows.values() if channel_id in ("", one.channel_id)]
        moments = [one.settled_at for one in mine if one.status == UploadStatus.ANSWERED]
        return sum(moment is not None and since < moment <= until for moment in moments)

    def rated(self, channel_id: str, since: datetime, until: datetime) -> tuple[int, int]:
        mine = {one.id: one for one in self.uploads.rows.values() if channel_id in ("", one.channel_id)}
        said = self.said.of(list(mine)).items()
        spoken_of = [(mine[name].prediction, all_of) for name, all_of in said if _in(all_of, since, until)]
        return right_and_wrong(spoken_of)


def _in(said: Sequence[Opinion], since: datetime, until: datetime) -> bool:
    return any(since < one.given_at <= until for one in said)
