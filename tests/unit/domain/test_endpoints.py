"""The two kinds of endpoints with their rules, and the moves of an endpoint's status."""

from itertools import product

import pytest

from bot.domain.endpoints import (
    MEMORY_SIZES,
    MOVES,
    UNSETTLED,
    EndpointStatus,
    Hosting,
    HostingSnapshot,
    Kind,
    check_region,
    checked_name,
    delete_asked,
    moved,
    observed,
    realtime,
    serverless,
)
from bot.errors import FieldError, RefusedError, WrongStateError
from tests.builders import an_endpoint, realtime_hosting, serverless_hosting

MOVE_PAIRS = [(before, after) for before, after in product(EndpointStatus, EndpointStatus) if after in MOVES[before]]
OTHER_PAIRS = [
    (before, after)
    for before, after in product(EndpointStatus, EndpointStatus)
    if after != before and after not in MOVES[before]
]


def test_a_serverless_endpoint_has_sane_numbers_without_any_said() -> None:
    assert serverless() == Hosting(Kind.SERVERLESS, memory_mb=2048, concurrency=5)


def test_a_real_time_endpoint_has_sane_numbers_without_any_said() -> None:
    assert realtime() == Hosting(Kind.REALTIME, instance_type="ml.m5.large", instance_count=1)


@pytest.mark.parametrize("size", MEMORY_SIZES)
def test_every_memory_size_of_aws_is_taken(size: int) -> None:
    assert serverless(memory=str(size)).memory_mb == size


@pytest.mark.parametrize("memory", ["0", "512", "2049", "7168", "-1024", "2 GB", ""])
def test_any_other_memory_size_is_refused(memory: str) -> None:
    with pytest.raises(FieldError) as refusal:
        serverless(memory=memory)

    assert refusal.value.field == "memory"


@pytest.mark.parametrize("concurrency", ["1", "200"])
def test_a_concurrency_within_the_limits_is_taken(concurrency: str) -> None:
    assert serverless(concurrency=concurrency).concurrency == int(concurrency)


@pytest.mark.parametrize("concurrency", ["0", "201", "-1", "five", "1.5"])
def test_a_concurrency_outside_the_limits_is_refused(concurrency: str) -> None:
    with pytest.raises(FieldError) as refusal:
        serverless(concurrency=concurrency)

    assert refusal.value.field == "concurrency"


@pytest.mark.parametrize("instance", ["ml.m5.large", "ml.c6g.2xlarge", "ml.t2.medium", "ml.g5.xlarge", "ml.m7i.metal"])
def test_an_instance_type_is_taken(instance: str) -> None:
    assert realtime(instance=instance).instance_type == instance


@pytest.mark.parametrize("instance", ["m5.large", "ml.m5", "ml.m5.huge", "ml..large", "ML.M5.LARGE", ""])
def test_what_is_no_instance_type_is_refused(instance: str) -> None:
    with pytest.raises(FieldError) as refusal:
        realtime(instance=instance)

    assert refusal.value.field == "instance"


@pytest.mark.parametrize("count", ["1", "10"])
def test_a_count_of_instances_within_the_limits_is_taken(count: str) -> None:
    assert realtime(count=count).instance_count == int(count)


@pytest.mark.parametrize("count", ["0", "11", "-1", "two"])
def test_a_count_of_instances_outside_the_limits_is_refused(count: str) -> None:
    with pytest.raises(FieldError) as refusal:
        realtime(count=count)

    assert refusal.value.field == "count"


@pytest.mark.parametrize("name", ["a", "emoji-live", "A1", "a--b", "x" * 63])
def test_a_name_that_aws_takes_is_taken(name: str) -> None:
    assert checked_name(name) == name


@pytest.mark.parametrize("name", ["", "-a", "a-", "a_b", "a b", "x" * 64, "größe", "a" + "-" * 70])
def test_a_name_that_aws_refuses_is_refused(name: str) -> None:
    with pytest.raises(FieldError) as refusal:
        checked_name(name)

    assert refusal.value.field == "as"


def test_a_serverless_endpoint_costs_nothing_while_idle() -> None:
    assert serverless_hosting().cost_per_day == 0


def test_a_real_time_endpoint_costs_its_instances_hours() -> None:
    assert realtime_hosting(instance_count=2, usd_per_hour=0.5).cost_per_day == pytest.approx(24.0)


def test_without_a_price_a_days_cost_is_unknown() -> None:
    assert realtime_hosting(usd_per_hour=None).cost_per_day is None


@pytest.mark.parametrize(("before", "after"), MOVE_PAIRS)
def test_a_move_of_the_table_is_made(before: EndpointStatus, after: EndpointStatus) -> None:
    assert moved(an_endpoint(status=before), after).status == after


@pytest.mark.parametrize(("before", "after"), OTHER_PAIRS)
def test_any_other_move_is_refused(before: EndpointStatus, after: EndpointStatus) -> None:
    with pytest.raises(WrongStateError, match=f"is {before}"):
        moved(an_endpoint(status=before), after)


