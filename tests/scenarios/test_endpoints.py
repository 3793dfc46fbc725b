"""Endpoints that are up: listing, showing and deleting them, and who may."""

import re

from sandbox.sagemaker.server import LocalAws
from sandbox.slack.person import Person
from sandbox.slack.workspace import Workspace
from tests.scenarios.operators import aws_client, endpoints_on_aws
from tests.scenarios.room import Lab, Message, Room, plain


def _list(room: Room) -> Message:
    known = {one["ts"] for one in room.ada.messages(room.channel)}
    room.ada.types(room.channel, "/endpoints")
    return room.ada.sees(room.channel, lambda one: one["ts"] not in known and bool(one.get("is_ephemeral")))


def _page(room: Room, person: Person, name: str) -> Message:
    """What the *Details* button beside the endpoint brings."""
    known = {one["ts"] for one in person.messages(room.channel)}
    person.types(room.channel, "/endpoints")
    listed = person.sees(room.channel, lambda one: one["ts"] not in known and bool(one.get("is_ephemeral")))
    block = next(one for one in listed["blocks"] if f"*{name}*" in str(one.get("text")) and "accessory" in one)
    known.add(listed["ts"])
    person.clicks(listed, "endpoint.details", block["accessory"]["value"])
    return person.sees(room.channel, lambda one: one["ts"] not in known and bool(one.get("is_ephemeral")))


def test_the_list_names_each_endpoint_with_its_model_and_its_price(lab: Lab) -> None:
    lab.room.deployed(lab.job, "to=realtime as=listed")

    said = plain(_list(lab.room))
    assert "listed · in service · real-time, ml.m5.large × 1: $2.76 a day" in said
    assert re.search(r"\d endpoints?, (at least )?\$\d", said)


def test_one_endpoint_is_shown_with_who_owns_and_who_approved_it(lab: Lab) -> None:
    lab.room.deployed(lab.job, "as=shown")

    said = lab.room.answer_to(lab.room.lin, "/endpoints shown")
    assert "shown is in service" in said
    assert f"Owner\n<@{Workspace.ADA}>" in said
    assert f"Approved by\n<@{Workspace.GRACE}>" in said


def test_an_unknown_endpoint_is_answered_with_the_nearest(lab: Lab) -> None:
    lab.room.deployed(lab.job, "as=nearest-one")

    assert "Did you mean `nearest-one`?" in lab.room.answer_to(lab.room.ada, "/endpoints nearest-on")
    assert "Did you mean `nearest-one`?" in lab.room.answer_to(lab.room.ada, "/endpoints delete nearest-on")


def test_neither_owner_nor_approver_deletes_nothing(lab: Lab, aws: LocalAws) -> None:
    lab.room.deployed(lab.job, "as=not-yours")

    answer = lab.room.answer_to(lab.room.lin, "/endpoints delete not-yours")
    assert f"not-yours belongs to <@{Workspace.ADA}>" in answer
    assert endpoints_on_aws(aws, "not-yours") == ["not-yours"]


def test_the_owner_deletes_an_endpoint_with_all_that_belongs_to_it(lab: Lab, aws: LocalAws) -> None:
    card = lab.room.deployed(lab.job, "as=owners")
    answer = lab.room.answer_to(lab.room.ada, "/endpoints delete owners")

    deleted = lab.room.becomes(card, "owners is deleted")
    assert "Deleting owners" in answer
    assert f"Deletion asked for by <@{Workspace.ADA}>" in plain(deleted)
    with aws_client(aws, "sagemaker") as client:
        assert client.list_endpoint_configs(NameContains="owners")["EndpointConfigs"] == []
        assert client.list_models(NameContains="owners")["Models"] == []


def test_an_approver_deletes_anothers_endpoint_from_its_page(lab: Lab, aws: LocalAws) -> None:
    card = lab.room.deployed(lab.job, "as=by-button")
    room = lab.room
    page = _page(room, room.grace, "by-button")
    answer = room.told(room.grace, lambda: room.grace.clicks(page, "endpoint.delete"))

    assert "Deleting by-button" in answer
    room.becomes(card, "by-button is deleted")
    assert endpoints_on_aws(aws, "by-button") == []


def test_a_second_deletion_is_answered_with_what_happened(lab: Lab) -> None:
    room, card = lab.room, lab.room.deployed(lab.job, "as=twice-gone")
    page = _page(room, room.ada, "twice-gone")
    room.answer_to(room.ada, "/endpoints delete twice-gone")
    room.becomes(card, "twice-gone is deleted")

    again = room.told(room.ada, lambda: room.ada.clicks(page, "endpoint.delete"))
    assert "twice-gone is deleted already" in again


def test_images_stay_unanswered_after_the_deletion(lab: Lab) -> None:
    general = Room(lab.room.slack, lab.room.environment, Workspace.GENERAL, lab.room.bot)
    card = general.deployed(lab.job, "as=in-general")
    answered = general.lin.uploads(general.channel, "pizza.png")
    general.shows(r"\d+ %", thread_ts=answered["ts"])
    general.answer_to(general.ada, "/endpoints delete in-general")
    general.becomes(card, "in-general is deleted")
    silent = general.lin.uploads(general.channel, "sushi.png")

    lab.room.deployed(lab.job, "as=still-there")
    later = lab.room.lin.uploads(lab.room.channel, "sushi.png")
    lab.room.shows(r"\d+ %", thread_ts=later["ts"])
    assert general.replies(silent) == []


def test_a_name_is_free_again_after_its_deletion(lab: Lab) -> None:
    card = lab.room.deployed(lab.job, "as=again")
    lab.room.answer_to(lab.room.ada, "/endpoints delete again")
    lab.room.becomes(card, "again is deleted")

    assert "again is in service" in plain(lab.room.deployed(lab.job, "as=again"))
