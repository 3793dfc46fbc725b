"""Asking for a deployment and deciding on it: what is refused, who may, and what becomes of it."""

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from sandbox.sagemaker.server import BUCKET, LocalAws
from sandbox.slack.drawn import buttons
from sandbox.slack.workspace import Workspace
from tests.scenarios.conftest import opened_room
from tests.scenarios.operators import aws_client, endpoints_on_aws, registered
from tests.scenarios.room import PATIENCE, Lab, Message, job_name, plain, public, says, until


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("memory=1000", "A serverless endpoint has 1024, 2048, 3072, 4096, 5120, 6144 MB of memory, not 1000."),
        ("concurrency=500", "concurrency is 1 to 200, not 500."),
        ("concurrency=some", "`concurrency` takes a whole number, not `some`."),
        ("instance=foo", "`foo` is not an instance type."),
        ("to=realtime count=0", "count is 1 to 10, not 0."),
        ("to=moon", "I can't deploy to `moon`."),
        ("to=serverless instance=ml.m5.large", "I don't know `instance`."),
        ("to=realtime memori=2048", "I don't know `memori`."),
        ("as=-live", "`-live` is no endpoint name."),
        ("cats", "`cats` is a word too many."),
    ],
)
def test_wrong_numbers_are_answered_and_nothing_is_asked(lab: Lab, words: str, answer: str) -> None:
    before = len(public(lab.room.ada.messages(lab.room.channel)))

    assert answer in lab.room.answer_to(lab.room.ada, f"/deploy {lab.job} {words}")
    assert lab.room.bot
    assert words not in [case.approval.endpoint_name for case in lab.room.bot.cases.pending()]
    assert len(public(lab.room.ada.messages(lab.room.channel))) == before


def test_help_shows_what_can_be_asked_for(lab: Lab) -> None:
    assert "/deploy emoji-7f3a2c to=realtime" in lab.room.answer_to(lab.room.ada, "/deploy help")


def test_the_requester_is_told_who_decides_and_where(lab: Lab) -> None:
    answer = lab.room.answer_to(lab.room.lin, f"/deploy {lab.job} as=told-of")

    assert f"Asked for {lab.job} to be deployed as told-of (serverless)" in answer
    assert f"<#{lab.room.channel}>" in answer


def test_the_card_tells_who_asks_for_what_and_who_may_decide(lab: Lab) -> None:
    card = lab.room.asked(lab.job, "to=realtime instance=ml.m5.large count=2 as=told-all", by=lab.room.lin)

    said = plain(card)
    for told in (
        f"asked by <@{Workspace.LIN}>",
        "ml.m5.large × 2: $5.52 a day",
        "% validation, 7 classes (`emoji`)",
        "told-all",
        f"<!subteam^{Workspace.APPROVERS}>",
        "[Approve]",
    ):
        assert told in said


def test_what_cannot_become_of_an_endpoint_is_refused_with_the_way_round(lab: Lab) -> None:
    lab.room.deployed(lab.job, "as=taken")

    answer = lab.room.answer_to(lab.room.lin, f"/deploy {lab.job} to=realtime as=taken")
    assert "taken is serverless, and AWS makes no real-time one of it" in answer
    assert "as=NAME" in answer


def test_a_name_that_waits_for_a_decision_cannot_be_asked_for_twice(lab: Lab) -> None:
    lab.room.asked(lab.job, "as=waits-already")

    answer = lab.room.answer_to(lab.room.lin, f"/deploy {lab.job} as=waits-already")
    assert "A request for waits-already is waiting for a decision already." in answer


def test_a_name_can_be_asked_for_again_after_its_rejection(lab: Lab) -> None:
    first = lab.room.asked(lab.job, "as=second-try")
    lab.room.rejects(first)
    lab.room.becomes(first, "rejected")

    assert "second-try is in service" in plain(lab.room.deployed(lab.job, "as=second-try"))


