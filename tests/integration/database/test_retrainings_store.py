"""What every store of retrainings does, the fake included; and what replays keep of their measurements."""

from dataclasses import replace
from typing import Any

import pytest

from bot.adapters.database import Database, SqlKeptPictures, SqlReplays, SqlRetrainings
from bot.domain.replays import Measured, Replay, Results
from bot.domain.retrainings import RetrainingStatus
from bot.errors import NotFoundError, StaleError
from tests.builders import NOW, minutes
from tests.fakes.retrainings import FakeRetrainings
from tests.unit.views.retraining_examples import a_retraining

ID = a_retraining().id


@pytest.fixture(params=["fake", "sql"])
def rows(request: pytest.FixtureRequest, database: Database) -> Any:
    return FakeRetrainings() if request.param == "fake" else SqlRetrainings(database)


def test_a_retraining_comes_back_as_it_was_stored_and_is_added_once(rows: Any) -> None:
    assert rows.add(a_retraining())
    assert not rows.add(a_retraining())
    assert rows.get(ID) == a_retraining()
    with pytest.raises(NotFoundError):
        rows.get("nothing")


def test_an_endpoint_has_one_that_is_open(rows: Any) -> None:
    rows.add(a_retraining())
    assert not rows.add(a_retraining(id="another"))
    rows.save(a_retraining(status=RetrainingStatus.DECLINED))
    assert rows.add(a_retraining(id="another", offered_at=NOW + minutes(5)))
    assert [one.id for one in rows.of_endpoint("EMOJI-live")] == ["another", ID]


def test_who_saves_what_has_moved_is_told(rows: Any) -> None:
    rows.add(a_retraining())
    wanted = rows.save(a_retraining(status=RetrainingStatus.WANTED))
    with pytest.raises(StaleError):
        rows.save(a_retraining(status=RetrainingStatus.DECLINED))
    assert rows.wanted() == [wanted]


def test_what_its_message_does_not_say_yet_is_untold(rows: Any) -> None:
    rows.add(a_retraining())
    (untold,) = rows.untold()
    rows.save(replace(untold, shown="offered"))
    assert rows.untold() == []


def test_what_a_version_contains_is_known(database: Database) -> None:
    SqlKeptPictures(database).trained(["a", "b"], "pets-2")
    assert SqlRetrainings(database).contained(["pets", "pets-2"]) == {"a", "b"}
    assert SqlRetrainings(database).contained(["pets"]) == set()


def test_what_was_measured_comes_back(database: Database) -> None:
    replays = SqlReplays(database)
    replays.add(Replay("a1", "U1", NOW))
    replays.save(Replay("a1", "U1", NOW, results=Results(golden=Measured(20, 19, 18))))
    kept = replays.of("a1")
    assert kept is not None
    assert kept.results == Results(golden=Measured(20, 19, 18))
    assert replays.of("a2") is None
