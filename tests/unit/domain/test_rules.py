"""Rules of AWS: how they are asked for, and what becomes of a job by what they say."""

import importlib.metadata
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.corrections import corrected
from bot.domain.jobs import Job, JobStatus
from bot.domain.notices import Sign
from bot.domain.recipes import RecipeName
from bot.domain.rule_findings import LONGEST_AFTER_END, is_unsettled, milestone, untold, with_results
from bot.domain.rules import BY_NAME, RULES, RuleResult, RuleStatus, check_no_rules, requested
from bot.errors import FieldError
from bot.views.failures import explained
from tests.builders import NOW, a_data_set, a_finished_job, a_running_job

ALGORITHM = RecipeName.IMAGE_CLASSIFICATION
ENDED = a_finished_job().ended_at or NOW


def results(**statuses: RuleStatus) -> tuple[RuleResult, ...]:
    return tuple(RuleResult(RULES[word.replace("_", "-")].name, status) for word, status in statuses.items())


def ruled(job: Job, **statuses: RuleStatus) -> Job:
    return with_results(replace(job, rules=tuple(RULES)[:2]), results(**statuses))


@pytest.mark.parametrize(
    ("said", "rules"),
    [
        ("profiler", tuple(RULES)),
        ("low-gpu,overall", ("low-gpu", "overall")),
        (" Low_GPU , low-gpu", ("low-gpu",)),
        ("LowGPUUtilization", ("low-gpu",)),
        ("none", ()),
        ("", ()),
        (",", ()),
    ],
)
def test_rules_are_asked_for_by_their_words_their_names_or_all_at_once(said: str, rules: tuple[str, ...]) -> None:
    assert requested({"rules": said}, ALGORITHM) == rules


def test_without_the_word_there_are_none() -> None:
    assert requested({}, ALGORITHM) == ()


@pytest.mark.parametrize("word", ["overfit", "vanishing_gradient", "LossNotDecreasing"])
def test_rules_of_tensors_are_refused_for_what_hands_none_out(word: str) -> None:
    with pytest.raises(FieldError, match="hands none to Debugger: only system rules apply to it"):
        requested({"rules": f"low-gpu,{word}"}, ALGORITHM)


def test_a_slip_of_the_pen_is_put_right() -> None:
    with pytest.raises(FieldError, match="I don't know a rule `low-gpus`") as refused:
        requested({"rules": "low-gpus"}, ALGORITHM)

    assert refused.value.next_step == "Did you mean `low-gpu`?"


@pytest.mark.parametrize("said", ["profiler,low-gpus", "none,low-gpu"])
def test_a_slip_beside_all_or_none_is_seen_too(said: str) -> None:
    with pytest.raises(FieldError, match="I don't know a rule"):
        requested({"rules": said}, ALGORITHM)


def test_a_tuning_takes_none() -> None:
    check_no_rules({"epochs": "5"})
    with pytest.raises(FieldError, match="no rules for the jobs of a tuning"):
        check_no_rules({"rules": "profiler"})


def test_what_a_rule_finds_is_noted_once_with_its_meaning() -> None:
    once = ruled(a_running_job(), low_gpu=RuleStatus.ISSUES, cpu_bottleneck=RuleStatus.IN_PROGRESS)
    again = with_results(once, once.rule_results)

    assert [notice.sign for notice in again.warned] == [Sign.RULE_LOW_GPU]
    assert "`LowGPUUtilization` has found that the GPU is used little" in again.warned[0].said


def test_other_peoples_rules_and_statuses_of_next_year_are_kept_and_change_nothing() -> None:
    job = with_results(
        a_running_job(), (RuleResult("Theirs", "IssuesFound"), RuleResult("ProfilerReport", "Pondering"))
    )

    assert job.warned == ()
    assert [result.status for result in job.rule_results] == ["IssuesFound", "Pondering"]


def test_a_look_that_tells_nothing_of_rules_forgets_none() -> None:
    job = ruled(a_running_job(), low_gpu=RuleStatus.NO_ISSUES)

    assert with_results(job, ()) == job