def test_the_form_switches_between_the_kinds_and_asks_for_what_was_filled_in(lab: Lab) -> None:
    room = lab.room
    room.ada.clicks(room.current(lab.card), "job.ask")
    form = room.ada.modal()
    assert {"memory", "concurrency"} <= {block["block_id"] for block in form["blocks"]}
    room.ada.clicks(form, "deploy.kind", "realtime")
    until(lambda: {"instance", "count"} <= {block["block_id"] for block in room.ada.modal()["blocks"]})
    form = room.ada.modal()
    known = {one["ts"] for one in room.ada.messages(room.channel)}
    room.ada.submits(form, {"instance": "ml.c5.xlarge", "count": "1", "as": "from-form"})

    card = room.ada.sees(
        room.channel, lambda one: one["ts"] not in known and "from-form" in plain(one), within=PATIENCE
    )
    assert "ml.c5.xlarge × 1" in plain(card)


def test_an_error_of_the_form_stands_under_its_field(lab: Lab) -> None:
    room = lab.room
    room.ada.clicks(room.current(lab.card), "job.ask")
    answer = room.ada.submits(room.ada.modal(), {"as": "no name"})

    assert "is no endpoint name" in answer["errors"]["as"]
    room.ada.closes(room.ada.modal())


def test_without_approvers_nothing_can_be_asked_for_and_the_bot_says_so(
    shared_aws: LocalAws, samples: Path, tmp_path: Path, aws: LocalAws
) -> None:
    with opened_room(shared_aws, samples, tmp_path, APPROVERS="") as room:
        room.ada.types(room.channel, "/train emoji epochs=1")
        name = job_name(room.whispers(room.ada, r"Training emoji-\w+"))
        answer = room.answer_to(room.ada, f"/deploy {name}")

    assert "Nobody can approve a deployment yet" in answer
    assert "APPROVERS" in answer


def test_requests_are_shown_in_the_approvals_channel_where_one_is_named(
    shared_aws: LocalAws, samples: Path, tmp_path: Path, aws: LocalAws
) -> None:
    with opened_room(shared_aws, samples, tmp_path, APPROVALS_CHANNEL=Workspace.GENERAL) as room:
        job = job_name(room.trained("emoji epochs=1"))
        answer = room.answer_to(room.ada, f"/deploy {job}")
        card = room.ada.sees(Workspace.GENERAL, says(rf"Deploy {job} to "), within=PATIENCE)

    assert f"<#{Workspace.GENERAL}>" in answer
    assert f"Answers images in\n<#{room.channel}>" in plain(card)


@pytest.mark.parametrize("button", ["approval.approve", "approval.reject"])
def test_who_is_no_approver_decides_nothing(lab: Lab, button: str) -> None:
    room = lab.room
    card = room.asked(lab.job, f"as=not-for-lin-to-{button.removeprefix('approval.')}")

    assert "Only approvers can decide this." in room.told(room.lin, lambda: room.lin.clicks(card, button))
    assert "[Approve]" in plain(room.current(card))


def test_the_requester_decides_nothing_even_as_an_approver(lab: Lab) -> None:
    room = lab.room
    card = room.asked(lab.job, "as=not-adas", by=room.ada)

    answer = room.told(room.ada, lambda: room.ada.clicks(card, "approval.approve"))
    assert "another approver decides it" in answer
    assert "[Approve]" in plain(room.current(card))


def test_the_outcome_takes_the_place_of_the_buttons(lab: Lab) -> None:
    room = lab.room
    card = room.deployed(lab.job, "as=outcome")

    assert f"Approved by <@{room.grace.id}>" in plain(card)
    assert buttons(card) == []
    room.shows(rf"<@{room.ada.id}> outcome is in service", thread_ts=card["ts"])


