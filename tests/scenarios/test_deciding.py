"""Deciding on a request to deploy: who may, once only, and what becomes of the endpoint."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from sandbox.sagemaker.server import BUCKET, LocalAws
from sandbox.slack.drawn import buttons
from tests.scenarios.operators import aws_client, endpoints_on_aws
from tests.scenarios.room import Lab, plain


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
