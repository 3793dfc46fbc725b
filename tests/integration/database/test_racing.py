"""Threads that want the same thing at the same moment: exactly one gets it."""

import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Connection, select, text, update

from bot.adapters.database import (
    Database,
    SqlAnswers,
    SqlApprovals,
    SqlCards,
    SqlDataSets,
    SqlEndpoints,
    SqlJobs,
    SqlKeptPictures,
    SqlPrices,
    SqlRoutes,
    SqlUploads,
)
from bot.adapters.database.feedback_tables import kept_pictures
from bot.adapters.database.picture_tables import answers, uploads
from bot.domain.approvals import approved
from bot.domain.endpoints import EndpointStatus
from bot.domain.jobs import JobStatus
from bot.domain.uploads import UploadStatus
from bot.errors import StaleError, WrongStateError
from tests.integration.database.examples import (
    NOW,
    a_data_set,
    a_job,
    an_answer,
    an_approval,
    an_endpoint,
    an_upload,
    later,
)
from tests.integration.database.test_feedback_contract import a_kept_picture

RACERS = 20


def _race(act: Callable[[int], Any]) -> Counter[str]:
    """What became of each of the racers: the name of its error, or what it got, as words."""
    start = threading.Barrier(RACERS)

    def run(number: int) -> str:
        start.wait()
        try:
            return str(act(number))
        except (StaleError, WrongStateError) as error:
            return type(error).__name__

    with ThreadPoolExecutor(RACERS) as threads:
        return Counter(threads.map(run, range(RACERS)))


@pytest.fixture
def two_databases(url: str, opened: Callable[[str], Database]) -> Callable[[int], Database]:
    """The same database as two processes have it; racers are dealt out to them."""
    pair = opened(url), opened(url)
    return lambda number: pair[number % 2]


def test_one_of_twenty_decisions_is_taken(two_databases: Callable[[int], Database]) -> None:
    SqlApprovals(two_databases(0)).add(an_approval())

    def decide(number: int) -> str:
        approvals = SqlApprovals(two_databases(number))
        approvals.save(approved(approvals.get("a1"), f"U{number}", NOW))
        return f"U{number}"

    outcome = _race(decide)

    winners = {who for who in outcome if who.startswith("U")}
    assert len(winners) == 1
    assert outcome.total() - outcome["StaleError"] - outcome["WrongStateError"] == 1
    assert SqlApprovals(two_databases(0)).get("a1").decided_by in winners
    assert SqlCards(two_databases(0)).of("a1").wanted == 2


def test_one_of_twenty_requests_for_a_name_is_taken(two_databases: Callable[[int], Database]) -> None:
    outcome = _race(lambda number: SqlApprovals(two_databases(number)).add(an_approval(f"a{number}")))

    assert outcome == {"None": 1, "WrongStateError": RACERS - 1}
    assert len(SqlApprovals(two_databases(0)).pending()) == 1


def test_one_of_twenty_endpoints_gets_the_name(two_databases: Callable[[int], Database]) -> None:
    outcome = _race(lambda number: SqlEndpoints(two_databases(number)).add(an_endpoint(f"a{number}")))

    assert outcome == {"None": 1, "WrongStateError": RACERS - 1}


def test_the_same_job_added_by_twenty_is_one_job_with_one_card(two_databases: Callable[[int], Database]) -> None:
    outcome = _race(lambda number: SqlJobs(two_databases(number)).add(a_job()))

    assert outcome == {"None": RACERS}
    assert SqlCards(two_databases(0)).of("7f3a91").wanted == 1


def test_every_upload_is_claimed_once(two_databases: Callable[[int], Database]) -> None:
    SqlUploads(two_databases(0)).add(an_answer(), [an_upload(number) for number in range(60)])

    def work(number: int) -> str:
        uploads = SqlUploads(two_databases(number))
        mine = []
        while claimed := uploads.claim(NOW, 600):
            mine.append(claimed.file_id)
            uploads.save(replace(claimed, status=UploadStatus.ANSWERED))
        return " ".join(mine)

    claimed = " ".join(_race(work).elements()).split()

    assert sorted(claimed) == sorted(f"F{number}" for number in range(60))


def test_the_same_message_told_by_twenty_is_stored_once(two_databases: Callable[[int], Database]) -> None:
    message = [an_upload(1), an_upload(2), an_upload(3)]

    outcome = _race(lambda number: SqlUploads(two_databases(number)).add(an_answer(), message))

    assert sum(int(added) * racers for added, racers in outcome.items()) == len(message)


def test_no_change_of_a_job_is_lost_to_another(two_databases: Callable[[int], Database]) -> None:
    SqlJobs(two_databases(0)).add(a_job())

    def change(number: int) -> str:
        jobs = SqlJobs(two_databases(number))
        while True:
            job = jobs.get("7f3a91")
            try:
                return str(jobs.save(replace(job, status=JobStatus.RUNNING, billable_seconds=job.version)).version)
            except StaleError:
                continue

    assert _race(change) == {str(number + 1): 1 for number in range(RACERS)}
    assert SqlCards(two_databases(0)).of("7f3a91").wanted == RACERS + 1


