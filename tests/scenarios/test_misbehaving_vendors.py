"""Slack and AWS are slow, busy or broken for a moment: all ends up right, and nothing is doubled."""

import itertools
import threading
import time
from typing import Any

import pytest

from sandbox.sagemaker.faults import ConnectionDroppedError
from sandbox.sagemaker.server import LocalAws
from sandbox.slack.drawn import buttons
from tests.scenarios.operators import aws_client, endpoints_on_aws, jobs_on_aws
from tests.scenarios.room import Lab, Message, Room, job_name, plain, public, says, until

serials = itertools.count(1)
HICCUPS: list[tuple[str, dict[str, Any]]] = [
    ("ratelimited", {"retry_after": 1}),
    ("http", {"status": 503}),
    ("html", {}),
    ("slow", {"seconds": 1.5}),
    ("drop", {}),
    ("drop", {"applied": True}),
    ("http", {"status": 500, "applied": True}),
    ("error", {"error": "fatal_error"}),
]


def withdrawn(room: Room, job: str, name: str) -> Message:
    """The card of a request that Ada has withdrawn, with its note in the thread."""
    card = room.asked(job, f"as={name}")
    room.ada.clicks(room.current(card), "approval.withdraw")
    ended = room.becomes(card, f"Deployment of {job} withdrawn")
    room.shows("withdrew this", thread_ts=card["ts"])
    return ended


def about(room: Room, name: str) -> list[Message]:
    return [one for one in public(room.ada.messages(room.channel)) if name in plain(one)]


@pytest.mark.parametrize(("kind", "details"), HICCUPS)
def test_a_card_comes_right_after_a_hiccup_and_stands_there_once(lab: Lab, kind: str, details: dict[str, Any]) -> None:
    name = f"hiccup-{next(serials)}"
    methods = ("chat.postMessage", "chat.update")
    for method in methods:
        lab.room.slack.faults.add(method, kind, **details)
    card = withdrawn(lab.room, lab.job, name)

    assert [lab.room.slack.faults.waiting(method) for method in methods] == [0, 0]
    assert [one["ts"] for one in about(lab.room, name)] == [card["ts"]]
    assert len([said for said in lab.room.replies(card) if "withdrew this" in said]) == 1


def test_a_slack_that_is_busy_for_long_costs_a_delay_and_nothing_else(lab: Lab) -> None:
    lab.room.slack.faults.add("*", "ratelimited", times=12, retry_after=1)
    card = withdrawn(lab.room, lab.job, "busy-long")

    assert [one["ts"] for one in about(lab.room, "busy-long")] == [card["ts"]]


def test_a_note_whose_receipt_was_lost_stands_in_the_thread_once(lab: Lab) -> None:
    card = lab.room.asked(lab.job, "as=lost-note")
    lab.room.slack.faults.add("chat.postMessage", "drop", applied=True)
    lab.room.ada.clicks(card, "approval.withdraw")
    lab.room.becomes(card, "withdrawn")
    lab.room.shows("withdrew this", thread_ts=card["ts"])
    withdrawn(lab.room, lab.job, "after-lost-note")

    assert len(lab.room.replies(card)) == 1


def test_a_chart_comes_after_all_whichever_of_its_steps_fails(lab: Lab) -> None:
    room = lab.room
    room.slack.faults.add("upload", "http", status=500)
    room.slack.faults.add("files.completeUploadExternal", "drop")
    room.slack.faults.add("files.info", "http", status=503)
    card = room.trained("emoji epochs=1")
    until(lambda: any(block["type"] == "image" for block in room.current(card)["blocks"]))

    steps = ("upload", "files.completeUploadExternal", "files.info")
    assert [room.slack.faults.waiting(step) for step in steps] == [0, 0, 0]
    assert len(room.cards(rf":white_check_mark: Trained {job_name(card)}")) == 1


def test_a_picture_that_slack_has_not_looked_through_waits_and_the_card_does_not(lab: Lab) -> None:
    room = lab.room
    room.slack.behaviour.file_ready_seconds = 3600.0
    try:
        card = room.trained("emoji epochs=1")
    finally:
        room.slack.behaviour.file_ready_seconds = 0.3
    assert all(block["type"] != "image" for block in card["blocks"])
    for stored in room.slack.workspace.files.by_id.copy().values():
        stored.ready_at = min(stored.ready_at, time.monotonic())
    until(lambda: any(block["type"] == "image" for block in room.current(card)["blocks"]))


def test_a_card_that_somebody_deleted_is_posted_anew(lab: Lab) -> None:
    room = lab.room
    card = room.asked(lab.job, "as=deleted-card")
    room.slack.change(lambda workspace: workspace.channel(room.channel).messages.pop(card["ts"]))
    approval = next(one for one in buttons(card) if one["action_id"] == "approval.withdraw")
    assert room.bot
    room.bot.deciding.withdraw(approval["value"], room.ada.id)

    assert says("withdrawn")(room.shows("Deployment of .* withdrawn"))
    until(lambda: len(about(room, "deleted-card")) == 1)


