"""Jobs that are watched and compared: a warning in the thread, and two jobs side by side with their curves."""

import re

from sandbox.slack.drawn import buttons
from tests.scenarios.room import Lab, job_name, says, until


def test_a_job_that_gets_no_better_is_spoken_of_in_its_thread_and_can_be_stopped_there(lab: Lab) -> None:
    room = lab.room
    name = re.search(r"emoji-[0-9a-f]{6}", room.answer_to(room.ada, "/train emoji epochs=100000"))
    assert name
    card = room.shows(rf"{name[0]} · epoch")

    note = room.shows(rf"<@{room.ada.id}> a look at {name[0]}", thread_ts=card["ts"])
    room.grace.clicks(note, "job.stop")

    stopped = room.becomes(card, rf"Stopped {name[0]}")
    assert says(f"stopped by <@{room.grace.id}>")(stopped)


def test_two_jobs_are_compared_with_their_curves_over_each_other(lab: Lab) -> None:
    room = lab.room
    other = job_name(room.trained("emoji epochs=1 learning_rate=0.01"))
    answer = room.answer_to(room.lin, f"/jobs compare {lab.job} {other}")
    card = room.shows(f"Comparing {lab.job} and {other}")

    assert re.search("better than|as good as each other", answer)
    assert says(r"learning_rate: A `0\.1` · B `0\.01`")(card)
    until(lambda: any(block["type"] == "image" for block in room.current(card)["blocks"]))


def test_compare_on_a_card_asks_with_which_job(lab: Lab) -> None:
    room = lab.room
    name = job_name(lab.card)

    assert "job.compare" in [button["action_id"] for button in buttons(room.current(lab.card))]
    assert "I compare 2 to 5 jobs" in room.answer_to(room.lin, f"/jobs compare {name}")
