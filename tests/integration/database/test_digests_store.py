"""What every store of digests, of quiet hours and of what happened does, the fakes included."""

import threading
from dataclasses import replace
from datetime import time, timedelta
from typing import Any

import pytest

from bot.adapters.database import Database, SqlAudit, SqlCards, SqlDigests, SqlHappenings, SqlJobs, SqlQuietHours
from bot.domain import digests
from bot.domain.cards import CardKind
from bot.domain.editions import edition_of
from bot.domain.feedback import Opinion, Say
from bot.domain.jobs import JobStatus
from bot.domain.quiet_hours import QuietHours
from bot.domain.uploads import UploadStatus
from bot.errors import NotFoundError
from tests.builders import (
    APPROVER,
    CHANNEL,
    NOW,
    REQUESTER,
    a_finished_job,
    a_finished_tuning,
    a_job,
    an_answer,
    an_answered_upload,
    an_upload,
)
from tests.digests import a_digest, an_edition

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
QUIET = QuietHours(CHANNEL, time(20), time(8, 30), "Europe/Berlin", REQUESTER)


def _told() -> digests.Digest:
    return digests.told(a_digest(), NOW, NOW + DAY, had_nothing=False)


def test_a_channel_has_the_digest_that_was_set_last(stores: Any) -> None:
    stores.digests.put(a_digest())
    stores.digests.put(a_digest(cron="0 9 * * mon"))

    assert stores.digests.of(CHANNEL) == a_digest(cron="0 9 * * mon", version=1)
    assert stores.digests.of("C0KITCHEN01") is None


def test_dropping_one_returns_it(stores: Any) -> None:
    stores.digests.put(a_digest())

    assert stores.digests.drop(CHANNEL, REQUESTER) == a_digest()
    assert stores.digests.drop(CHANNEL, REQUESTER) is None


def test_due_are_those_whose_moment_has_come_oldest_first(stores: Any) -> None:
    for name, hours in (("C1", 1), ("C2", 0), ("C3", -1)):
        stores.digests.put(a_digest(channel_id=name, next_at=NOW + hours * HOUR))

    assert [one.channel_id for one in stores.digests.due(NOW)] == ["C3", "C2"]


def test_moving_on_brings_the_edition_and_its_card_once(stores: Any) -> None:
    stores.digests.put(a_digest())
    edition = edition_of(a_digest(), NOW)

    assert stores.digests.move_on(_told(), edition)
    assert not stores.digests.move_on(_told(), replace(edition, id="another"))
    card = stores.cards.of(edition.id)
    assert (card.kind, card.channel_id, card.shown != card.wanted) == (CardKind.DIGEST, CHANNEL, True)
    assert stores.digests.edition(edition.id) == edition
    assert stores.digests.of(CHANNEL) == replace(_told(), version=1)


def test_a_digest_that_was_set_anew_meanwhile_is_not_moved_on(stores: Any) -> None:
    stores.digests.put(a_digest())
    stores.digests.drop(CHANNEL, REQUESTER)
    stores.digests.put(a_digest(cron="0 7 * * *"))

    assert not stores.digests.move_on(_told(), an_edition())
    with pytest.raises(NotFoundError):
        stores.digests.edition(an_edition().id)


def test_what_is_published_is_posted_once(stores: Any) -> None:
    stores.digests.publish(an_edition())
    stores.cards.save(replace(stores.cards.of(an_edition().id), message_ts="1.2", shown=1))

    stores.digests.publish(an_edition(until=NOW + DAY))
    assert stores.cards.behind() == []
    assert stores.digests.edition(an_edition().id) == an_edition()


def test_quiet_hours_come_back_as_they_were_set(stores: Any) -> None:
    stores.quiet_hours.put(replace(QUIET, begins=time(22)))
    stores.quiet_hours.put(QUIET)

    assert stores.quiet_hours.of(CHANNEL) == QUIET
    assert stores.quiet_hours.drop(CHANNEL, REQUESTER) == QUIET
    assert stores.quiet_hours.drop(CHANNEL, REQUESTER) is None


def test_what_is_held_keeps_its_place_until_it_is_let_go(stores: Any) -> None:
    for name, hours in (("b", 1), ("a", 2), ("c", 0), ("b", 3)):
        stores.quiet_hours.hold(name, NOW + hours * HOUR)
    stores.quiet_hours.release(["c"])
    stores.quiet_hours.release(["c"])
    assert stores.quiet_hours.held() == ["b", "a"]

    stores.quiet_hours.release(["a", "b"])
    assert stores.quiet_hours.held() == []