def test_a_rejected_request_deploys_nothing_and_the_requester_is_told(lab: Lab, aws: LocalAws) -> None:
    room = lab.room
    card = room.asked(lab.job, "as=rejected")
    room.becomes(card, r"emoji/\d+, pending")
    room.rejects(card, "Worse on cats.")

    rejected = room.becomes(card, r"emoji/\d+, rejected")
    assert f"Deployment of {lab.job} rejected" in plain(rejected)
    assert f"Rejected by <@{room.grace.id}>" in plain(rejected)
    assert buttons(rejected) == []
    room.shows(rf"<@{room.ada.id}> <@{room.grace.id}> rejected this: Worse on cats", thread_ts=card["ts"])
    assert endpoints_on_aws(aws, "rejected") == []
    assert registered(aws, _version(rejected))["ApprovalDescription"].startswith(
        f"Rejected in Slack by {room.grace.id}: Worse on cats."
    )


def test_two_approvers_who_click_at_once_make_one_decision_and_one_polite_answer(lab: Lab, aws: LocalAws) -> None:
    room = lab.room
    card = room.asked(lab.job, "as=at-once", by=room.lin)
    before = {one["ts"] for who in (room.ada, room.grace) for one in who.messages(room.channel)}
    with ThreadPoolExecutor(2) as hands:
        list(hands.map(lambda who: who.clicks(card, "approval.approve"), (room.ada, room.grace)))
    room.becomes(card, ":large_green_circle:")

    told = {one["ts"]: plain(one) for who in (room.ada, room.grace) for one in who.messages(room.channel)}
    polite = [said for ts, said in told.items() if ts not in before and "approved this already." in said]
    assert len(polite) == 1
    assert endpoints_on_aws(aws, "at-once") == ["at-once"]


def test_an_old_click_is_answered_with_what_was_decided(lab: Lab) -> None:
    room = lab.room
    card = room.asked(lab.job, "as=decided", by=room.lin)
    room.rejects(card)
    room.becomes(card, "rejected")

    answer = room.told(room.ada, lambda: room.ada.clicks(card, "approval.approve"))
    assert f"<@{room.grace.id}> rejected this already." in answer


def test_the_version_is_approved_before_it_is_deployed_and_says_who_did(lab: Lab, aws: LocalAws) -> None:
    card = lab.room.deployed(lab.job, "as=in-the-registry")
    version = registered(aws, _version(card))

    assert version["ModelApprovalStatus"] == "Approved"
    assert f"Approved in Slack by {lab.room.grace.id}" in version["ApprovalDescription"]
    assert version["CustomerMetadataProperties"]["job"] == lab.job
    with aws_client(aws, "sagemaker") as client:
        (model,) = client.list_models(NameContains="in-the-registry")["Models"]
        told = client.describe_model(ModelName=model["ModelName"])
    assert told["PrimaryContainer"]["ModelPackageName"] == version["ModelPackageArn"]


@pytest.mark.parametrize(
    ("status", "outcome"), [("Approved", "is in service"), ("Rejected", "Deployment of .* rejected")]
)
def test_a_decision_in_the_console_is_shown_and_carried_out(lab: Lab, aws: LocalAws, status: str, outcome: str) -> None:
    card = lab.room.becomes(lab.room.asked(lab.job, f"as=console-{status}"), r"emoji/\d+, pending")
    with aws_client(aws, "sagemaker") as client:
        client.update_model_package(
            ModelPackageArn=registered(aws, _version(card))["ModelPackageArn"], ModelApprovalStatus=status
        )

    decided = lab.room.becomes(card, outcome)
    assert f"{status} by" in plain(decided)
    assert "in SageMaker's console" in plain(decided)


