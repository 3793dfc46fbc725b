"""Figures from rows: how right endpoints are in use, what the month has cost, and what channels are told of drift."""

from datetime import UTC, datetime, time, timedelta

import pytest

from bot.domain.drift import Sign
from bot.domain.feedback import Opinion, Say
from bot.domain.in_use import InUse
from bot.domain.predictions import Label, Prediction
from bot.domain.quiet_hours import QuietHours
from bot.domain.uploads import UploadStatus
from bot.errors import ChatBusyError, NoPlaceError
from bot.services.drifting import MOST_TRIES, PAUSE
from tests.builders import CHANNEL, NOW, REQUESTER, a_running_job, an_answer, an_endpoint, an_upload, minutes
from tests.unit.services.world import World

KITCHEN = "C0KITCHEN01"


def rated(world: World, right: int, wrong: int, predicted: str = "food", margin: float = 0.8, start: int = 0) -> None:
    """Images that the endpoint answered, of which people said that so many were right."""
    labels = (Label(predicted, (1 + margin) / 2), Label("faces", (1 - margin) / 2))
    images = [
        an_upload(
            id=f"image-{number:04}",
            status=UploadStatus.ANSWERED,
            release=an_endpoint().id,
            prediction=Prediction(labels, 0.2),
            settled_at=NOW + minutes(number),
        )
        for number in range(start, start + right + wrong)
    ]
    world.stores.uploads.add(an_answer(), images)
    for number, image in enumerate(images):
        label = predicted if number < right else "flags"
        world.stores.opinions.give(Opinion(image.id, REQUESTER, Say.LABEL, label, NOW))


@pytest.fixture
def drifting(world: World) -> World:
    """The endpoint is right in half of what people rated, and in nine of ten in validation."""
    world.has_endpoint(an_endpoint())
    world.stores.routes.set(CHANNEL, "emoji-live")
    rated(world, 20, 20)
    return world


def test_an_endpoints_figure_is_that_of_its_release(drifting: World) -> None:
    figures = drifting.told_figures()

    assert figures.in_use(an_endpoint()) == InUse(40, 20)
    assert figures.in_use_of([an_endpoint(), an_endpoint(id="new")]) == {
        an_endpoint().id: InUse(40, 20),
        "new": InUse(),
    }
    assert figures.in_use_of([]) == {}


def test_every_holding_has_its_figure(drifting: World) -> None:
    holdings = drifting.upkeep().holdings

    assert [one.in_use for one in holdings.all()] == [InUse(40, 20)]
    assert holdings.of(an_endpoint()).in_use == InUse(40, 20)


def test_the_months_spend_is_held_against_the_budget(world: World) -> None:
    world.budget = 10.0
    world.stores.billed.all_jobs = [a_running_job(started_at=NOW)]
    world.passes(hours=2)
    spent = world.told_figures().spend()

    assert spent.training == pytest.approx(2 * 0.736)
    assert (spent.budget, spent.period.begin) == (10.0, datetime(2026, 3, 1, tzinfo=UTC))


def test_a_period_of_ones_own_has_no_budget(world: World) -> None:
    world.budget = 10.0
    world.stores.billed.all_jobs = [a_running_job(started_at=NOW)]
    spent = world.told_figures().spent(NOW + timedelta(hours=1), NOW + timedelta(hours=2))

    assert spent.training == pytest.approx(0.736)
    assert spent.budget is None


def told(world: World) -> list[tuple[Sign, str]]:
    return [(note.sign, note.channel_id) for note in world.drift_teller.notes]


def test_each_channel_that_it_answers_is_told_once(drifting: World) -> None:
    drifting.stores.routes.set(KITCHEN, "emoji-live")
    watch = drifting.drifting()
    for _ in range(3):
        watch.look_now_and_then()
        drifting.passes(hours=1)

    assert sorted(told(drifting)) == [(Sign.LESS_RIGHT, CHANNEL), (Sign.LESS_RIGHT, KITCHEN)]


def test_two_workers_tell_it_once(drifting: World) -> None:
    for watch in (drifting.drifting(), drifting.drifting()):
        watch.look_now_and_then()

    assert told(drifting) == [(Sign.LESS_RIGHT, CHANNEL)]