@pytest.mark.parametrize("status", EndpointStatus)
def test_the_same_status_is_no_move(status: EndpointStatus) -> None:
    endpoint = an_endpoint(status=status)

    assert moved(endpoint, status) is endpoint


@pytest.mark.parametrize("status", [EndpointStatus.IN_SERVICE, EndpointStatus.FAILED])
def test_an_endpoint_that_serves_or_failed_can_be_deleted(status: EndpointStatus) -> None:
    endpoint = delete_asked(an_endpoint(status=status), "U0GRACE001")

    assert (endpoint.status, endpoint.deleted_by) == (EndpointStatus.DELETING, "U0GRACE001")


@pytest.mark.parametrize("status", [EndpointStatus.REQUESTED, EndpointStatus.CREATING])
def test_an_endpoint_on_its_way_up_must_arrive_before_it_can_be_deleted(status: EndpointStatus) -> None:
    with pytest.raises(WrongStateError, match="once that is over"):
        delete_asked(an_endpoint(status=status), "U0GRACE001")


@pytest.mark.parametrize("status", [EndpointStatus.DELETING, EndpointStatus.DELETED])
def test_whoever_deletes_second_hears_who_was_first(status: EndpointStatus) -> None:
    with pytest.raises(WrongStateError, match=f"is {status} already. <@U0GRACE001> asked for it"):
        delete_asked(an_endpoint(status=status, deleted_by="U0GRACE001"), "U0ADA00001")


@pytest.mark.parametrize("status", [EndpointStatus.SUPERSEDED, EndpointStatus.ROLLED_BACK])
def test_the_button_of_a_release_that_is_over_says_where_to_look(status: EndpointStatus) -> None:
    with pytest.raises(WrongStateError, match=f"is {status}") as refused:
        delete_asked(an_endpoint(status=status), "U0GRACE001")

    assert "/endpoints emoji-live" in refused.value.next_step


def test_an_endpoint_that_somebody_deleted_in_the_console_names_nobody() -> None:
    with pytest.raises(WrongStateError, match=r"deleted already\.$"):
        delete_asked(an_endpoint(status=EndpointStatus.DELETED), "U0ADA00001")


def test_an_endpoint_that_aws_has_brought_up_is_checked_before_anybody_hears_of_it() -> None:
    creating = an_endpoint(status=EndpointStatus.CREATING, in_service_at=None)

    assert observed(creating, HostingSnapshot(EndpointStatus.IN_SERVICE)).status == EndpointStatus.CHECKING


def test_in_china_there_are_no_serverless_endpoints() -> None:
    check_region(realtime(), "cn-north-1")
    check_region(serverless(), "eu-central-1")

    with pytest.raises(RefusedError, match="cn-north-1"):
        check_region(serverless(), "cn-north-1")


def test_a_failure_keeps_awss_reason() -> None:
    creating = an_endpoint(status=EndpointStatus.CREATING, in_service_at=None)

    failed = observed(creating, HostingSnapshot(EndpointStatus.FAILED, "no capacity"))

    assert (failed.status, failed.failure_reason, failed.in_service_at) == (EndpointStatus.FAILED, "no capacity", None)


@pytest.mark.parametrize(
    ("ours", "seen"),
    [
        (EndpointStatus.IN_SERVICE, EndpointStatus.IN_SERVICE),
        (EndpointStatus.IN_SERVICE, EndpointStatus.CREATING),
        (EndpointStatus.CHECKING, EndpointStatus.IN_SERVICE),
        (EndpointStatus.DELETING, EndpointStatus.IN_SERVICE),
        (EndpointStatus.DELETED, EndpointStatus.FAILED),
    ],
)
def test_what_is_no_move_changes_nothing(ours: EndpointStatus, seen: EndpointStatus) -> None:
    endpoint = an_endpoint(status=ours)

    assert observed(endpoint, HostingSnapshot(seen)) is endpoint


def test_a_name_is_free_again_once_the_endpoint_is_over() -> None:
    over = [EndpointStatus.SUPERSEDED, EndpointStatus.ROLLED_BACK, EndpointStatus.DELETED]

    assert [status for status in EndpointStatus if not an_endpoint(status=status).live] == over


@pytest.mark.parametrize("status", [EndpointStatus.REQUESTED, EndpointStatus.UPDATING, EndpointStatus.CHECKING])
def test_a_release_that_is_to_take_anothers_place_does_not_hold_the_name_yet(status: EndpointStatus) -> None:
    release = an_endpoint(status=status, in_service_at=None, replaces="the-one-before")

    assert (release.live, release.arriving, release.deletable) == (False, True, False)


def test_what_is_on_its_way_is_unsettled() -> None:
    settled = {
        EndpointStatus.IN_SERVICE,
        EndpointStatus.SUPERSEDED,
        EndpointStatus.ROLLED_BACK,
        EndpointStatus.FAILED,
        EndpointStatus.DELETED,
    }

    assert set(EndpointStatus) - UNSETTLED == settled
