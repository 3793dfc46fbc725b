"""Examples of what stands between `/train` and its job."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.domain.dry_runs import DryRun
from bot.domain.jobs import Compute
from bot.domain.questions import Question, Started
from bot.domain.quotes import Quote
from bot.views import starting
from bot.views.message import Message
from tests.builders import a_job, a_running_job, a_running_tuning, a_tuning

LINK = "https://lab.slack.com/archives/C0EMOJI0001/p1772443800000100"
REQUEST = {"TrainingJobName": "emoji-7f3a2c", "HyperParameters": {"epochs": "30"}, "Note": "cats & `dogs` <3"}
QUOTE = Quote(1.472, 0.0736, 3)
REMARKS = ("`momentum` has no effect with `adam`.", "AWS documents g4dn, g5, p2, p3 for this algorithm.")
DEAR = Question("7f3a2c9e51d04b68", a_job(), Quote(14.076, 0.81, 1), 5.0, remarks=REMARKS)
TWIN = Question("7f3a2c9e51d04b68", a_job(), QUOTE, 5.0, a_running_job(name="emoji-51c0aa"))
UNPRICED = Question("7f3a2c9e51d04b68", a_job(compute=Compute("ml.g5.xlarge", 1, 50, 7200)), Quote(None), 5.0)

TUNING_DEAR = Question("5d1e0b", a_tuning(), Quote(8.832, 0.44, 5), 5.0)
TUNING_TWIN = replace(TUNING_DEAR, quote=Quote(8.832), limit=20.0, twin=a_running_tuning(name="emoji-tune-51c0aa"))


def messages() -> Mapping[str, Message]:
    return {
        "start_reply_with_quote": starting.started_reply(Started(a_job(), QUOTE)),
        "start_question_dear": starting.question(DEAR, ""),
        "start_question_twin": starting.question(TWIN, LINK),
        "start_question_unpriced": starting.question(UNPRICED, ""),
        "start_tuning_reply_with_quote": starting.started_reply(Started(a_tuning(), Quote(8.832, 0.44, 5), REMARKS)),
        "start_tuning_question_dear": starting.question(TUNING_DEAR, ""),
        "start_tuning_question_twin": starting.question(TUNING_TWIN, LINK),
        "start_dry_run": starting.dry_run_reply(
            DryRun(a_job().name, "eu-central-1", REQUEST, quote=QUOTE, remarks=REMARKS[:1])
        ),
    }


def views() -> Mapping[str, dict[str, Any]]:
    return {
        "modal_start_it": starting.confirm_modal(DEAR, ""),
        "modal_start_another": starting.confirm_modal(TWIN, LINK),
    }
