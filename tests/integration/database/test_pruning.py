"""What is left of pictures that were shared long ago."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.adapters.database import (
    Database,
    SqlAnswers,
    SqlEndpoints,
    SqlKeptPictures,
    SqlOldPictures,
    SqlOpinions,
    SqlQuestions,
    SqlUploads,
)
from bot.domain.endpoints import EndpointStatus
from bot.domain.uploads import UploadStatus
from bot.errors import NotFoundError
from bot.services.pruning import PAUSE, TOGETHER, Pruning
from tests.integration.database.examples import NOW, an_answer, an_endpoint, an_upload, later
from tests.integration.database.test_feedback_contract import FIRST, a_kept_picture, an_opinion


def _shared(database: Database, status: UploadStatus = UploadStatus.ANSWERED, release: str = "long gone") -> None:
    SqlUploads(database).add(an_answer(), [an_upload(1, status=status, release=release)])


def _is_there(database: Database) -> bool:
    try:
        SqlUploads(database).get(FIRST)
    except NotFoundError:
        return False
    return True


def test_an_old_picture_goes_with_its_answer_and_all_that_was_said_of_it(database: Database) -> None:
    _shared(database)
    opinions, asked = SqlOpinions(database), SqlQuestions(database)
    opinions.give(an_opinion())
    opinions.weighed([an_opinion()])
    asked.ask(FIRST, "1.2")
    asked.hold(FIRST, NOW)

    assert SqlOldPictures(database).prune(later(1), 10) == 1
    assert (_is_there(database), opinions.of([FIRST]), asked.asked(FIRST), asked.held()) == (False, {}, None, [])
    with pytest.raises(NotFoundError):
        SqlAnswers(database).get(an_answer().id)


def test_of_a_message_whose_other_pictures_stay_the_answer_stays(database: Database) -> None:
    SqlUploads(database).add(an_answer(), [an_upload(number, status=UploadStatus.ANSWERED) for number in (1, 2)])

    assert SqlOldPictures(database).prune(later(1), 1) == 1
    assert SqlAnswers(database).get(an_answer().id)
    assert [one.id for one in SqlUploads(database).of(an_answer().id)] == [an_upload(2).id]


def test_what_is_still_needed_stays(database: Database) -> None:
    live = replace(an_endpoint(), status=EndpointStatus.IN_SERVICE)
    SqlEndpoints(database).add(live)
    _shared(database, release=live.id)
    old = SqlOldPictures(database)
    assert old.prune(NOW, 10) == 0, "It is not old enough."
    assert old.prune(later(1), 10) == 0, "The figures of a release that is up count it."


@pytest.mark.parametrize("why", ["kept", "in a version", "not answered yet", "not weighed yet"])
def test_what_somebody_may_want_forgotten_or_is_not_done_with_stays(database: Database, why: str) -> None:
    _shared(database, UploadStatus.WAITING if why == "not answered yet" else UploadStatus.ANSWERED)
    match why:
        case "kept":
            SqlKeptPictures(database).add(a_kept_picture())
        case "in a version":
            SqlKeptPictures(database).trained([FIRST], "emoji-2")
        case "not weighed yet":
            SqlOpinions(database).give(an_opinion())

    assert SqlOldPictures(database).prune(later(1), 10) == 0
    assert _is_there(database)


def test_it_is_done_once_a_day_in_bites() -> None:
    now, bites, asked = [NOW], [TOGETHER, TOGETHER, 3], []

    class Pictures:
        def prune(self, before: object, limit: int) -> int:
            asked.append((before, limit))
            return bites.pop(0) if bites else 0

    pruning = Pruning(Pictures(), lambda: now[0])
    pruning.prune_now_and_then()
    pruning.prune_now_and_then()
    assert asked == [(NOW - timedelta(days=400), TOGETHER)] * 3

    now[0] += PAUSE
    pruning.prune_now_and_then()
    assert len(asked) == 4