def test_what_ended_and_was_answered_is_that_of_the_channel_and_of_the_period(stores: Any) -> None:
    job, elsewhere = a_job(requested_at=NOW), a_job(id="b", name="pets-b", channel_id="C2")
    for one in (job, elsewhere, a_job(id="c", name="runs")):
        stores.jobs.add(one)
    stores.tunings.add(a_finished_tuning(ended_at=NOW))
    stores.jobs.save(replace(job, status=JobStatus.COMPLETED, ended_at=NOW))
    stores.jobs.save(replace(elsewhere, status=JobStatus.FAILED, ended_at=NOW))
    answered = replace(an_answered_upload(), status=UploadStatus.ANSWERED, channel_id=CHANNEL, settled_at=NOW)
    stores.uploads.add(an_answer(), [answered, an_upload(id="open")])
    ever = (NOW - 9000 * DAY, NOW + 9000 * DAY)

    assert {run.name for run in stores.happenings.runs(CHANNEL, *ever)} == {job.name, a_finished_tuning().name}
    assert {run.name for run in stores.happenings.runs("C2", *ever)} == {"pets-b"}
    assert len(stores.happenings.runs("", *ever)) == 3
    assert stores.happenings.runs(CHANNEL, NOW + 8000 * DAY, NOW + 9000 * DAY) == []
    assert stores.happenings.answered(CHANNEL, NOW - DAY, NOW) == 1
    assert stores.happenings.answered(CHANNEL, NOW, NOW + DAY) == 0
    assert stores.happenings.answered("C2", *ever) == 0


def test_an_answer_is_right_or_wrong_by_what_all_say_of_it_and_counts_when_somebody_does(stores: Any) -> None:
    labels = {"right": ["animals"], "wrong": ["faces", "faces"], "disputed": ["animals", "faces"], "unrated": []}
    shared = [replace(an_answered_upload(), id=name, file_id=name, channel_id=CHANNEL) for name in labels]
    stores.uploads.add(an_answer(), shared)
    for name, said in labels.items():
        for number, label in enumerate(said):
            stores.opinions.give(Opinion(name, f"U{number}", Say.LABEL, label, NOW))
    stores.opinions.give(Opinion("unrated", "U1", Say.UNFAIR, "", NOW))

    assert stores.happenings.rated(CHANNEL, NOW - DAY, NOW) == (1, 1)
    assert stores.happenings.rated("", NOW - DAY, NOW) == (1, 1)
    assert stores.happenings.rated(CHANNEL, NOW, NOW + DAY) == (0, 0)
    assert stores.happenings.rated("C2", NOW - DAY, NOW) == (0, 0)


def test_a_job_counts_from_when_its_end_was_learned(database: Database) -> None:
    jobs, happenings = SqlJobs(database), SqlHappenings(database)
    database.clock = lambda: NOW
    jobs.add(a_job())
    database.clock = lambda: NOW + HOUR
    # AWS had ended it before the last digest, which did not know of it.
    jobs.save(replace(a_finished_job(ended_at=NOW - HOUR), version=0))

    assert happenings.runs(CHANNEL, NOW - DAY, NOW) == []
    assert [run.name for run in happenings.runs(CHANNEL, NOW, NOW + HOUR)] == [a_job().name]


def test_who_set_what_is_in_the_audit(database: Database) -> None:
    rows, quiet = SqlDigests(database), SqlQuietHours(database)
    rows.put(a_digest())
    rows.put(a_digest(set_by=APPROVER))
    rows.drop(CHANNEL, APPROVER)
    quiet.put(QUIET)
    quiet.drop(CHANNEL, APPROVER)

    told = [(one.move.entity, one.move.was, one.move.became, one.move.by) for one in SqlAudit(database).entries()]
    assert told == [
        ("digests", "", "weekdays at 09:30 (UTC)", REQUESTER),
        ("digests", "weekdays at 09:30 (UTC)", "", APPROVER),
        ("quiet_hours", "", "20:00 to 08:30 (Europe/Berlin)", REQUESTER),
        ("quiet_hours", "20:00 to 08:30 (Europe/Berlin)", "", APPROVER),
    ]


def test_of_many_workers_at_once_one_brings_the_digest(database: Database) -> None:
    rows = SqlDigests(database)
    rows.put(a_digest())
    start, won = threading.Barrier(6), list[bool]()

    def bring() -> None:
        start.wait()
        won.append(rows.move_on(_told(), edition_of(a_digest(), NOW)))

    threads = [threading.Thread(target=bring) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(won) == [False] * 5 + [True]
    assert len(SqlCards(database).behind()) == 1
