"""Before a job starts: dry runs, the question about what is dear or runs already, and mentions in threads."""

import re

from sandbox.slack.person import Person
from tests.scenarios.room import PATIENCE, Lab, Room, job_name, plain, says, until


def asked(room: Room, person: Person, typed: str) -> dict:
    """The question that only this person sees."""
    known = {one["ts"] for one in person.messages(room.channel)}
    person.types(room.channel, typed)
    return person.sees(room.channel, lambda one: one["ts"] not in known and "train.start" in str(one), within=PATIENCE)


def test_a_dry_run_tells_the_whole_request_and_starts_nothing(lab: Lab) -> None:
    assert lab.room.bot
    before = lab.room.bot.training.recent()
    answer = lab.room.answer_to(lab.room.ada, "/train emoji dry-run epochs=5")

    assert '"TrainingJobName": "emoji-' in answer
    assert re.search(r"aws sagemaker create-training-job --region \S+ --cli-input-json file://emoji-\w+\.json", answer)
    assert lab.room.bot.training.recent() == before


def test_a_dear_job_starts_by_a_click_and_the_question_gives_way(lab: Lab) -> None:
    room = lab.room
    question = asked(room, room.ada, "/train emoji epochs=1 instance=p3.2xlarge max_run=4h")
    room.ada.clicks(question, "train.start")

    answered = room.ada.sees(
        room.channel, lambda one: one["ts"] == question["ts"] and says("Training emoji-")(one), within=PATIENCE
    )
    room.shows(f"Trained {job_name(answered)}")


def test_a_no_takes_the_question_away(lab: Lab) -> None:
    room = lab.room
    question = asked(room, room.ada, "/train emoji epochs=1 instance=p3.2xlarge max_run=4h")
    room.ada.clicks(question, "train.drop")

    until(lambda: question["ts"] not in [one["ts"] for one in room.ada.messages(room.channel)])


def test_the_form_asks_on_a_second_page_and_closes_both(lab: Lab) -> None:
    room = lab.room
    assert room.bot
    room.ada.types(room.channel, "/train")
    room.ada.submits(
        room.ada.modal(), {"data_set": "emoji", "epochs": "2", "max_run": "4h", "instance": "ml.p3.2xlarge"}
    )
    page = room.ada.modal()
    assert (page["callback_id"], room.ada.submits(page, {})["ok"]) == ("train.confirm", True)

    (job, *_) = room.bot.training.recent()
    assert (job.compute.max_run_seconds, job.epochs) == (4 * 3600, 2)
    room.shows(f"Trained {job.name}")


def test_a_mention_in_a_thread_is_answered_there_and_starts_the_job(lab: Lab) -> None:
    room = lab.room
    room.lin.says(room.channel, "@darkroom train emoji epochs=1 learning_rate=0.02", thread_ts=lab.card["ts"])
    reply = room.lin.sees(room.channel, says("Training emoji-"), thread_ts=lab.card["ts"], within=PATIENCE)

    assert reply["is_ephemeral"]
    assert "Trained" in plain(room.shows(f"Trained {job_name(reply)}"))


def test_a_spot_job_says_at_the_end_what_it_saved(lab: Lab) -> None:
    card = lab.room.trained("emoji epochs=1 learning_rate=0.03 spot=yes max_wait=3h volume=100 isolated=yes")

    assert re.search(r"on ml\.g4dn\.xlarge spot, which saved \d+ %", plain(card))
