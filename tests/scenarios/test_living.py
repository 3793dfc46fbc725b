"""Living with endpoints: leases that are kept and that end, a second channel, where a model is from, trying it out."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.domain.leases import Lease
from bot.errors import StaleError
from sandbox.sagemaker.server import LocalAws
from sandbox.slack.workspace import Workspace, direct_channel
from tests.scenarios.operators import aws_client, endpoints_on_aws
from tests.scenarios.room import PATIENCE, Lab, Message, Room, plain, says, until


def _leased(room: Room, name: str, change: Callable[[Lease], Lease]) -> None:
    """Wait for the endpoint's lease, and change it as time would."""
    assert room.bot
    rows = room.bot.upkeep.leasing._leases

    def changed() -> bool:
        lease = rows.of(name)
        try:
            return lease is not None and bool(rows.save(change(lease)))
        except StaleError:
            return False

    until(changed)


def _about_to_end(lease: Lease) -> Lease:
    """Its owner is asked at once, and has minutes to answer."""
    now = datetime.now(UTC)
    return replace(lease, began_at=now - timedelta(minutes=40), ends_at=now + timedelta(minutes=10))


def _unanswered(lease: Lease) -> Lease:
    now = datetime.now(UTC)
    return replace(lease, asked_at=now - timedelta(hours=1), ends_at=now - timedelta(minutes=1))


def _asked(room: Room, name: str) -> Message:
    """The question in the messages between Ada and the bot."""
    place = direct_channel(Workspace.ADA)
    return room.ada.sees(place, says(rf"Is {name} still needed\?"), within=PATIENCE)


def test_an_endpoint_that_is_kept_stays_and_one_that_nobody_keeps_goes(lab: Lab, aws: LocalAws) -> None:
    room = lab.room
    card = room.deployed(lab.job, "to=realtime as=brief")
    _leased(room, "brief", _about_to_end)
    question = _asked(room, "brief")
    assert "That saves $2.76 a day, about $82.80 a month." in plain(question)

    room.ada.clicks(question, "lease.keep")
    kept = room.ada.sees(question["channel"], lambda one: one["ts"] == question["ts"] and says("brief stays")(one))
    assert f"kept by <@{Workspace.ADA}>" in plain(kept)
    assert endpoints_on_aws(aws, "brief") == ["brief"]

    _leased(room, "brief", _about_to_end)
    asked = _asked(room, "brief")
    _leased(room, "brief", _unanswered)
    deleted = room.becomes(card, "brief is deleted")

    assert "Its lease ended, and nobody kept it. That saves $2.76 a day, about $82.80 a month." in plain(deleted)
    room.ada.sees(asked["channel"], lambda one: one["ts"] == asked["ts"] and says("brief is deleted")(one))
    with aws_client(aws, "sagemaker") as client:
        assert endpoints_on_aws(aws, "brief") == []
        assert client.list_endpoint_configs(NameContains="brief")["EndpointConfigs"] == []
        assert client.list_models(NameContains="brief")["Models"] == []


def test_keeping_for_longer_is_said_to_aws_by_a_tag(lab: Lab, aws: LocalAws) -> None:
    room = lab.room
    room.deployed(lab.job, "as=kept")
    answer = room.answer_to(room.ada, "/endpoints keep kept 14d")

    assert "kept stays until" in answer
    assert "kept belongs to" in room.answer_to(room.lin, "/endpoints keep kept 2d")
    assert "an hour to 90 days" in room.answer_to(room.ada, "/endpoints keep kept 91d")
    fortnight = (datetime.now(UTC) + timedelta(days=14)).strftime("%Y-%m-%d")
    with aws_client(aws, "sagemaker") as client:
        arn = client.describe_endpoint(EndpointName="kept")["EndpointArn"]
        until(lambda: any(tag["Value"].startswith(fortnight) for tag in client.list_tags(ResourceArn=arn)["Tags"]))


def test_an_endpoint_answers_in_a_second_channel_and_stops(lab: Lab) -> None:
    room, general = lab.room, Room(lab.room.slack, lab.room.environment, Workspace.GENERAL, lab.room.bot)
    room.deployed(lab.job, "as=two-rooms")
    refused = room.answer_to(room.ada, "/endpoints route two-rooms #nowhere")
    assert "I can't tell which channel" in refused
    refused = room.answer_to(room.ada, f"/endpoints route two-rooms {Workspace.PRIVATE_LAB}")
    assert "Invite me there" in refused

    routed = room.answer_to(room.ada, "/endpoints route two-rooms #general")
    assert "two-rooms answers the images in" in routed
    uploaded = general.lin.uploads(general.channel, "pizza.png")
    general.shows(r"on two-rooms", thread_ts=uploaded["ts"])
    assert room.answer_to(room.ada, "/endpoints two-rooms").count("<#") == 2

    told = r"Use\n[1-9]\d* calls, no errors"
    until(lambda: re.search(told, room.answer_to(room.ada, "/endpoints two-rooms")))
    assert "two-rooms answers no more images" in room.answer_to(room.ada, "/endpoints route off #general")


def test_why_tells_the_whole_line_to_the_data_set(lab: Lab) -> None:
    lab.room.deployed(lab.job, "as=explained")

    told = lab.room.answer_to(lab.room.lin, "/endpoints why explained")

    order = ("Endpoint `explained`", "Configuration `", "Model `", f"Job `{lab.job}`", "Data set `emoji`")
    assert [told.index(one) for one in order] == sorted(told.index(one) for one in order)
    assert f"Approved by <@{Workspace.GRACE}>" in told
    assert f"Asked for by <@{Workspace.ADA}>" in told


def test_an_endpoint_is_tried_with_an_image_that_only_the_asker_sees(lab: Lab) -> None:
    room = lab.room
    room.deployed(lab.job, "as=tried")
    known = {one["ts"] for one in room.ada.messages(room.channel)}
    room.ada.types(room.channel, "/endpoints tried")
    page = room.ada.sees(room.channel, lambda one: one["ts"] not in known and says("tried is in service")(one))
    room.ada.clicks(page, "endpoint.test")
    room.ada.submits(room.ada.modal(), {}, {"file": ["pizza.png"]})

    place = direct_channel(Workspace.ADA)
    trying = room.ada.sees(place, says("Trying tried with"), within=PATIENCE)
    answer = room.ada.sees(place, says(r"\d+ %"), thread_ts=trying["ts"], within=PATIENCE)
    assert re.search(r"on tried", plain(answer))
