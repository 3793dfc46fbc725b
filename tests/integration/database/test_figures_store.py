"""What every store of rated answers, of bills and of drift notes does; the fakes are held to the first and last."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.adapters.database import Database, SqlBilledRows, SqlEndpoints, SqlJobs, SqlTunings
from bot.domain.drift import DriftNote, Measured, Sign, note_id
from bot.domain.endpoints import EndpointStatus
from bot.domain.feedback import Opinion, Say
from bot.domain.in_use import InUse
from bot.domain.jobs import JobStatus
from bot.domain.predictions import Label, Prediction
from bot.domain.uploads import UploadStatus
from tests.builders import a_finished_tuning
from tests.integration.database.examples import NOW, a_job, an_answer, an_endpoint, an_upload, later


def answered(stores: Any, *first: str, release: str = "r1", margin: float = 0.5, start: int = 1) -> list[str]:
    """Images that were answered one after the other with these classes first; returns their ids."""
    share = (1 + margin) / 2
    images = [
        an_upload(
            number,
            status=UploadStatus.ANSWERED,
            release=release,
            prediction=Prediction((Label(name, share), Label("other", 1 - share)), 0.1),
            settled_at=later(number),
        )
        for number, name in enumerate(first, start=start)
    ]
    stores.uploads.add(an_answer(), images)
    return [one.id for one in images]


def say(stores: Any, image: str, said: str, by: str = "U1", *, decides: bool = False) -> None:
    """A class, or in capitals `NONE` or `UNFAIR`."""
    kind = {"NONE": Say.NONE, "UNFAIR": Say.UNFAIR}.get(said, Say.LABEL)
    stores.opinions.give(Opinion(image, by, kind, said if kind == Say.LABEL else "", NOW, decides))


def test_right_are_those_that_people_call_by_the_first_class(stores: Any) -> None:
    first, second, _ = answered(stores, "cat", "cat", "dog")
    say(stores, first, "cat")
    say(stores, second, "dog")

    assert stores.rated.in_use(["r1"]) == {"r1": InUse(2, 1)}


def test_none_of_the_classes_counts_as_wrong_and_an_unfair_picture_not_at_all(stores: Any) -> None:
    none, unfair = answered(stores, "cat", "cat")
    say(stores, none, "NONE")
    say(stores, unfair, "UNFAIR")

    assert stores.rated.in_use(["r1"]) == {"r1": InUse(1, 0)}


def test_an_image_counts_once_however_many_agree_and_not_where_they_differ(stores: Any) -> None:
    agreed, disputed = answered(stores, "cat", "cat")
    for by in ("U1", "U2", "U3"):
        say(stores, agreed, "cat", by)
    say(stores, disputed, "cat", "U1")
    say(stores, disputed, "NONE", "U2")

    assert stores.rated.in_use(["r1"]) == {"r1": InUse(1, 1)}


@pytest.mark.parametrize(("second", "expected"), [("dog", {}), ("cat", {"r1": InUse(1, 1)})])
def test_who_decides_settles_what_others_differ_about(stores: Any, second: str, expected: dict[str, InUse]) -> None:
    (image,) = answered(stores, "cat")
    say(stores, image, "dog", "U1")
    say(stores, image, "cat", "U2", decides=True)
    say(stores, image, second, "U3", decides=True)

    assert stores.rated.in_use(["r1"]) == expected


def test_each_release_has_its_own_ratings(stores: Any) -> None:
    (one,) = answered(stores, "cat")
    (other,) = answered(stores, "cat", release="r2", start=2)
    say(stores, one, "cat")
    say(stores, other, "dog")

    assert stores.rated.in_use(["r1", "r2", "r3"]) == {"r1": InUse(1, 1), "r2": InUse(1, 0)}
    assert stores.rated.in_use([]) == {}


def test_windows_are_of_the_oldest_and_of_the_newest_answers(stores: Any) -> None:
    answered(stores, "cat", "cat", "dog", margin=0.8)
    answered(stores, "dog", "fox", margin=0.2, start=4)
    first, last = stores.rated.first("r1", 3), stores.rated.last("r1", 2)

    assert stores.rated.answered("r1") == 5
    assert (first.predicted, last.predicted) == ({"cat": 2, "dog": 1}, {"dog": 1, "fox": 1})
    assert (first.margin, last.margin) == pytest.approx((0.8, 0.2))
    assert stores.rated.last("r1", 4).variance == pytest.approx(0.12)


def test_a_prediction_of_one_class_leads_by_all_of_it(stores: Any) -> None:
    only = Prediction((Label("cat", 0.75),), 0.1)
    done = an_upload(status=UploadStatus.ANSWERED, release="r1", prediction=only, settled_at=NOW)
    stores.uploads.add(an_answer(), [done])

    assert stores.rated.first("r1", 9).margin == pytest.approx(0.75)


def test_what_was_not_answered_is_in_no_window(stores: Any) -> None:
    stores.uploads.add(an_answer(), [an_upload(status=UploadStatus.FAILED, release="r1", settled_at=NOW)])

    assert stores.rated.answered("r1") == 0
    assert stores.rated.first("r1", 9).count == 0


def a_note(sign: Sign = Sign.SHIFTED, channel_id: str = "C1") -> DriftNote:
    measured = Measured(62, 57, 0.892, 100, (0.8, 0.6), (("cat", 0.1, 0.4),))
    name = note_id("r1", sign, channel_id)
    return DriftNote(name, "r1", "Emoji-live", "U1", channel_id, sign, measured, NOW)


def test_a_note_is_stored_once_and_comes_back_as_it_was(stores: Any) -> None:
    assert stores.drift_notes.add([a_note()]) == 1
    assert stores.drift_notes.add([a_note(), a_note(channel_id="C2")]) == 1

    assert {one.channel_id for one in stores.drift_notes.untold()} == {"C1", "C2"}
    assert a_note() in stores.drift_notes.untold()
    assert stores.drift_notes.seen("r1") == {Sign.SHIFTED}
    assert stores.drift_notes.seen("r2") == set()


def test_a_note_that_was_told_is_not_told_again(stores: Any) -> None:
    stores.drift_notes.add([a_note()])
    tried = stores.drift_notes.tried(a_note())
    assert [one.tries for one in stores.drift_notes.untold()] == [tried.tries] == [1]

    stores.drift_notes.told(tried, later(1))

    assert stores.drift_notes.untold() == []
    assert stores.drift_notes.seen("r1") == {Sign.SHIFTED}


def test_bills_are_of_what_runs_and_of_what_ended_since(database: Database) -> None:
    jobs, tunings = SqlJobs(database), SqlTunings(database)
    jobs.add(a_job("000001", status=JobStatus.RUNNING))
    jobs.add(a_job("000002", status=JobStatus.COMPLETED, ended_at=later(-60)))
    jobs.add(a_job("000003", status=JobStatus.COMPLETED, ended_at=later(60)))
    tunings.add(a_finished_tuning())
    billed = SqlBilledRows(database)

    assert [one.id for one in billed.jobs(NOW)] == ["000001", "000003"]
    assert [one.id for one in billed.tunings(a_finished_tuning().ended_at or NOW)] == [a_finished_tuning().id]
    assert billed.tunings(NOW) == []


def test_a_service_has_its_moves_in_order(database: Database) -> None:
    moments = [NOW + timedelta(hours=hour) for hour in range(9)]
    database.clock = iter(moments).__next__
    store = SqlEndpoints(database)
    store.add(an_endpoint(status=EndpointStatus.CREATING))
    checked = store.save(an_endpoint(status=EndpointStatus.CHECKING))
    served = store.save(_now(checked, EndpointStatus.IN_SERVICE))
    store.save(_now(served, EndpointStatus.DELETING))

    (service,) = SqlBilledRows(database).services(moments[3])

    assert [became for became, _ in service.moves] == ["creating", "checking", "in service", "deleting"]
    assert [at for _, at in service.moves] == moments[:4]


def test_a_service_that_was_over_before_is_none_and_one_that_is_up_is(database: Database) -> None:
    store, billed = SqlEndpoints(database), SqlBilledRows(database)
    database.clock = lambda: NOW
    store.add(_now(an_endpoint(), EndpointStatus.IN_SERVICE))
    assert len(billed.services(later(60))) == 1

    store.save(_now(store.get(an_endpoint().id), EndpointStatus.DELETED))
    assert len(billed.services(NOW)) == 1
    assert billed.services(later(60)) == []


def _now(endpoint: Any, status: EndpointStatus) -> Any:
    return replace(endpoint, status=status, in_service_at=endpoint.in_service_at or NOW)
