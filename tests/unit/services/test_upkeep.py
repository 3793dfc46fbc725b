"""Use, channels, what was left behind and where a model comes from, over the fakes."""

from datetime import timedelta

import pytest

from bot.domain.endpoints import EndpointStatus
from bot.domain.strays import StrayStatus, Thing, ThingKind
from bot.domain.usage import UsageHour
from bot.errors import BusyError, NotAllowedError, NotFoundError, WrongStateError
from bot.services.rows import guarded
from tests.builders import (
    APPROVER,
    CHANNEL,
    NOW,
    REQUESTER,
    a_finished_job,
    a_ready_preparation,
    a_tuning,
    an_approved,
    an_endpoint,
    realtime_hosting,
)
from tests.unit.services.world import World

OLD = NOW - timedelta(days=1)
CONFIGURATION, MODEL = ThingKind.CONFIGURATION, ThingKind.MODEL


@pytest.fixture
def serving(world: World) -> World:
    world.stores.endpoints.add(an_endpoint(in_service_at=OLD))
    world.stores.routes.set(CHANNEL, "emoji-live")
    return world


def test_the_use_of_all_endpoints_is_read_in_one_question(serving: World) -> None:
    serving.stores.endpoints.add(an_endpoint(id="b", name="pets", in_service_at=OLD))
    serving.stores.endpoints.add(an_endpoint(id="c", name="next", status=EndpointStatus.CREATING, in_service_at=None))
    serving.figures.counted["pets"] = [UsageHour(NOW - timedelta(hours=3), 7, 1, 1.4)]

    serving.measuring().read()

    (asked,) = serving.figures.asked
    assert sorted(span.endpoint_name for span in asked) == ["emoji-live", "pets"]
    usages = serving.stores.usages.all()
    assert (usages["pets"].calls, usages["emoji-live"].calls) == (7, 0)


def test_the_releases_before_belong_to_the_use_of_the_name(serving: World) -> None:
    rows = serving.stores.endpoints.shelf.rows
    first = an_endpoint(status=EndpointStatus.SUPERSEDED, release="emoji-live-a41c77d0", in_service_at=OLD)
    rows[first.id] = first
    rows["newer"] = an_endpoint(id="newer", release="emoji-live-newer", replaces=first.id, in_service_at=NOW)
    rows["other"] = an_endpoint(id="other", release="x", status=EndpointStatus.DELETED, in_service_at=OLD)

    serving.measuring().read()

    ((span,),) = serving.figures.asked
    assert span.variants == (first.variant,)
    assert span.begin == OLD.replace(minute=0)


def test_the_calls_of_a_split_count_wherever_they_went(serving: World) -> None:
    serving.stores.endpoints.add(an_endpoint(id="b", name="pets", hosting=realtime_hosting(), in_service_at=OLD))

    serving.measuring().read()

    (asked,) = serving.figures.asked
    assert {span.endpoint_name: len(span.variants) for span in asked} == {"emoji-live": 1, "pets": 2}


def test_what_another_worker_has_just_read_is_not_read_again(serving: World) -> None:
    serving.measuring().read()
    serving.passes(minutes=1)
    serving.measuring().read()
    assert len(serving.figures.asked) == 1

    serving.passes(minutes=1)
    serving.measuring().read()
    assert len(serving.figures.asked) == 2


def test_figures_that_cannot_be_read_leave_what_was_known(serving: World) -> None:
    serving.measuring().read()
    serving.passes(hours=1)
    serving.figures.error = BusyError("AWS is busy.")

    guarded("usage", serving, lambda world: world.measuring().read())

    assert serving.stores.usages.of("emoji-live") is not None


def test_an_owner_has_their_endpoint_answer_in_another_channel(serving: World) -> None:
    answering = serving.upkeep().answering

    assert answering.route(an_endpoint(), "C2", REQUESTER) == ""
    assert answering.channels("emoji-live") == [CHANNEL, "C2"]
    assert answering.stop("C2", APPROVER) == "emoji-live"
    with pytest.raises(NotFoundError):
        answering.stop("C2", APPROVER)


def test_who_answered_there_before_is_told(serving: World) -> None:
    serving.stores.routes.set("C2", "old")

    assert serving.upkeep().answering.route(an_endpoint(), "C2", REQUESTER) == "old"


def test_a_channel_is_taken_from_anothers_endpoint_by_who_has_a_say_in_both(serving: World) -> None:
    mine = an_endpoint(id="b", name="mine", owner="U0OTHER001")
    serving.stores.endpoints.add(mine)
    answering = serving.upkeep().answering

    with pytest.raises(NotAllowedError, match="emoji-live"):
        answering.route(mine, CHANNEL, "U0OTHER001")
    assert answering.route(mine, CHANNEL, APPROVER) == "emoji-live"


def test_strangers_change_no_channel_and_what_does_not_answer_gets_none(serving: World) -> None:
    answering = serving.upkeep().answering

    with pytest.raises(NotAllowedError):
        answering.route(an_endpoint(), "C2", "U0STRANGER1")
    with pytest.raises(NotAllowedError):
        answering.stop(CHANNEL, "U0STRANGER1")
    with pytest.raises(WrongStateError):
        answering.route(an_endpoint(status=EndpointStatus.FAILED), "C2", REQUESTER)