def test_another_artifact_makes_the_request_void_although_it_is_approved(lab: Lab, aws: LocalAws) -> None:
    card = lab.room.becomes(lab.room.asked(lab.job, "as=swapped"), r"emoji/\d+, pending")
    with aws_client(aws, "s3") as s3:
        key = f"jobs/{lab.job}/output/model.tar.gz"
        artifact = s3.get_object(Bucket=BUCKET, Key=key)["Body"].read()
        s3.put_object(Bucket=BUCKET, Key=key, Body=artifact + b"\0")
        try:
            lab.room.grace.clicks(card, "approval.approve")
            void = lab.room.becomes(card, f"Deployment of {lab.job} is void")
        finally:
            s3.put_object(Bucket=BUCKET, Key=key, Body=artifact)

    assert "no longer the one that was asked for" in plain(void)
    assert endpoints_on_aws(aws, "swapped") == []


def test_the_numbers_are_changed_before_they_are_approved(lab: Lab) -> None:
    room = lab.room
    card = room.asked(lab.job, "as=changed")
    room.grace.clicks(card, "approval.change")
    room.grace.submits(room.grace.modal(), {"memory": "4096", "concurrency": "9"})
    changed = room.becomes(card, "4,096 MB, 9 at once")

    assert f"Changed by <@{room.grace.id}>" in plain(changed)
    room.grace.clicks(changed, "approval.approve")
    assert "4,096 MB, 9 at once" in plain(room.becomes(card, "changed is in service"))


def test_who_asked_takes_it_back_and_may_ask_again(lab: Lab) -> None:
    card = lab.room.asked(lab.job, "as=taken-back")
    lab.room.ada.clicks(card, "approval.withdraw")
    withdrawn = lab.room.becomes(card, f"Deployment of {lab.job} withdrawn")

    assert buttons(withdrawn) == []
    assert "Asked for" in lab.room.answer_to(lab.room.ada, f"/deploy {lab.job} as=taken-back")


def test_a_registered_version_is_deployed_once_more_by_its_name(lab: Lab, aws: LocalAws) -> None:
    first = lab.room.deployed(lab.job, "as=once")
    version = _version(first)
    again = lab.room.answer_to(lab.room.ada, f"/deploy {version} as=twice")
    assert f"Asked for {lab.job} to be deployed as twice" in again
    card = lab.room.shows("(?s)Deploy .*twice")
    lab.room.grace.clicks(card, "approval.approve")

    assert _version(lab.room.becomes(card, "twice is in service")) == version


def test_where_two_must_agree_both_are_named_and_a_weak_model_needs_a_reason(
    shared_aws: LocalAws, samples: Path, tmp_path: Path, aws: LocalAws
) -> None:
    rules = {"APPROVALS_NEEDED": "2", "MIN_ACCURACY": "1.0", "APPROVERS": f"{Workspace.APPROVERS},{Workspace.LIN}"}
    with opened_room(shared_aws, samples, tmp_path, **rules) as room:
        job = job_name(room.trained("emoji epochs=1"))
        assert "100.0 % is asked of a model" in room.answer_to(room.ada, f"/deploy {job}")
        card = room.asked(job, 'reason="for the fair" as=of-two')
        assert "for the fair" in plain(card)

        assert "the first of 2" in room.told(room.grace, lambda: room.grace.clicks(card, "approval.approve"))
        room.becomes(card, f"1 of 2 approved: <@{room.grace.id}>")
        room.lin.clicks(card, "approval.approve")
        approved = room.becomes(card, "of-two is in service")

    assert f"Approved by <@{room.grace.id}> and <@{room.lin.id}>" in plain(approved)


def test_an_endpoint_that_does_not_come_up_shows_why(lab: Lab, aws: LocalAws) -> None:
    room = lab.room
    aws.faults.ail("unwell", "health_check")
    card = room.asked(lab.job, "as=unwell")
    room.grace.clicks(card, "approval.approve")
    failed = room.becomes(card, ":x:")

    assert f"Deploying {lab.job} failed" in plain(failed)
    room.shows(rf"<@{room.ada.id}> unwell failed", thread_ts=card["ts"])


def _version(card: Message) -> str:
    """`emoji/4`, as the card names the version of the registry."""
    named = re.search(r"emoji/\d+", plain(card))
    assert named
    return named[0]