@pytest.mark.parametrize(
    ("job", "unsettled"),
    [
        (ruled(a_running_job(), low_gpu=RuleStatus.NO_ISSUES, cpu_bottleneck=RuleStatus.IN_PROGRESS), True),
        (ruled(a_finished_job(), low_gpu=RuleStatus.NO_ISSUES, cpu_bottleneck=RuleStatus.IN_PROGRESS), True),
        (ruled(a_finished_job()), True),
        (ruled(a_finished_job(), low_gpu=RuleStatus.ISSUES, cpu_bottleneck=RuleStatus.ERROR), False),
        (ruled(a_finished_job(phases=(), status=JobStatus.FAILED)), False),
        (a_finished_job(), False),
    ],
    ids=["runs", "ended", "nothing said yet", "all said", "never begun", "none asked for"],
)
def test_rules_are_waited_for_until_all_have_had_their_say(job: Job, unsettled: bool) -> None:
    assert is_unsettled(job, ENDED + timedelta(minutes=1)) == unsettled


def test_rules_are_not_waited_for_longer_than_an_hour() -> None:
    assert not is_unsettled(ruled(a_finished_job()), ENDED + LONGEST_AFTER_END)


def test_a_finding_after_the_end_is_told_by_itself() -> None:
    job = ruled(a_finished_job(), low_gpu=RuleStatus.ISSUES)

    assert milestone(job) == "completed.rule low-gpu"
    assert untold(job, "completed") == (False, job.warned)


def test_a_finding_together_with_the_end_is_told_with_it() -> None:
    job = ruled(a_finished_job(), low_gpu=RuleStatus.ISSUES)

    assert untold(job, "") == (True, job.warned)


def test_a_finding_that_was_told_on_the_way_is_not_told_at_the_end() -> None:
    job = ruled(a_finished_job(), low_gpu=RuleStatus.ISSUES)
    later = with_results(job, results(low_gpu=RuleStatus.ISSUES, cpu_bottleneck=RuleStatus.ISSUES))

    assert untold(job, "rule low-gpu") == (True, ())
    assert untold(later, milestone(job)) == (False, later.warned[1:])


@pytest.mark.parametrize(
    "reason",
    [
        "AWS refused. Amazon SageMaker Debugger is no longer available to new customers.",
        "AWS denies it. AccessDeniedException: not authorized to perform sagemaker:CreateTrainingJob",
        "ValidationException: something with rules",
    ],
)
def test_a_job_that_aws_refused_with_rules_is_offered_without(reason: str) -> None:
    failed = a_finished_job(status=JobStatus.FAILED, phases=(), failure_reason=reason, rules=("low-gpu",))
    correction = corrected(failed, a_data_set(), lambda _: 0.7)

    assert correction
    assert correction.change == {"rules": "none"}
    assert requested(correction.words, ALGORITHM) == ()


def test_a_job_that_failed_while_it_ran_keeps_its_rules_when_it_is_corrected() -> None:
    failed = a_finished_job(status=JobStatus.FAILED, failure_reason="CUDA error: out of memory", rules=("low-gpu",))
    correction = corrected(failed, a_data_set(), lambda _: 0.7)

    assert correction
    assert correction.words["rules"] == "low-gpu"


def test_the_closing_of_rules_is_explained() -> None:
    told = explained("ValidationException: Amazon SageMaker Debugger is no longer available to new customers.")

    assert told.short == "AWS takes no rules from this account"


def test_the_rules_are_awss_own() -> None:
    # Read and not imported: its strings hold escapes that Python no longer takes without a warning.
    path = importlib.metadata.distribution("smdebug_rulesconfig").locate_file(
        "smdebug_rulesconfig/profiler_rules/rules.py"
    )
    known = set(re.findall(r"class (\w+)\(ProfilerRuleBase\)", Path(str(path)).read_text()))

    assert BY_NAME.keys() <= known
