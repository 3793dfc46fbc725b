"""Whether a tuning job goes on, waits for its last jobs or breaks off, and how it then ends; decided purely."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sandbox.sagemaker.job_record import Status
from sandbox.sagemaker.tuning_record import Objective, Outcome, TuningJob, TuningStatus
from sandbox.sagemaker.tuning_rules import most_jobs

# As tuning jobs on AWS were seen to fail: "No training job succeeded after 5 attempts."
ATTEMPTS = 5
# https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_BestObjectiveNotImproving.html
IMPROVEMENT = 0.01

_NO_SUCCESS = (
    f"No training job succeeded after {ATTEMPTS} attempts. "
    "Please take a look at the training job failures to get more details."
)
_ALL_FAILED = "All training jobs failed. Please take a look at the training job failures to get more details."
_NO_METRIC = (
    "No objective metrics found after running {count} training jobs. Please ensure that the custom algorithm is "
    "emitting the objective metric as defined by the regular expression provided."
)


class Course(StrEnum):
    """What a tuning job does next."""

    GO_ON = "go on"
    WAIT = "wait for the last jobs"
    BREAK_OFF = "stop the jobs that run"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What to do next, and how the tuning job ends once no training job runs any more."""

    course: Course
    status: TuningStatus
    failure: str | None = None


def verdict(tuning: TuningJob, outcomes: Sequence[Outcome], now: float, *, exhausted: bool) -> Verdict:
    """`exhausted`: the search has nothing left to try."""
    if tuning.status is TuningStatus.STOPPING:
        return Verdict(Course.BREAK_OFF, TuningStatus.STOPPED)
    if failure := _hopeless(outcomes):
        return Verdict(Course.BREAK_OFF, TuningStatus.FAILED, failure)
    if any(_criteria_met(tuning, outcomes, now)):
        return Verdict(Course.BREAK_OFF, TuningStatus.COMPLETED)
    if not exhausted and len(outcomes) < most_jobs(tuning.request):
        return Verdict(Course.GO_ON, TuningStatus.COMPLETED)
    if failure := _fruitless(outcomes):
        return Verdict(Course.WAIT, TuningStatus.FAILED, failure)
    return Verdict(Course.WAIT, TuningStatus.COMPLETED)


def jobs_not_improving(objective: Objective, outcomes: Sequence[Outcome]) -> int:
    """How many of the latest jobs did not better the best before them by 1 %."""
    judged = sorted((one for one in outcomes if one.value is not None), key=lambda one: one.job.ended or 0)
    scores = [objective.score(one.value) for one in judged if one.value is not None]
    bests = itertools.accumulate(scores, max)
    worse = [score < best + IMPROVEMENT * abs(best) for score, best in zip(scores[1:], bests, strict=False)]
    return len(list(itertools.takewhile(bool, reversed(worse))))


def _hopeless(outcomes: Sequence[Outcome]) -> str | None:
    over = [one for one in outcomes if one.over]
    if len(over) >= ATTEMPTS and all(one.job.status is Status.FAILED for one in over):
        return _NO_SUCCESS
    completed = [one for one in over if one.job.status is Status.COMPLETED]
    if len(completed) >= ATTEMPTS and not any(one.curve for one in outcomes):
        return _NO_METRIC.format(count=len(completed))
    return None


def _fruitless(outcomes: Sequence[Outcome]) -> str | None:
    """Why a tuning job whose jobs are all over found nothing; nothing is said while one runs."""
    if any(one.value is not None or not one.over for one in outcomes):
        return None
    if all(one.job.status is Status.FAILED for one in outcomes):
        return _ALL_FAILED
    completed = sum(one.job.status is Status.COMPLETED for one in outcomes)
    return _NO_METRIC.format(count=completed) if completed else None


def _criteria_met(tuning: TuningJob, outcomes: Sequence[Outcome], now: float) -> Iterator[bool]:
    """https://docs.aws.amazon.com/sagemaker/latest/dg/automatic-model-tuning-progress.html"""
    criteria: dict[str, Any] = tuning.config.get("TuningJobCompletionCriteria", {})
    yield now - tuning.created > tuning.config["ResourceLimits"].get("MaxRuntimeInSeconds", float("inf"))
    if (target := criteria.get("TargetObjectiveMetricValue")) is not None:
        wanted = tuning.objective.score(target)
        yield any(tuning.objective.score(one.value) >= wanted for one in outcomes if one.value is not None)
    if most := criteria.get("BestObjectiveNotImproving", {}).get("MaxNumberOfTrainingJobsNotImproving"):
        yield jobs_not_improving(tuning.objective, outcomes) >= most
