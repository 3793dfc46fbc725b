"""AWS's rules on a job: asked for with a word, on its card, told of what they find, and refused with a way on."""

import re

from sandbox.sagemaker.server import LocalAws
from sandbox.slack.drawn import buttons
from tests.scenarios.room import Lab, job_name, until


def test_what_rules_find_after_a_jobs_end_is_told_once_in_its_thread(lab: Lab) -> None:
    room = lab.room
    card = room.trained("emoji epochs=2 rules=overall,report")
    told = room.becomes(card, r"Rules · (report: \W?issues found\W? · overall|overall, report): no issues")
    room.settles()

    assert sum(f"{job_name(told)} is trained" in line for line in room.replies(card)) == 1
    assert "looks at tensors" in room.answer_to(room.lin, "/train emoji rules=overfit")


def test_a_job_that_aws_refuses_for_its_rules_goes_on_without_at_a_click(lab: Lab, aws: LocalAws) -> None:
    room = lab.room
    aws.faults.close_rules()
    name = re.search(r"emoji-[0-9a-f]{6}", room.answer_to(room.ada, "/train emoji epochs=1 rules=profiler"))
    assert name
    card = room.shows(rf"Training {name[0]} failed · AWS takes no rules from this account")
    retry = next(one for one in buttons(card) if one["action_id"] == "job.retry")

    assert retry["text"]["text"].startswith("Retry with rules=none")

    answer = room.told(room.ada, lambda: room.ada.clicks(card, "job.retry"))
    started = re.search(r"Training (emoji-[0-9a-f]{6}) instead", answer)
    assert started
    until(lambda: room.cards(rf"Trained {started[1]}"))