def test_what_no_row_needs_is_found_and_reported_once(serving: World) -> None:
    serving.stores.endpoints.add(an_endpoint(id="lost", name="lost", status=EndpointStatus.DELETED))
    serving.things.there = [
        Thing(MODEL, "emoji-live", an_endpoint().id, OLD),
        Thing(MODEL, "odd-name", an_endpoint().id, OLD),
        Thing(MODEL, "lost", "lost", OLD),
        Thing(CONFIGURATION, "lost", "lost", OLD),
        Thing(MODEL, "in-the-making", "young", NOW - timedelta(minutes=10)),
    ]

    serving.sweeping().sweep()
    serving.sweeping().sweep()

    (stray,) = serving.stores.strays.open()
    assert stray.things == ((CONFIGURATION, "lost"), (MODEL, "lost"))
    assert [card.subject_id for card in serving.stores.cards.behind()] == [stray.id]


def test_the_sweep_comes_once_an_hour(serving: World) -> None:
    sweeping = serving.sweeping()
    sweeping.sweep_now_and_then()
    serving.things.there = [Thing(MODEL, "lost", "lost", OLD)]
    serving.passes(minutes=59)
    sweeping.sweep_now_and_then()
    assert sweeping.open() == []

    serving.passes(minutes=1)
    sweeping.sweep_now_and_then()
    assert len(sweeping.open()) == 1


def test_a_release_that_can_be_gone_back_to_is_needed(serving: World) -> None:
    kept = an_endpoint(id="before", status=EndpointStatus.SUPERSEDED, kept_until=NOW + timedelta(days=3))
    serving.stores.endpoints.shelf.rows["before"] = kept
    serving.things.there = [Thing(MODEL, "emoji-live-before", "before", OLD)]

    serving.sweeping().sweep()

    assert serving.stores.strays.open() == []


def test_what_was_left_behind_goes_when_an_approver_says_so(serving: World) -> None:
    serving.things.there = [Thing(MODEL, "lost", "lost", OLD), Thing(MODEL, "others", "others", OLD)]
    serving.sweeping().sweep()
    stray = next(one for one in serving.stores.strays.open() if one.row_id == "lost")

    with pytest.raises(NotAllowedError):
        serving.sweeping().remove(stray.id, "U0STRANGER1")
    serving.sweeping().remove(stray.id, APPROVER)
    serving.upkeep().carry_out_asked()

    assert serving.things.removed == [(MODEL, "lost")]
    assert serving.stores.strays.get(stray.id).status == StrayStatus.REMOVED
    with pytest.raises(WrongStateError, match="had it removed already"):
        serving.sweeping().remove(stray.id, APPROVER)


def test_what_went_by_itself_is_not_offered_any_more(serving: World) -> None:
    serving.things.there = [Thing(MODEL, "lost", "lost", OLD)]
    serving.sweeping().sweep()
    serving.things.there = []
    serving.sweeping().sweep()

    assert serving.sweeping().open() == []


def test_what_is_left_of_a_find_is_offered_in_its_place(serving: World) -> None:
    model, configuration = Thing(MODEL, "lost", "lost", OLD), Thing(CONFIGURATION, "lost", "lost", OLD)
    for there in ([model, configuration], [model]):
        serving.things.there = there
        serving.sweeping().sweep()

    (stray,) = serving.sweeping().open()
    assert stray.things == ((MODEL, "lost"),)


def test_what_is_there_all_the_same_is_offered_again(serving: World) -> None:
    left = [Thing(MODEL, "lost", "lost", OLD)]
    for there in (left, [], left):
        serving.things.there = there
        serving.sweeping().sweep()

    (stray,) = serving.sweeping().open()
    assert (stray.status, stray.removed_by) == (StrayStatus.FOUND, "")


def test_the_line_goes_from_the_endpoint_to_where_its_images_came_from(serving: World) -> None:
    stores, preparation = serving.stores, a_ready_preparation()
    job = a_finished_job(
        id=an_endpoint().job_id,
        name=f"{a_tuning().name}-003-0a1b2c3d",
        s3_prefix=f"s3://b/datasets/pets/{preparation.id}/",
    )
    stores.jobs.add(job)
    stores.tunings.add(a_tuning())
    stores.preparations.add(preparation)
    stores.approvals.add(an_approved(id=an_endpoint().id))

    line = serving.upkeep().provenance.of(an_endpoint())

    assert (line.job, line.tuning, line.preparation) == (job, a_tuning(), preparation)
    assert line.approval
    assert line.approval.id == an_endpoint().id
    assert line.data_set
    assert line.data_set.name == "emoji"


def test_of_a_line_whose_rows_are_gone_the_rest_is_told(serving: World) -> None:
    line = serving.upkeep().provenance.of(an_endpoint())

    assert (line.job, line.approval, line.tuning, line.preparation) == (None, None, None, None)
