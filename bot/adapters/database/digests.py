"""Digests, their editions, and quiet hours: what channels are told at set times, and when they are told nothing."""

from collections.abc import Collection
from datetime import datetime, time

from sqlalchemy import Connection, delete, select, update

from bot.adapters.database import auditing
from bot.adapters.database.codecs import CARDS, Codec, Part
from bot.adapters.database.digest_tables import digests, editions, held_cards, quiet_hours
from bot.adapters.database.engine import Database
from bot.adapters.database.rows import count, insert_new, upsert
from bot.adapters.database.tables import cards
from bot.domain.audit import Move
from bot.domain.cards import Card, CardKind
from bot.domain.digests import Digest, in_words
from bot.domain.editions import Edition
from bot.domain.quiet_hours import QuietHours
from bot.domain.quiet_hours import in_words as hours_in_words
from bot.errors import NotFoundError

DIGESTS = Codec(Digest)
EDITIONS = Codec(Edition)
_CLOCK = Part(time.isoformat, time.fromisoformat)
QUIET_HOURS = Codec(QuietHours, {"begins": _CLOCK, "ends": _CLOCK})


class SqlDigests:
    """The port DigestRows."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, channel_id: str) -> Digest | None:
        with self._database.reading() as connection:
            return _digest(connection, channel_id)

    def due(self, now: datetime) -> list[Digest]:
        chosen = select(digests).where(digests.c.next_at <= now).order_by(digests.c.next_at, digests.c.channel_id)
        with self._database.reading() as connection:
            return [DIGESTS.entity(row) for row in connection.execute(chosen).mappings()]

    def put(self, digest: Digest) -> None:
        """Set the channel's, in the place of what it had."""
        with self._database.writing() as connection:
            auditing.take_turn(connection)
            was = _digest(connection, digest.channel_id)
            # A tick that has read the one before must not move it on any more.
            version = was.version + 1 if was else 0
            upsert(connection, digests, DIGESTS.row(digest) | {"version": version})
            self._record(connection, was, digest, digest.set_by)

    def drop(self, channel_id: str, by: str) -> Digest | None:
        """Have no more of them; returns what there was."""
        with self._database.writing() as connection:
            auditing.take_turn(connection)
            was = _digest(connection, channel_id)
            if was is not None:
                connection.execute(delete(digests).where(digests.c.channel_id == channel_id))
                self._record(connection, was, None, by)
            return was

    def move_on(self, digest: Digest, edition: Edition | None = None) -> bool:
        """Compare-and-set on `version`, and with it the edition and its card: all or nothing. Says whether."""
        values = DIGESTS.row(digest) | {"version": digest.version + 1}
        # The schedule, too, for versions begin anew with a digest that was set after one was dropped.
        here = (digests.c.channel_id == digest.channel_id) & (digests.c.version == digest.version)
        here &= (digests.c.cron == digest.cron) & (digests.c.zone == digest.zone)
        with self._database.writing() as connection:
            if not count(connection.execute(update(digests).where(here).values(values))):
                return False
            if edition is not None:
                _add(connection, edition)
            return True

    def publish(self, edition: Edition) -> None:
        """Have it posted; under the same id again: nothing."""
        with self._database.writing() as connection:
            _add(connection, edition)

    def edition(self, edition_id: str) -> Edition:
        with self._database.reading() as connection:
            return _edition(connection, edition_id)

    def _record(self, connection: Connection, before: Digest | None, after: Digest | None, by: str) -> None:
        one = after or before
        if one is None:
            return
        was, became = (in_words(digest.timetable) if digest else "" for digest in (before, after))
        if was != became:
            at = self._database.clock()
            auditing.record(connection, Move("digests", one.channel_id, "digest", was, became, by, at))


class SqlQuietHours:
    """The port QuietRows."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, channel_id: str) -> QuietHours | None:
        with self._database.reading() as connection:
            return _quiet(connection, channel_id)

    def put(self, quiet: QuietHours) -> None:
        with self._database.writing() as connection:
            auditing.take_turn(connection)
            was = _quiet(connection, quiet.channel_id)
            upsert(connection, quiet_hours, QUIET_HOURS.row(quiet))
            self._record(connection, was, quiet, quiet.set_by)

    def drop(self, channel_id: str, by: str) -> QuietHours | None:
        """Have none any more; returns what there were."""
        with self._database.writing() as connection:
            auditing.take_turn(connection)
            was = _quiet(connection, channel_id)
            if was is not None:
                connection.execute(delete(quiet_hours).where(quiet_hours.c.channel_id == channel_id))
                self._record(connection, was, None, by)
            return was

    def hold(self, subject_id: str, now: datetime) -> None:
        """The card's thread is to hear of its milestone later; what is held already keeps its place."""
        with self._database.writing() as connection:
            insert_new(connection, held_cards, [{"subject_id": subject_id, "since": now}])

    def held(self) -> list[str]:
        """The cards of which that is so, by since when."""
        chosen = select(held_cards.c.subject_id).order_by(held_cards.c.since, held_cards.c.subject_id)
        with self._database.reading() as connection:
            return list(connection.scalars(chosen))

    def release(self, subject_ids: Collection[str]) -> None:
        with self._database.writing() as connection:
            connection.execute(delete(held_cards).where(held_cards.c.subject_id.in_(sorted(subject_ids))))

    def _record(self, connection: Connection, before: QuietHours | None, after: QuietHours | None, by: str) -> None:
        one = after or before
        if one is None:
            return
        was, became = (hours_in_words(quiet) if quiet else "" for quiet in (before, after))
        if was != became:
            at = self._database.clock()
            auditing.record(connection, Move("quiet_hours", one.channel_id, "quiet hours", was, became, by, at))


def _digest(connection: Connection, channel_id: str) -> Digest | None:
    row = connection.execute(select(digests).where(digests.c.channel_id == channel_id)).mappings().one_or_none()
    return None if row is None else DIGESTS.entity(row)


def _quiet(connection: Connection, channel_id: str) -> QuietHours | None:
    mine = select(quiet_hours).where(quiet_hours.c.channel_id == channel_id)
    row = connection.execute(mine).mappings().one_or_none()
    return None if row is None else QUIET_HOURS.entity(row)


def _edition(connection: Connection, edition_id: str) -> Edition:
    row = connection.execute(select(editions).where(editions.c.id == edition_id)).mappings().one_or_none()
    if row is None:
        raise NotFoundError("I don't know this digest.", next_step="`/digest now` makes another.")
    return EDITIONS.entity(row)


def _add(connection: Connection, edition: Edition) -> None:
    insert_new(connection, editions, [EDITIONS.row(edition)])
    insert_new(connection, cards, [CARDS.row(Card(edition.id, CardKind.DIGEST, edition.channel_id))])