def test_showing_a_card_while_its_job_changes_leaves_it_behind_or_not_but_never_lost(
    two_databases: Callable[[int], Database],
) -> None:
    SqlJobs(two_databases(0)).add(a_job())

    def act(number: int) -> str:
        if number == 0:
            job = SqlJobs(two_databases(number)).get("7f3a91")
            return f"saved {SqlJobs(two_databases(number)).save(job).version}"
        cards = SqlCards(two_databases(number))
        card = cards.of("7f3a91")
        cards.save(replace(card, shown=card.wanted))
        return "shown"

    _race(act)

    assert SqlCards(two_databases(0)).of("7f3a91").wanted == 2


def test_catalogues_replaced_by_many_at_once_are_those_of_one(two_databases: Callable[[int], Database]) -> None:
    def replace_all(number: int) -> None:
        SqlDataSets(two_databases(number)).replace([a_data_set(name, train_images=number) for name in "abc"])
        SqlPrices(two_databases(number)).replace("training", {"ml.m5.large": number, "ml.m5.xlarge": number})
        SqlRoutes(two_databases(number)).set("C1", f"e{number}")

    assert _race(replace_all) == {"None": RACERS}
    assert len({data_set.train_images for data_set in SqlDataSets(two_databases(0)).all().values()}) == 1


def test_a_claim_of_one_upload_does_not_hold_up_the_next(two_databases: Callable[[int], Database]) -> None:
    SqlUploads(two_databases(0)).add(an_answer(), [an_upload(number, due_at=later(number)) for number in range(RACERS)])

    outcome = _race(lambda number: SqlUploads(two_databases(number)).claim(later(60), 60) is not None)

    assert outcome == {"True": RACERS}


def test_what_is_forgotten_while_many_look_at_it_stays_forgotten(two_databases: Callable[[int], Database]) -> None:
    images = [an_upload(number) for number in range(60)]
    SqlUploads(two_databases(0)).add(an_answer(), images)

    def act(number: int) -> None:
        uploads = SqlUploads(two_databases(number))
        if number == 0:
            SqlKeptPictures(two_databases(number)).forget(images, "U9")
            return
        while claimed := uploads.claim(NOW, 600):
            # The others' later tries; with a status that stays the same, nobody waits for a turn in the audit.
            with suppress(StaleError):
                uploads.save(replace(claimed, due_at=later(60)))

    assert _race(act) == {"None": RACERS}
    assert {one.file_id for one in SqlUploads(two_databases(0)).of(an_answer().id)} == {""}


def test_swaps_and_saves_of_the_same_rows_wait_for_each_other(two_databases: Callable[[int], Database]) -> None:
    stores = [SqlEndpoints(two_databases(number)) for number in (0, 1)]
    status = EndpointStatus.IN_SERVICE
    stores[0].add(an_endpoint("a0", status=status))
    stores[0].add(an_endpoint("a1", status=EndpointStatus.SUPERSEDED))

    def change(number: int) -> None:
        here = stores[number % 2]
        leaving, coming = sorted((here.get("a0"), here.get("a1")), key=lambda one: not one.live)
        # What was read before and after another's swap looks as if both were live, or neither.
        if number % 4 < 2 and leaving.live and not coming.live:
            here.swap(replace(leaving, status=coming.status), replace(coming, status=leaving.status))
        else:
            here.save(replace(coming, failure_reason=str(number)))

    outcome = _race(change)

    assert set(outcome) <= {"None", "StaleError"}
    assert outcome["None"] >= 1


@pytest.mark.postgres
@pytest.mark.parametrize("change", ["hasten", "renew", "renew_answers", "considered"])
def test_many_rows_are_locked_in_the_order_of_their_ids(
    change: str, postgresql: str, opened: Callable[[str], Database]
) -> None:
    database = opened(postgresql)
    stores, ids = SqlUploads(database), [an_upload(number).id for number in (1, 2)]
    table = {"renew_answers": answers, "considered": kept_pictures}.get(change, uploads)
    if change == "renew_answers":
        ids = ["a1", "a2"]
    # The second one lies first in the table, where a search for both comes upon it.
    for number, upload_id in reversed(list(enumerate(ids, start=1))):
        waits = an_upload(number, status=UploadStatus.WAITING, due_at=later(60))
        stores.add(an_answer(id=upload_id if change == "renew_answers" else waits.answer_id), [waits])
        SqlKeptPictures(database).add(a_kept_picture(id=upload_id))
    acts: dict[str, Callable[[], object]] = {
        "hasten": lambda: stores.hasten(an_upload().endpoint_name, NOW),
        "renew": lambda: stores.renew(ids, later(90)),
        "renew_answers": lambda: SqlAnswers(database).renew(ids, later(90)),
        "considered": lambda: SqlKeptPictures(database).considered(ids, "emoji-2"),
    }
    with database.writing() as connection:
        if "claimed_until" in table.c:
            connection.execute(update(table).values(claimed_until=later(60)))

    with database.writing() as connection, ThreadPoolExecutor(1) as threads:
        connection.execute(select(table.c.id).where(table.c.id == ids[0]).with_for_update())
        acting = threads.submit(acts[change])
        _until_somebody_waits(connection)
        second = select(table.c.id).where(table.c.id == ids[1]).with_for_update(nowait=True)
        assert connection.scalar(second) == ids[1]
        connection.commit()
        acting.result(10)


def _until_somebody_waits(connection: Connection) -> None:
    waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    for _ in range(1000):
        if connection.scalar(waiting):
            return
        time.sleep(0.01)
    raise AssertionError("Nobody waits.")
