"""The Home tab: what waits for whoever opens it, what runs, what is up, and how to begin."""

from pathlib import Path

from sandbox.sagemaker.server import LocalAws
from sandbox.slack.drawn import buttons
from sandbox.slack.person import Person
from tests.scenarios.conftest import opened_room
from tests.scenarios.room import Lab, Message, job_name, plain


def home(person: Person, *, shows: str) -> Message:
    """The Home tab of this person, opened anew, once it shows that."""
    person.opens_home()
    return person.sees_home(lambda view: shows in plain(view), within=90)


def test_who_opens_it_first_reads_how_to_begin(
    shared_aws: LocalAws, samples: Path, tmp_path: Path, aws: LocalAws
) -> None:
    with opened_room(shared_aws, samples, tmp_path) as room:
        said = plain(home(room.lin, shows="How to begin"))

    for told in ("Nothing waits for a decision.", "Nothing runs.", "No endpoint is up.", "/train DATASET"):
        assert told in said


def test_an_approver_decides_there(lab: Lab) -> None:
    card = lab.room.asked(lab.job, "as=from-home", by=lab.room.lin)
    approval_id = next(button["value"] for button in buttons(card))
    lab.room.grace.clicks(home(lab.room.grace, shows="[Reject]"), "approval.reject", approval_id)

    lab.room.becomes(card, f"Rejected by <@{lab.room.grace.id}>")


def test_the_requester_sees_that_others_decide(lab: Lab) -> None:
    card = lab.room.asked(lab.job, "as=own-request", by=lab.room.ada)
    view = home(lab.room.ada, shows="You asked for this, so another person decides.")

    assert next(button["value"] for button in buttons(card)) not in [button.get("value") for button in buttons(view)]


def test_who_is_no_approver_sees_nothing_to_decide(lab: Lab) -> None:
    lab.room.asked(lab.job, "as=not-for-lin", by=lab.room.ada)

    assert "Nothing waits for a decision." in plain(home(lab.room.lin, shows="How to begin"))


def test_it_shows_what_is_up(lab: Lab) -> None:
    lab.room.deployed(lab.job, "as=seen-at-home")

    assert "seen-at-home · in service" in plain(home(lab.room.lin, shows="seen-at-home"))


def test_it_shows_what_runs(lab: Lab) -> None:
    room = lab.room
    room.ada.types(room.channel, "/train emoji epochs=100000")
    card = room.shows(r"epoch \d+ of 100000")
    view = home(room.lin, shows=job_name(card))
    room.answer_to(room.ada, f"/jobs stop {job_name(card)}")
    room.becomes(card, "Stopped")

    assert "Nothing runs." not in plain(view)
