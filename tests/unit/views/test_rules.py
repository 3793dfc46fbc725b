"""AWS's rules on a job's card and in its thread."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.rule_findings import with_results
from bot.domain.rules import RULES, RuleResult, RuleStatus
from bot.views import jobs, notices
from tests.builders import NOW, a_finished_job, a_running_job
from tests.unit.views.screens import actions
from tests.unit.views.test_any_text import TEXT, assert_fit

FOUND = with_results(
    a_finished_job(rules=("low-gpu", "overall")), (RuleResult("LowGPUUtilization", RuleStatus.ISSUES),)
)


def test_a_card_tells_how_each_rule_stands() -> None:
    running = replace(a_running_job(rules=FOUND.rules), rule_results=FOUND.rule_results)

    assert "Rules · low-gpu: *issues found* · overall: asked for" in str(jobs.job_card(running, NOW).blocks)
    assert "Rules · low-gpu: *issues found*'" in str(jobs.job_card(FOUND, NOW).blocks)


def test_rules_of_which_the_same_is_to_be_said_stand_together_and_findings_first() -> None:
    fine = tuple(RuleResult(rule.name, RuleStatus.NO_ISSUES) for rule in list(RULES.values())[1:3])
    job = replace(FOUND, rule_results=(*fine, *FOUND.rule_results))

    assert "Rules · low-gpu: *issues found* · cpu-bottleneck, gpu-memory: no issues" in str(
        jobs.job_card(job, NOW).blocks
    )


def test_a_card_of_a_job_without_rules_does_not_speak_of_them() -> None:
    assert "Rules" not in str(jobs.job_card(a_running_job(), NOW).blocks)


@settings(max_examples=40, deadline=None)
@given(texts=st.lists(TEXT, min_size=3, max_size=3))
def test_whatever_aws_says_of_rules_fits_and_has_no_markup(texts: list[str]) -> None:
    name, status, details = texts
    job = replace(FOUND, rule_results=(RuleResult(name, status, details),) * 20)

    assert_fit(jobs.job_card(job, NOW))


def test_the_end_and_what_rules_found_are_told_in_one_message_or_each_alone() -> None:
    both = notices.end_note(FOUND, is_end=True, found=FOUND.warned)
    alone = notices.end_note(FOUND, is_end=False, found=FOUND.warned)
    ended = notices.end_note(FOUND, is_end=True, found=())

    assert both
    assert alone
    assert ended
    assert_fit(both)
    assert "is trained" in both.text
    assert "LowGPUUtilization" in both.text
    assert "is trained" not in alone.text
    assert actions(alone.blocks) == set()
    assert "LowGPUUtilization" not in ended.text


def test_each_rule_has_a_word_on_what_it_found() -> None:
    results = tuple(RuleResult(rule.name, RuleStatus.ISSUES) for rule in RULES.values())
    note = notices.end_note(with_results(FOUND, results), is_end=False, found=with_results(FOUND, results).warned)

    assert note
    assert all(rule.found.split(".")[0] in note.text for rule in RULES.values())
