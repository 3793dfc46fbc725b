"""Digests over the fakes: set by those who may, brought once, late or not at all, and only where there is news."""

from collections.abc import Callable
from dataclasses import replace
from datetime import time, timedelta

import pytest

from bot.domain.access import Access
from bot.domain.digests import Timetable
from bot.domain.editions import Contents, DigestCase
from bot.domain.quiet_hours import QuietHours
from bot.errors import ChatBusyError, NotAllowedError, UsageError
from tests.builders import (
    APPROVALS_CHANNEL,
    APPROVER,
    CHANNEL,
    NOW,
    REQUESTER,
    a_finished_job,
    a_finished_tuning,
    an_approval,
    an_endpoint,
)
from tests.digests import a_digest
from tests.unit.services.world import World

DAY = timedelta(days=1)
NINE = Timetable("0 9 * * *", "Europe/Berlin")
OUTSIDER = "U0OUTSIDE01"
Setting = Callable[[World, str], object]


def _told(world: World) -> list[DigestCase]:
    """The digests that Slack was shown, each once."""
    world.digesting().publish_due()
    world.cards().show_behind()
    return [subject for _, subject in world.announcer.shown if isinstance(subject, DigestCase)]


def _contents(world: World, channel_id: str) -> Contents:
    digesting = world.digesting()
    return digesting.case_of(digesting.publish(channel_id, REQUESTER, channel_id).id).contents


def _ended(world: World, **changes: object) -> None:
    number = len(world.stores.jobs.shelf.rows)
    world.has_job(a_finished_job(**{"id": f"job{number}", "name": f"emoji-{number:06x}", "ended_at": NOW, **changes}))


def test_a_digest_is_set_with_its_next_moment_and_looks_back_as_far(world: World) -> None:
    digest = world.digesting().plan(CHANNEL, NINE, REQUESTER)

    assert digest.next_at == NOW.replace(hour=8, minute=0) + DAY
    assert digest.since == NOW - DAY
    assert world.digesting().of(CHANNEL) == digest


def test_setting_it_anew_leaves_nothing_out(world: World) -> None:
    world.stores.digests.put(a_digest(since=NOW - 3 * DAY))

    assert world.digesting().plan(CHANNEL, NINE, REQUESTER).since == NOW - 3 * DAY


def test_a_day_that_never_comes_is_refused(world: World) -> None:
    with pytest.raises(UsageError, match="never comes"):
        world.digesting().plan(CHANNEL, Timetable("0 9 31 2 *"), REQUESTER)


@pytest.mark.parametrize(
    "act",
    [
        lambda world, by: world.digesting().plan(CHANNEL, NINE, by),
        lambda world, by: world.digesting().stop(CHANNEL, by),
        lambda world, by: world.hush().begin(QuietHours(CHANNEL, time(20), time(8), "UTC", by)),
        lambda world, by: world.hush().end(CHANNEL, by),
    ],
    ids=["plan", "stop", "begin", "end"],
)
def test_trainers_and_approvers_may_set_it_and_nobody_else(world: World, act: Setting) -> None:
    world.access = Access(frozenset({REQUESTER}), frozenset({APPROVER}))

    act(world, REQUESTER)
    act(world, APPROVER)
    with pytest.raises(NotAllowedError):
        act(world, OUTSIDER)


def test_a_digest_that_is_due_is_brought_once_and_moves_on(world: World) -> None:
    _ended(world)
    world.stores.digests.put(a_digest())
    _told(world)
    told = _told(world)

    assert [case.edition.until for case in told] == [NOW]
    moved = world.digesting().of(CHANNEL)
    assert moved
    assert (moved.since, moved.next_at) == (NOW, NOW + DAY)


def test_two_workers_that_read_the_same_row_bring_one(world: World) -> None:
    _ended(world)
    world.stores.digests.put(a_digest())
    due = world.stores.digests.due(NOW)
    for _ in range(2):
        world.digesting()._look_at(due[0])

    assert len(_told(world)) == 1


