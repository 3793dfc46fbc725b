"""Asking for a deployment and deciding on it: what is refused, who may, and what becomes of it."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from sandbox.sagemaker.server import BUCKET, LocalAws
from sandbox.slack.drawn import buttons
from sandbox.slack.workspace import Workspace
from tests.scenarios.conftest import opened_room
from tests.scenarios.operators import aws_client, endpoints_on_aws
from tests.scenarios.room import Lab, job_name, plain, public, says, until


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
    assert words not in [case.approval.endpoint_name for case in lab.room.bot.deployment.pending()]
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


def test_the_same_endpoint_name_cannot_be_asked_for_while_it_is_taken(lab: Lab) -> None:
    lab.room.deployed(lab.job, "as=taken")

    answer = lab.room.answer_to(lab.room.lin, f"/deploy {lab.job} as=taken")
    assert "There is an endpoint taken already; it is in service." in answer
    assert "as=NAME" in answer


def test_a_name_that_waits_for_a_decision_cannot_be_asked_for_twice(lab: Lab) -> None:
    lab.room.asked(lab.job, "as=waits-already")

    answer = lab.room.answer_to(lab.room.lin, f"/deploy {lab.job} as=waits-already")
    assert "A request for waits-already is waiting for a decision already." in answer


def test_a_name_can_be_asked_for_again_after_its_rejection(lab: Lab) -> None:
    first = lab.room.asked(lab.job, "as=second-try")
    lab.room.grace.clicks(first, "approval.reject")
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

    card = room.ada.sees(room.channel, lambda one: one["ts"] not in known and "from-form" in plain(one), within=60)
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
        card = room.ada.sees(Workspace.GENERAL, says(rf"Deploy {job} to "), within=60)

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
    room.grace.clicks(card, "approval.reject")

    rejected = room.becomes(card, f"Deployment of {lab.job} rejected")
    assert f"Rejected by <@{room.grace.id}>" in plain(rejected)
    assert buttons(rejected) == []
    room.shows(rf"<@{room.ada.id}> <@{room.grace.id}> rejected this", thread_ts=card["ts"])
    assert endpoints_on_aws(aws, "rejected") == []


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
    room.grace.clicks(card, "approval.reject")
    room.becomes(card, "rejected")

    answer = room.told(room.ada, lambda: room.ada.clicks(card, "approval.approve"))
    assert f"<@{room.grace.id}> rejected this already." in answer


def test_an_endpoint_that_does_not_come_up_shows_why(lab: Lab, aws: LocalAws) -> None:
    room = lab.room
    card = room.asked(lab.job, "as=no-artifact")
    with aws_client(aws, "s3") as s3:
        key = f"jobs/{lab.job}/output/model.tar.gz"
        artifact = s3.get_object(Bucket=BUCKET, Key=key)["Body"].read()
        s3.delete_object(Bucket=BUCKET, Key=key)
        try:
            room.grace.clicks(card, "approval.approve")
            failed = room.becomes(card, ":x:")
        finally:
            s3.put_object(Bucket=BUCKET, Key=key, Body=artifact)

    assert f"Deploying {lab.job} failed · the model's artifact could not be read" in plain(failed)
    assert "Train again" in plain(failed)
    room.shows(rf"<@{room.ada.id}> no-artifact failed", thread_ts=card["ts"])