def test_after_its_sockets_were_cut_the_bot_listens_again(lab: Lab) -> None:
    room, opened = lab.room, threading.Event()
    room.slack.observers.append(lambda method, *_: opened.set() if method == "apps.connections.open" else None)
    room.slack.drop_sockets()
    # That there is none may pass by unseen.
    until(opened.is_set)
    until(lambda: room.slack.connections > 0)
    room.slack.observers.clear()

    assert lab.job in room.answer_to(room.lin, f"/jobs {lab.job}")


def test_when_slack_asks_for_a_new_connection_nothing_is_lost(lab: Lab) -> None:
    room = lab.room
    room.slack.refresh_sockets()

    until(lambda: bool(room.lin.types(room.channel, f"/jobs {lab.job}").get("answered")))
    room.whispers(room.lin, f"Trained {lab.job}")


# More than boto3's own three tries take care of.
TIMES = 4


def lose_answer(aws: LocalAws, operation: str) -> threading.Event:
    """The next such call takes effect and its answer never arrives; the event tells that it happened."""
    lost = threading.Event()

    def hang_up(name: str, moment: str, arguments: dict[str, Any]) -> None:
        if (name, moment) == (operation, "after") and not lost.is_set():
            lost.set()
            raise ConnectionDroppedError(name)

    aws.observers.append(hang_up)
    return lost


def test_a_job_is_trained_once_however_often_aws_fails_for_the_moment(lab: Lab, aws: LocalAws) -> None:
    before = jobs_on_aws(aws)
    for operation, kind in (
        ("CreateTrainingJob", "throttle"),
        ("CreateTrainingJob", "http"),
        ("DescribeTrainingJob", "throttle"),
        ("GetLogEvents", "drop"),
    ):
        aws.faults.add(operation, kind, times=TIMES)
    card = lab.room.trained("emoji epochs=1")

    assert says(r"best \d\d\.\d % \(epoch 1 of 1\)")(card)
    assert jobs_on_aws(aws) - before == {job_name(card)}


def test_a_job_whose_start_was_never_confirmed_is_trained_once(lab: Lab, aws: LocalAws) -> None:
    before = jobs_on_aws(aws)
    lost = lose_answer(aws, "CreateTrainingJob")
    card = lab.room.trained("emoji epochs=1")

    assert lost.is_set()
    assert jobs_on_aws(aws) - before == {job_name(card)}


def test_a_job_that_aws_refuses_fails_with_its_reason_and_the_requester_is_told(lab: Lab, aws: LocalAws) -> None:
    aws.faults.add(
        "CreateTrainingJob",
        "error",
        code="ResourceLimitExceeded",
        message="The account-level service limit 'ml.g4dn.xlarge for training job usage' is 0 Instances, "
        "with current utilization of 0 Instances and a request delta of 1 Instances.",
    )
    answer = lab.room.answer_to(lab.room.ada, "/train emoji epochs=1")
    name = next(word for word in answer.split() if word.startswith("emoji-"))
    card = lab.room.shows(rf"Training {name} failed: the account's quota")

    lab.room.shows(rf"<@{lab.room.ada.id}>.*failed", thread_ts=card["ts"])
    assert name not in jobs_on_aws(aws)


def test_an_endpoint_comes_up_once_however_often_aws_fails_for_the_moment(lab: Lab, aws: LocalAws) -> None:
    for operation, kind in (
        ("CreateModel", "throttle"),
        ("CreateEndpointConfig", "drop"),
        ("CreateEndpoint", "throttle"),
        ("DescribeEndpoint", "http"),
    ):
        aws.faults.add(operation, kind, times=TIMES)
    lab.room.deployed(lab.job, "as=steady")

    assert endpoints_on_aws(aws, "steady") == ["steady"]


def test_an_endpoint_whose_steps_were_never_confirmed_comes_up_once(lab: Lab, aws: LocalAws) -> None:
    lost = [lose_answer(aws, operation) for operation in ("CreateModel", "CreateEndpointConfig", "CreateEndpoint")]
    lab.room.deployed(lab.job, "as=unheard")

    assert all(one.is_set() for one in lost)
    with aws_client(aws, "sagemaker") as client:
        assert len(client.list_models(NameContains="unheard")["Models"]) == 1
        assert len(client.list_endpoint_configs(NameContains="unheard")["EndpointConfigs"]) == 1
    assert endpoints_on_aws(aws, "unheard") == ["unheard"]


def test_a_deletion_that_aws_throttles_is_done_later(lab: Lab, aws: LocalAws) -> None:
    card = lab.room.deployed(lab.job, "as=slow-to-go")
    aws.faults.add("DeleteEndpoint", "throttle", times=TIMES)
    lab.room.answer_to(lab.room.ada, "/endpoints delete slow-to-go")

    lab.room.becomes(card, "slow-to-go is deleted")
    assert endpoints_on_aws(aws, "slow-to-go") == []


def test_an_endpoint_that_was_deleted_in_the_console_is_noticed(lab: Lab, aws: LocalAws) -> None:
    card = lab.room.deployed(lab.job, "as=from-console")
    with aws_client(aws, "sagemaker") as client:
        client.delete_endpoint(EndpointName="from-console")

    deleted = lab.room.becomes(card, "from-console is deleted")
    assert "Deleted outside of this bot" in plain(deleted)
