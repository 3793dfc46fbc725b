"""What every store of tunings does, the fake included."""

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.searches import Strategy
from bot.domain.tunings import TuningStatus
from bot.errors import NotFoundError, StaleError, WrongStateError
from tests.builders import NOW, a_finished_tuning, a_running_trial, a_search, a_trial, a_tuning, minutes


def test_a_tuning_comes_back_as_it_was_stored(stores: Any) -> None:
    search = a_search(strategy=Strategy.RANDOM, seed=0, parents=("one", "two"))
    tuning = a_finished_tuning(search=search, overall_best=a_trial(9))
    stores.tunings.add(tuning)

    assert stores.tunings.get(tuning.id) == tuning


def test_a_tuning_that_is_added_again_changes_nothing(stores: Any) -> None:
    stores.tunings.add(a_tuning())
    stores.tunings.add(a_tuning(data_set="other"))

    assert stores.tunings.get(a_tuning().id).data_set == "emoji"


def test_two_tunings_cannot_have_one_name(stores: Any) -> None:
    stores.tunings.add(a_tuning())

    with pytest.raises(WrongStateError, match="There is a tuning"):
        stores.tunings.add(a_tuning(id="two", name="EMOJI-tune-5d1e0b"))


def test_saving_gives_the_next_version_and_stores_it(stores: Any) -> None:
    stores.tunings.add(a_tuning())
    changed = a_tuning(status=TuningStatus.RUNNING, trials=(a_running_trial(),))

    saved = stores.tunings.save(changed)

    assert saved == replace(changed, version=1)
    assert stores.tunings.get(changed.id) == saved


def test_saving_what_has_changed_meanwhile_is_refused(stores: Any) -> None:
    stores.tunings.add(a_tuning())
    stores.tunings.save(a_tuning(status=TuningStatus.RUNNING))

    with pytest.raises(StaleError):
        stores.tunings.save(a_tuning(status=TuningStatus.FAILED))


def test_an_unknown_tuning_is_not_found(stores: Any) -> None:
    with pytest.raises(NotFoundError, match="I don't know this tuning"):
        stores.tunings.get("nothing")


@pytest.mark.parametrize(("name", "known"), [("EMOJI-TUNE-5d1e0b", True), ("emoji", False)])
def test_a_tuning_is_found_by_its_name_however_it_is_capitalized(stores: Any, name: str, known: bool) -> None:
    stores.tunings.add(a_tuning())

    assert stores.tunings.named(name) == (a_tuning() if known else None)


def test_the_active_ones_come_oldest_first_and_without_the_ended(stores: Any) -> None:
    for number, status in enumerate(TuningStatus):
        moment = NOW - minutes(number)
        stores.tunings.add(a_tuning(id=str(number), name=f"t-{number}", status=status, requested_at=moment))

    assert [tuning.status for tuning in stores.tunings.active()] == ["stopping", "running", "requested"]


def test_the_recent_ones_come_newest_first(stores: Any) -> None:
    for number in range(3):
        stores.tunings.add(a_tuning(id=str(number), name=f"t-{number}", requested_at=NOW + minutes(number)))

    assert [tuning.id for tuning in stores.tunings.recent(2)] == ["2", "1"]