def test_slack_being_down_is_a_delay(world: World) -> None:
    _ended(world)
    world.cards().show_behind()
    world.stores.digests.put(a_digest())
    world.announcer.fails("show", ChatBusyError("Slack is busy."))
    assert _told(world) == []

    assert len(_told(world)) == 1


def test_what_is_some_hours_late_is_brought_with_all_since_the_last(world: World) -> None:
    _ended(world, ended_at=NOW - timedelta(hours=23))
    _ended(world, ended_at=NOW + timedelta(hours=3))
    world.stores.digests.put(a_digest())
    world.passes(hours=4)

    (case,) = _told(world)
    assert len(case.contents.runs) == 2


def test_what_is_later_still_is_left_to_the_next(world: World) -> None:
    _ended(world)
    world.stores.digests.put(a_digest())
    world.passes(hours=5)
    assert _told(world) == []

    world.passes(hours=19)
    (case,) = _told(world)
    assert case.edition.since == NOW - DAY


def test_quiet_hours_are_waited_for(world: World) -> None:
    _ended(world)
    world.stores.digests.put(a_digest())
    world.stores.quiet_hours.put(QuietHours(CHANNEL, time(9), time(18), "UTC"))
    assert _told(world) == []

    world.passes(hours=8.5)
    assert len(_told(world)) == 1


def test_without_news_a_digest_comes_once_and_then_not_before_there_is_some(world: World) -> None:
    world.has_endpoint(an_endpoint())
    world.stores.digests.put(a_digest(cron="30 9 * * *"))
    assert len(_told(world)) == 1
    world.passes(days=1)
    assert len(_told(world)) == 1

    _ended(world, ended_at=world.now + timedelta(hours=1))
    world.passes(days=1)
    last = _told(world)[1:]
    assert [case.edition.since for case in last] == [NOW]


def test_a_channel_is_told_what_concerns_it_and_the_approvers_of_all(world: World) -> None:
    _ended(world)
    _ended(world, channel_id="C0KITCHEN01")
    world.has_tuning(a_finished_tuning(channel_id="C0KITCHEN01", ended_at=NOW))
    world.has_endpoint(an_endpoint())
    world.has_endpoint(an_endpoint(id="e2", name="pets-live", channel_id="C0PETS00001"))
    world.stores.routes.set("C0KITCHEN01", "emoji-live")
    world.has_request(an_approval())
    told = {
        channel: _contents(world, channel) for channel in (CHANNEL, "C0KITCHEN01", "C0PETS00001", APPROVALS_CHANNEL)
    }

    assert [len(one.runs) for one in told.values()] == [1, 2, 0, 3]
    assert [len(one.endpoints) for one in told.values()] == [1, 1, 1, 2]
    assert [len(one.waiting) for one in told.values()] == [1, 0, 0, 1]


def test_what_is_asked_for_now_comes_once_and_tells_of_what_was_by_then(world: World) -> None:
    _ended(world)
    for _ in range(2):
        world.digesting().publish(CHANNEL, REQUESTER, "12.34")
    world.passes(minutes=5)
    _ended(world, ended_at=world.now)

    (case,) = _told(world)
    assert (case.edition.asked_by, case.edition.until, len(case.contents.runs)) == (REQUESTER, NOW, 1)


def test_asking_for_one_now_takes_nothing_from_the_next(world: World) -> None:
    world.stores.digests.put(a_digest(since=NOW - 3 * DAY))
    edition = world.digesting().publish(CHANNEL, REQUESTER, "12.34")

    assert edition.since == NOW - 3 * DAY
    assert world.digesting().of(CHANNEL) == a_digest(since=NOW - 3 * DAY)


def test_what_was_spent_is_the_channels_and_that_of_the_month_everybodys(world: World) -> None:
    mine = a_finished_job(started_at=NOW - timedelta(hours=1), ended_at=NOW)
    world.stores.billed.all_jobs = [mine, replace(mine, id="b", name="pets-b", channel_id="C0PETS00001")]
    told = _contents(world, CHANNEL)

    assert told.spent
    assert told.month
    assert told.spent.total == pytest.approx(mine.cost)
    assert told.month.total == pytest.approx(2 * told.spent.total)