def test_who_does_not_have_the_turn_does_nothing(drifting: World) -> None:
    with drifting.stores.tick_lock.held():
        drifting.drifting().look_now_and_then()

    assert (told(drifting), drifting.stores.drift_notes.rows) == ([], {})


def test_it_is_not_looked_at_every_tick(drifting: World) -> None:
    watch = drifting.drifting()
    drifting.stores.endpoints.shelf.rows.clear()
    watch.look_now_and_then()
    drifting.has_endpoint(an_endpoint())
    watch.look_now_and_then()
    assert told(drifting) == []

    drifting.passes(seconds=PAUSE.total_seconds())
    watch.look_now_and_then()

    assert told(drifting) == [(Sign.LESS_RIGHT, CHANNEL)]


def test_without_a_channel_it_is_told_where_it_was_asked_for(drifting: World) -> None:
    drifting.stores.routes.clear(CHANNEL)
    drifting.drifting().look_now_and_then()

    assert told(drifting) == [(Sign.LESS_RIGHT, an_endpoint().channel_id)]


def test_quiet_hours_are_waited_for(drifting: World) -> None:
    drifting.stores.quiet_hours.put(QuietHours(CHANNEL, time(9), time(12), "UTC"))
    watch = drifting.drifting()
    watch.look_now_and_then()
    assert told(drifting) == []

    drifting.passes(hours=3)
    watch.look_now_and_then()

    assert told(drifting) == [(Sign.LESS_RIGHT, CHANNEL)]


def test_what_waited_for_the_end_of_quiet_hours_is_not_told_of_what_is_gone_by_then(drifting: World) -> None:
    drifting.stores.quiet_hours.put(QuietHours(CHANNEL, time(9), time(12), "UTC"))
    watch = drifting.drifting()
    watch.look_now_and_then()
    drifting.stores.endpoints.shelf.rows.clear()
    drifting.passes(hours=3)
    watch.look_now_and_then()

    assert (told(drifting), drifting.stores.drift_notes.untold()) == ([], [])


def test_what_slack_is_too_busy_for_is_told_later_as_a_second_try(drifting: World) -> None:
    drifting.drift_teller.refuses = [ChatBusyError("Slack is busy.", code="ratelimited")]
    watch = drifting.drifting()
    watch.look_now_and_then()
    watch.look_now_and_then()

    assert [note.tries for note in drifting.drift_teller.notes] == [2]


@pytest.mark.parametrize(
    "refusals", [[NoPlaceError("No.", code="is_archived")], [ChatBusyError("Slack is busy.")] * (MOST_TRIES + 1)]
)
def test_where_nobody_can_be_told_it_is_let_be(drifting: World, refusals: list[Exception]) -> None:
    drifting.drift_teller.refuses = refusals
    watch = drifting.drifting()
    for _ in range(MOST_TRIES + 3):
        watch.look_now_and_then()

    assert (told(drifting), drifting.stores.drift_notes.untold()) == ([], [])


def test_a_new_release_is_looked_at_anew(drifting: World) -> None:
    watch = drifting.drifting()
    watch.look_now_and_then()
    drifting.stores.endpoints.shelf.rows.clear()
    drifting.has_endpoint(an_endpoint(id="second"))
    drifting.passes(hours=1)
    watch.look_now_and_then()

    assert told(drifting) == [(Sign.LESS_RIGHT, CHANNEL)]
    assert drifting.stores.drift_notes.seen("second") == set()


def test_other_classes_and_less_certainty_are_two_signs(world: World) -> None:
    world.has_endpoint(an_endpoint())
    world.stores.routes.set(CHANNEL, "emoji-live")
    rated(world, 100, 0, "food", 0.9)
    rated(world, 100, 0, "clothing", 0.2, start=100)
    world.drifting().look_now_and_then()

    assert {sign for sign, _ in told(world)} == {Sign.SHIFTED, Sign.UNSURE}
    (measured,) = {note.measured for note in world.drift_teller.notes}
    assert measured.margins == pytest.approx((0.9, 0.2))
    assert measured.size == 100
