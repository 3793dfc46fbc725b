"""The Model Registry in step with the requests, with crashes in between, and what is decided there."""

from dataclasses import replace

import pytest

from bot.domain.approvals import CONSOLE, Approval, ApprovalStatus
from bot.domain.jobs import Job
from bot.domain.packages import PackageSnapshot, PackageStatus
from bot.errors import BusyError, DeniedError
from tests.builders import (
    APPROVER,
    ARTIFACT,
    REQUESTER,
    a_finished_job,
    an_approval,
    an_approved,
    an_endpoint,
    realtime_hosting,
    serverless_hosting,
)
from tests.fakes.platform import names
from tests.fakes.registry import ARN
from tests.unit.services.world import World

ID, VERSION = an_approval().id, f"{ARN}emoji/1"


@pytest.fixture
def asked(world: World) -> World:
    world.has_job(a_finished_job())
    world.has_request(an_approval())
    return world


@pytest.fixture
def registered(asked: World) -> World:
    asked.registering().advance_all()
    return asked


def request(world: World) -> Approval:
    return world.stores.approvals.get(ID)


def test_a_request_registers_a_version_that_waits(registered: World) -> None:
    approval = request(registered)

    assert (approval.package_arn, approval.package_status) == (VERSION, PackageStatus.PENDING)
    assert approval.digest == "ETag first"
    assert registered.registry.versions == {VERSION: PackageSnapshot(PackageStatus.PENDING)}


def test_a_version_whose_answer_got_lost_is_registered_once(asked: World) -> None:
    asked.registry.fails("register", BusyError("No answer."), answer_lost=True)
    asked.registering().advance_all()
    asked.registering().advance_all()

    assert list(asked.registry.versions) == [VERSION]
    assert request(asked).package_arn == VERSION


def test_an_approval_is_written_with_who_and_why_and_only_then_deploys(registered: World) -> None:
    registered.deciding().approve(ID, APPROVER)
    assert registered.stores.approvals.without_endpoint() == []
    registered.registering().carry_out_asked()

    assert registered.registry.versions[VERSION].status == PackageStatus.APPROVED
    assert f"by {APPROVER}; asked by {REQUESTER}" in registered.registry.reasons[VERSION]
    assert [one.id for one in registered.stores.approvals.without_endpoint()] == [ID]


def test_what_was_approved_and_changes_before_its_endpoint_is_begun_is_void(registered: World) -> None:
    registered.deciding().approve(ID, APPROVER)
    registered.registering().carry_out_asked()
    registered.registry.digests[ARTIFACT] = "ETag another"
    registered.registering().carry_out_asked()

    assert request(registered).status == ApprovalStatus.VOID
    assert registered.stores.approvals.without_endpoint() == []


def test_what_is_approved_before_it_was_registered_is_registered_first(asked: World) -> None:
    asked.deciding().approve(ID, APPROVER)
    asked.registering().carry_out_asked()

    assert asked.registry.versions[VERSION].status == PackageStatus.APPROVED
    assert request(asked).in_step


def test_a_decision_whose_answer_got_lost_is_written_all_the_same(registered: World) -> None:
    registered.deciding().approve(ID, APPROVER)
    registered.registry.fails("decide", BusyError("No answer."), answer_lost=True)
    registered.registering().carry_out_asked()
    assert not request(registered).in_step
    registered.registering().carry_out_asked()

    assert (request(registered).status, request(registered).in_step) == (ApprovalStatus.APPROVED, True)
    assert request(registered).decided_in == ""


def test_a_rejection_is_written_with_its_reason(registered: World) -> None:
    registered.deciding().reject(ID, APPROVER, "worse on cats")
    registered.registering().carry_out_asked()

    assert registered.registry.versions[VERSION].status == PackageStatus.REJECTED
    assert "worse on cats" in registered.registry.reasons[VERSION]


def _is_denied(world: World, times: int) -> None:
    for _ in range(times):
        world.registry.fails("decide", DeniedError("AWS did not allow it."))


