"""Leases: when the owner is asked, how long they have, and what ends a lease."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain import leases
from bot.domain.endpoints import EndpointStatus
from bot.domain.leases import MOVES, LeaseStatus, Occasion, Terms
from bot.domain.usage import Usage
from bot.errors import UsageError, WrongStateError
from tests.builders import APPROVER, NOW, REQUESTER, a_lease, a_usage, an_endpoint

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
TERMS = Terms()


def _read(now_in_days: float, called_days_ago: float | None) -> Usage:
    now = NOW + now_in_days * DAY
    last = None if called_days_ago is None else now - called_days_ago * DAY
    return a_usage(read_at=now, last_called_at=last)


@pytest.mark.parametrize(
    ("days", "called_days_ago", "occasion"),
    [
        (1, 0.1, None),
        (5.9, 0.1, None),
        (6.1, 0.1, Occasion.ENDING),
        (9, 0.1, Occasion.ENDING),
        (2.9, None, None),
        (3.1, None, Occasion.IDLE),
        (4, 3.5, Occasion.IDLE),
        (4, 2.5, None),
        (6.1, 5, Occasion.ENDING),
    ],
)
def test_the_owner_is_asked_a_day_before_the_end_and_after_three_idle_days(
    days: float, called_days_ago: float | None, occasion: Occasion | None
) -> None:
    usage = _read(days, called_days_ago)

    assert leases.occasion_to_ask(a_lease(), usage, TERMS, NOW + days * DAY) == occasion


def test_an_endpoint_whose_use_is_not_known_is_not_called_idle() -> None:
    assert leases.occasion_to_ask(a_lease(), None, TERMS, NOW + 5 * DAY) is None
    assert leases.occasion_to_ask(a_lease(), _read(3.5, None), TERMS, NOW + 5 * DAY) is None


def test_nobody_is_asked_twice() -> None:
    asked = leases.asked(a_lease(), Occasion.ENDING, NOW + 6 * DAY)

    assert leases.occasion_to_ask(asked, None, TERMS, NOW + 6.5 * DAY) is None


def test_keeping_an_idle_endpoint_counts_as_its_use() -> None:
    kept = a_lease(began_at=NOW + 4 * DAY, ends_at=NOW + 11 * DAY)

    assert leases.occasion_to_ask(kept, _read(5, 5), TERMS, NOW + 5 * DAY) is None
    assert leases.occasion_to_ask(kept, _read(7.1, 7.1), TERMS, NOW + 7.1 * DAY) == Occasion.IDLE


@pytest.mark.parametrize(
    ("asked_after", "occasion", "deadline"),
    [(6, Occasion.ENDING, 7), (10, Occasion.ENDING, 11), (3.5, Occasion.IDLE, 4.5)],
)
def test_whoever_is_asked_has_a_day_to_answer_even_if_the_bot_was_away(
    asked_after: float, occasion: Occasion, deadline: float
) -> None:
    asked = leases.asked(a_lease(), occasion, NOW + asked_after * DAY)

    assert asked.deadline == NOW + deadline * DAY
    assert not leases.is_over(asked, asked.deadline - HOUR)
    assert leases.is_over(asked, asked.deadline)


def test_a_lease_whose_owner_was_not_asked_is_never_over() -> None:
    assert not leases.is_over(a_lease(), NOW + 100 * DAY)


def test_of_a_short_lease_the_last_quarter_is_the_notice() -> None:
    short = a_lease(ends_at=NOW + 8 * HOUR)

    assert leases.occasion_to_ask(short, None, TERMS, NOW + 5.9 * HOUR) is None
    assert leases.occasion_to_ask(short, None, TERMS, NOW + 6 * HOUR) == Occasion.ENDING


def test_a_call_answers_the_question_about_an_idle_endpoint_and_no_other() -> None:
    idle = leases.asked(a_lease(), Occasion.IDLE, NOW + 4 * DAY)
    ending = leases.asked(a_lease(), Occasion.ENDING, NOW + 4 * DAY)
    called = _read(4.5, 0.1)

    assert leases.is_used_again(idle, called)
    assert not leases.is_used_again(idle, _read(4.5, 3))
    assert not leases.is_used_again(ending, called)


@pytest.mark.parametrize(("used_after", "ends_after"), [(4, 7), (6.75, 8.75), (7.25, 9.25)])
def test_an_endpoint_that_is_used_again_shortly_before_the_end_leaves_time_to_ask(
    used_after: float, ends_after: float
) -> None:
    idle, now = leases.asked(a_lease(), Occasion.IDLE, NOW + 6 * DAY), NOW + used_after * DAY

    following = leases.resumed(idle, an_endpoint(), now)

    assert following.ends_at == NOW + ends_after * DAY
    assert leases.occasion_to_ask(following, None, TERMS, now) is None


@pytest.mark.parametrize("status", LeaseStatus)
def test_a_lease_that_has_ended_ends_no_other_way(status: LeaseStatus) -> None:
    lease = a_lease(status=status, settled_by=APPROVER if status == LeaseStatus.RENEWED else "")
    for other in LeaseStatus:
        if other in MOVES[status]:
            assert leases.settled(lease, other, REQUESTER, NOW).status == other
        else:
            with pytest.raises(WrongStateError):
                leases.settled(lease, other, REQUESTER, NOW)


@pytest.mark.parametrize(
    ("status", "by", "words"),
    [
        (LeaseStatus.RENEWED, APPROVER, f"<@{APPROVER}> kept *emoji-live* already"),
        (LeaseStatus.RENEWED, "", "is used again"),
        (LeaseStatus.ENDED, "", "has ended, and it is deleted"),
        (LeaseStatus.CLOSED, APPROVER, f"<@{APPROVER}> deleted *emoji-live* already"),
        (LeaseStatus.CLOSED, "", "is gone"),
    ],
)
def test_a_late_answer_is_told_what_happened(status: LeaseStatus, by: str, words: str) -> None:
    with pytest.raises(WrongStateError) as refusal:
        leases.settled(a_lease(status=status, settled_by=by), LeaseStatus.RENEWED, REQUESTER, NOW)

    assert words in refusal.value.what


@pytest.mark.parametrize(
    ("because", "by", "status"),
    [("ending", "", LeaseStatus.ENDED), ("", APPROVER, LeaseStatus.CLOSED), ("", "", LeaseStatus.CLOSED)],
)
def test_a_lease_ends_with_its_endpoint(because: str, by: str, status: LeaseStatus) -> None:
    asked = leases.asked(a_lease(), Occasion.ENDING, NOW)
    endpoint = an_endpoint(id="newer", status=EndpointStatus.DELETING, deleted_by=by, deleted_because=because)

    ended = leases.gone(asked, endpoint, NOW)

    assert (ended.status, ended.settled_by, ended.endpoint_id) == (status, by, "newer")


@pytest.mark.parametrize(
    ("said", "length"),
    [
        ("", timedelta(days=7)),
        ("14d", timedelta(days=14)),
        ("14", timedelta(days=14)),
        ("36h", timedelta(hours=36)),
        ("2w", timedelta(weeks=2)),
        ("1.5d", timedelta(hours=36)),
        ("90D", timedelta(days=90)),
    ],
)
def test_a_length_of_time_is_read_as_people_write_it(said: str, length: timedelta) -> None:
    assert leases.length(said, timedelta(days=7)) == length


@pytest.mark.parametrize("said", ["soon", "-3d", "14x", "d", "1e9d", "0d", "91d", "30m", "9" * 400 + "d", "٣d"])
def test_a_length_that_is_none_or_is_out_of_bounds_is_refused(said: str) -> None:
    with pytest.raises(UsageError):
        leases.length(said, timedelta(days=7))


def test_the_same_moment_gives_the_same_lease() -> None:
    first, again = (leases.begun(an_endpoint(), NOW, NOW + DAY) for _ in range(2))

    assert first == again
    assert first.id != leases.begun(replace(an_endpoint(), id="other"), NOW, NOW + DAY).id