def test_an_approval_that_the_registry_will_not_take_is_void_after_an_hour_and_not_tried_again(
    registered: World,
) -> None:
    _is_denied(registered, 2)
    registered.deciding().approve(ID, APPROVER)
    registered.registering().carry_out_asked()
    assert (request(registered).status, request(registered).in_step) == (ApprovalStatus.APPROVED, False)
    registered.passes(hours=1)
    registered.registering().carry_out_asked()
    registered.registering().carry_out_asked()

    assert (request(registered).status, request(registered).in_step) == (ApprovalStatus.VOID, True)
    assert "AWS did not allow it." in request(registered).decision_reason
    assert names(registered.registry.calls).count("decide") == 2
    assert registered.stores.approvals.without_endpoint() == []


def test_a_rejection_that_the_registry_will_not_take_stays_one_and_is_not_tried_for_ever(registered: World) -> None:
    _is_denied(registered, 1)
    registered.deciding().reject(ID, APPROVER, "worse on cats")
    registered.passes(hours=1)
    registered.registering().carry_out_asked()
    registered.registering().carry_out_asked()

    approval = request(registered)
    assert (approval.status, approval.decision_reason) == (ApprovalStatus.REJECTED, "worse on cats")
    assert "AWS did not allow it." in approval.problem
    assert names(registered.registry.calls).count("decide") == 1


def test_what_is_rejected_before_it_was_registered_is_not_registered(asked: World) -> None:
    asked.deciding().reject(ID, APPROVER, "no")
    asked.registering().advance_all()

    assert asked.registry.versions == {}


@pytest.mark.parametrize(
    ("seen", "status"),
    [(PackageStatus.APPROVED, ApprovalStatus.APPROVED), (PackageStatus.REJECTED, ApprovalStatus.REJECTED)],
)
def test_a_decision_in_the_console_is_seen(registered: World, seen: PackageStatus, status: ApprovalStatus) -> None:
    registered.registry.is_decided_elsewhere(VERSION, seen)
    registered.registering().advance_all()

    approval = request(registered)
    assert (approval.status, approval.decided_by, approval.decided_in) == (status, "olga", CONSOLE)
    assert "decide" not in names(registered.registry.calls)


def test_a_rejection_in_the_console_goes_before_an_approval_that_was_not_written_yet(registered: World) -> None:
    registered.deciding().approve(ID, APPROVER)
    registered.registry.is_decided_elsewhere(VERSION, PackageStatus.REJECTED)
    registered.registering().carry_out_asked()

    assert (request(registered).status, request(registered).decided_in) == (ApprovalStatus.REJECTED, CONSOLE)
    assert registered.stores.approvals.without_endpoint() == []


def test_another_artifact_voids_a_request_while_it_is_open(registered: World) -> None:
    registered.registry.digests[ARTIFACT] = "ETag second"
    registered.registering().advance_all()
    registered.registering().advance_all()

    approval = request(registered)
    assert (approval.status, registered.registry.versions[VERSION].status) == (
        ApprovalStatus.VOID,
        PackageStatus.REJECTED,
    )
    assert "no longer the one" in approval.decision_reason


def test_another_artifact_voids_what_is_approved_before_it_is_deployed(registered: World) -> None:
    registered.registry.digests[ARTIFACT] = "ETag second"
    registered.deciding().approve(ID, APPROVER)
    registered.registering().carry_out_asked()

    assert request(registered).status == ApprovalStatus.VOID
    assert registered.stores.approvals.without_endpoint() == []


def test_an_artifact_that_is_gone_voids_a_request_before_it_is_registered(asked: World) -> None:
    asked.registry.missing.add(ARTIFACT)
    asked.registering().advance_all()

    assert (request(asked).status, asked.registry.versions) == (ApprovalStatus.VOID, {})


def test_a_version_that_somebody_deleted_voids_its_request(registered: World) -> None:
    registered.registry.loses(VERSION)
    registered.registering().advance_all()

    assert "deleted from the Model Registry" in request(registered).decision_reason


def test_a_version_that_is_approved_already_is_looked_at_before_it_is_deployed_again(world: World) -> None:
    world.has_job(a_finished_job())
    world.registry.versions[VERSION] = PackageSnapshot(PackageStatus.APPROVED)
    first = an_approved(id="first", package_arn=VERSION, digest="ETag first")
    again = replace(first, id=ID, status=ApprovalStatus.PENDING, votes=(), own_package=False, decided_by="")
    world.has_request(again)
    world.deciding().approve(ID, APPROVER)
    assert not request(world).in_step
    world.registering().carry_out_asked()

    assert request(world).in_step
    assert "decide" not in names(world.registry.calls)


def test_why_a_version_cannot_be_registered_stands_on_the_card_once(asked: World) -> None:
    for _ in range(2):
        asked.registry.fails("register", DeniedError("AWS does not let this bot register the model."))
        asked.registering().advance_all()
    approval = request(asked)

    assert (approval.problem, approval.version) == ("AWS does not let this bot register the model.", 1)
    asked.registering().advance_all()
    assert request(asked).problem == ""


def test_a_busy_registry_delays(asked: World) -> None:
    asked.registry.fails("register", BusyError("AWS is busy."))
    asked.registering().advance_all()

    assert request(asked) == an_approval()


def test_who_withdraws_while_the_version_is_being_registered_leaves_none_that_waits(
    asked: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    register = asked.registry.register

    def withdrawn_meanwhile(*given: object) -> str:
        asked.deciding().withdraw(ID, REQUESTER)
        return register(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(asked.registry, "register", withdrawn_meanwhile)
    asked.registering().advance_all()
    asked.registering().advance_all()

    assert request(asked).status == ApprovalStatus.WITHDRAWN
    assert asked.registry.versions[VERSION].status == PackageStatus.REJECTED


@pytest.fixture
def waiting(registered: World) -> World:
    """Approved, in the registry too, while its endpoint cannot be updated yet."""
    registered.deciding().approve(ID, APPROVER)
    registered.registering().carry_out_asked()
    return registered


def test_a_rejection_in_the_console_stops_what_waits_for_its_endpoint(waiting: World) -> None:
    waiting.registry.is_decided_elsewhere(VERSION, PackageStatus.REJECTED)
    waiting.registering().look_at([VERSION])

    assert (request(waiting).status, request(waiting).decided_in) == (ApprovalStatus.REJECTED, CONSOLE)
    assert waiting.stores.approvals.without_endpoint() == []


@pytest.fixture
def deployed(registered: World) -> World:
    registered.deciding().approve(ID, APPROVER)
    registered.registering().carry_out_asked()
    registered.has_endpoint(an_endpoint())
    return registered


def test_a_rejection_of_what_is_in_service_is_shown_and_undoes_nothing(deployed: World) -> None:
    deployed.registry.is_decided_elsewhere(VERSION, PackageStatus.REJECTED)
    deployed.registering().advance_all()

    assert (request(deployed).status, request(deployed).overruled_by) == (ApprovalStatus.APPROVED, "olga")
    assert deployed.registry.versions[VERSION].status == PackageStatus.REJECTED


def test_who_thinks_better_of_it_in_the_console_is_no_longer_named(deployed: World) -> None:
    for status in (PackageStatus.REJECTED, PackageStatus.APPROVED):
        deployed.registry.is_decided_elsewhere(VERSION, status)
        deployed.registering().look_at([VERSION])

    assert request(deployed).overruled_by == ""


def test_what_is_in_service_is_looked_back_at_now_and_then(deployed: World) -> None:
    registering = deployed.registering()
    registering.advance_all()
    deployed.registry.calls.clear()
    registering.advance_all()
    assert deployed.registry.calls == []
    deployed.passes(minutes=10)
    registering.advance_all()

    assert deployed.registry.calls == [("observe", VERSION)]


def test_an_event_brings_on_a_look_at_what_waits(registered: World) -> None:
    registered.registry.is_decided_elsewhere(VERSION, PackageStatus.APPROVED)
    registered.registering().look_at([VERSION, f"{ARN}others/7", "nonsense"])

    assert request(registered).decided_in == CONSOLE


def test_other_numbers_register_the_model_anew_and_retire_the_version_before(registered: World) -> None:
    registered.deciding().change(ID, APPROVER, realtime_hosting())
    registered.deciding().approve(ID, APPROVER)
    registered.registering().carry_out_asked()

    statuses = {arn: one.status for arn, one in registered.registry.versions.items()}
    assert statuses == {VERSION: PackageStatus.REJECTED, f"{ARN}emoji/2": PackageStatus.APPROVED}
    assert (request(registered).package_arn, request(registered).in_step) == (f"{ARN}emoji/2", True)


def test_numbers_that_need_no_other_image_keep_the_version(registered: World) -> None:
    registered.deciding().change(ID, APPROVER, serverless_hosting(memory_mb=4096))
    registered.registering().advance_all()

    assert (request(registered).package_arn, request(registered).package_status) == (VERSION, PackageStatus.PENDING)
    assert list(registered.registry.versions) == [VERSION]


def test_what_is_rejected_after_a_change_leaves_no_version_that_waits(registered: World) -> None:
    registered.deciding().change(ID, APPROVER, realtime_hosting())
    registered.deciding().reject(ID, APPROVER, "no")
    registered.registering().advance_all()

    assert {one.status for one in registered.registry.versions.values()} == {PackageStatus.REJECTED}


def test_back_to_the_former_numbers_the_former_version_waits_again(registered: World) -> None:
    for hosting in (realtime_hosting(), serverless_hosting()):
        registered.deciding().change(ID, APPROVER, hosting)
        registered.registering().advance_all()
    registered.registering().advance_all()

    statuses = {arn: one.status for arn, one in registered.registry.versions.items()}
    assert statuses == {VERSION: PackageStatus.PENDING, f"{ARN}emoji/2": PackageStatus.REJECTED}
    assert (request(registered).pending, request(registered).package_arn) == (True, VERSION)


def test_an_artifact_that_changed_before_the_numbers_did_voids_the_request(registered: World) -> None:
    registered.registry.digests[ARTIFACT] = "ETag second"
    registered.deciding().change(ID, APPROVER, realtime_hosting())
    registered.deciding().approve(ID, APPROVER)
    for _ in range(2):
        registered.registering().carry_out_asked()

    assert request(registered).status == ApprovalStatus.VOID
    assert {one.status for one in registered.registry.versions.values()} == {PackageStatus.REJECTED}


def test_numbers_that_change_while_the_version_is_being_registered_register_one_for_them(
    asked: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    register = asked.registry.register

    def changed_meanwhile(approval: Approval, job: Job) -> str:
        if not asked.registry.versions:
            asked.deciding().change(ID, APPROVER, realtime_hosting())
        return register(approval, job)

    monkeypatch.setattr(asked.registry, "register", changed_meanwhile)
    for _ in range(2):
        asked.registering().carry_out_asked()

    assert (request(asked).package_arn, request(asked).in_step) == (f"{ARN}emoji/2", True)
    assert asked.registry.versions[VERSION].status == PackageStatus.REJECTED


def test_what_was_approved_for_one_request_is_not_approved_for_the_next(registered: World) -> None:
    registered.deciding().reject(ID, APPROVER, "worse on cats")
    registered.registering().carry_out_asked()
    first = request(registered)
    for number in ("second", "third"):
        again = replace(
            an_approval(id=number, endpoint_name=number),
            package_arn=first.package_arn,
            package_status=first.package_status,
            digest=first.digest,
            own_package=False,
        )
        registered.has_request(again)
    registered.deciding().approve("second", APPROVER)
    for _ in range(2):
        registered.registering().advance_all()

    third = registered.stores.approvals.get("third")
    assert registered.registry.versions[VERSION].status == PackageStatus.APPROVED
    assert (third.pending, third.package_status) == (True, PackageStatus.APPROVED)
    assert [one.id for one in registered.stores.approvals.without_endpoint()] == ["second"]
