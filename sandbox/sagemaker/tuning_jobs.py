"""SageMaker's operations on tuning jobs: create, describe, list, list their training jobs, stop, delete."""

import logging
import operator
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sandbox.sagemaker.arns import Arns
from sandbox.sagemaker.errors import AwsError, invalid
from sandbox.sagemaker.event_bridge import EventBridge, Kind
from sandbox.sagemaker.listing import page
from sandbox.sagemaker.tags import Tags
from sandbox.sagemaker.training_jobs import TrainingJobs
from sandbox.sagemaker.training_rules import objections
from sandbox.sagemaker.tuning_course import jobs_not_improving
from sandbox.sagemaker.tuning_ranges import ranges_of
from sandbox.sagemaker.tuning_record import (
    OBJECTIVE_HYPERPARAMETER,
    OVER,
    Outcome,
    TuningJob,
    TuningStatus,
    best_of,
    child_summary,
    described_tuning,
    listed_child,
    listed_tuning,
    outcomes_of,
)
from sandbox.sagemaker.tuning_rules import MOST_JOBS, MOST_RANDOM_JOBS, most_jobs, tuning_objections
from sandbox.sagemaker.tuning_run import Change, Surroundings, TuningRun, child_request
from sandbox.sagemaker.tuning_search import Strategy, Trial
from sandbox.sagemaker.tuning_warm_start import is_identical, known_trials, parent_names, warm_start_objections

logger = logging.getLogger(__name__)

# The quota that accounts begin with: https://docs.aws.amazon.com/sagemaker/latest/dg/automatic-model-tuning-limits.html
MOST_PARALLEL_JOBS = 10


class TuningJobs:
    """All tuning jobs since the start."""

    def __init__(
        self, arns: Arns, tags: Tags, training: TrainingJobs, events: EventBridge, closing: threading.Event
    ) -> None:
        self._arns = arns
        self._tags = tags
        self._training = training
        self._events = events
        self._closing = closing
        self._jobs: dict[str, TuningJob] = {}
        self._runs: dict[str, TuningRun] = {}
        self._lock = threading.Lock()

    def operations(self) -> dict[str, Any]:
        return {
            "CreateHyperParameterTuningJob": self.create,
            "DescribeHyperParameterTuningJob": self.describe,
            "ListHyperParameterTuningJobs": self.list,
            "ListTrainingJobsForHyperParameterTuningJob": self.list_training_jobs,
            "StopHyperParameterTuningJob": self.stop,
            "DeleteHyperParameterTuningJob": self.delete,
        }

    def create(self, params: dict[str, Any]) -> dict[str, Any]:
        for objection in tuning_objections(params):
            raise invalid(objection)
        parents = self._parents(params)
        for objection in warm_start_objections(params, parents):
            raise invalid(objection)
        inherited = self._tried_by(parents, params)
        _refuse_over_quota(params, len(inherited))
        name = params["HyperParameterTuningJobName"]
        tuning = _submitted(params, self._arns.of("hyper-parameter-tuning-job", name), time.time())
        for objection in objections(child_request(tuning, name, {}, [])):
            raise invalid(objection)
        run = TuningRun(tuning, params.get("Tags", []), inherited, self._surroundings(name))
        self._keep(tuning, run, params)
        logger.info("tuning_job_created tuning=%s", name)
        self._tell(tuning)
        run.start()
        return {"HyperParameterTuningJobArn": tuning.arn}

    def describe(self, params: dict[str, Any]) -> dict[str, Any]:
        tuning = self._found(params)
        outcomes = self._outcomes(tuning)
        told = described_tuning(tuning, outcomes, time.time())
        if "TuningJobCompletionCriteria" in tuning.config:
            count = jobs_not_improving(tuning.objective, outcomes)
            told["TuningJobCompletionDetails"] = {"NumberOfTrainingJobsObjectiveNotImproving": count}
        if is_identical(tuning.request) and (best := self._overall_best(tuning)):
            told["OverallBestTrainingJob"] = best
        return told

    def list(self, params: dict[str, Any]) -> dict[str, Any]:
        with self._lock:
            jobs = list(self._jobs.values())
        rows = (listed_tuning(one, self._outcomes(one)) for one in jobs)
        return page(rows, params, "HyperParameterTuningJobSummaries", descending=False, order="Name")

    def list_training_jobs(self, params: dict[str, Any]) -> dict[str, Any]:
        tuning = self._found(params)
        rows = (listed_child(tuning, one) for one in self._outcomes(tuning))
        return page(rows, params, "TrainingJobSummaries", descending=False, order="Name")

    def stop(self, params: dict[str, Any]) -> dict[str, Any]:
        name = self._found(params).name
        with self._lock:
            tuning = self._jobs[name]
            if tuning.status in OVER:
                raise invalid(_NOT_NOW.format(status=tuning.status))
            if tuning.status is not TuningStatus.STOPPING:
                self._jobs[name] = replace(tuning, status=TuningStatus.STOPPING, modified=time.time())
        self._tell(self._jobs[name])
        return {}

    def delete(self, params: dict[str, Any]) -> dict[str, Any]:
        """Forgets the entry; the training jobs stay, as AWS says."""
        tuning = self._found(params)
        with self._lock:
            if self._jobs[tuning.name].status not in OVER:
                raise invalid(_NOT_NOW.format(status=tuning.status))
            del self._jobs[tuning.name], self._runs[tuning.name]
        self._tags.drop(tuning.arn)
        return {}

    def close(self, seconds: float) -> None:
        """Waits for the threads, which end when the whole local AWS does; what they launched is not theirs to stop."""
        with self._lock:
            runs = list(self._runs.values())
        for run in runs:
            run.join(seconds)

    def _keep(self, tuning: TuningJob, run: TuningRun, params: dict[str, Any]) -> None:
        with self._lock:
            # "The name is not case sensitive", says the API's description.
            if tuning.name.lower() in {name.lower() for name in self._jobs}:
                raise AwsError("ResourceInUse", _TAKEN.format(arn=tuning.arn))
            self._tags.attach(tuning.arn, params)
            self._jobs[tuning.name] = tuning
            self._runs[tuning.name] = run

    def _found(self, params: dict[str, Any]) -> TuningJob:
        name = params["HyperParameterTuningJobName"]
        tuning = self._jobs.get(name)
        if tuning is None:
            raise AwsError(
                "ResourceNotFound", f"Amazon SageMaker can't find a tuning job called {name}. Type another name."
            )
        return tuning

    def _outcomes(self, tuning: TuningJob) -> Sequence[Outcome]:
        return outcomes_of(tuning, self._training.job)

    def _parents(self, params: dict[str, Any]) -> Sequence[TuningJob]:
        with self._lock:
            return [self._jobs[name] for name in parent_names(params) if name in self._jobs]

    def _tried_by(self, parents: Sequence[TuningJob], params: dict[str, Any]) -> Sequence[Trial]:
        ranges = ranges_of(params)
        return [trial for one in parents for trial in known_trials(one, self._outcomes(one), ranges)]

    def _overall_best(self, tuning: TuningJob) -> dict[str, Any] | None:
        family = (tuning, *self._parents(tuning.request))
        bests = [(member, best_of(tuning.objective, self._outcomes(member))) for member in family]
        judged = [
            (tuning.objective.score(one.value), member, one) for member, one in bests if one and one.value is not None
        ]
        if not judged:
            return None
        _, owner, best = max(judged, key=operator.itemgetter(0))
        return child_summary(owner, best) | {"TuningJobName": owner.name}

    def _surroundings(self, name: str) -> Surroundings:
        return Surroundings(self._training, lambda change: self._change(name, change), self._closing)

    def _change(self, name: str, change: Change) -> TuningJob:
        with self._lock:
            before = self._jobs[name]
            after = self._jobs[name] = change(before)
        if before.status != after.status:
            self._tell(after)
        return after

    def _tell(self, tuning: TuningJob) -> None:
        told = described_tuning(tuning, self._outcomes(tuning), time.time())
        self._events.tell(Kind.TUNING_JOB, tuning.arn, told, self._tags.of(tuning.arn))


_NOT_NOW = "The request was rejected because the hyperparameter tuning job is in status {status}."
_TAKEN = (
    "Hyperparameter tuning job names must be unique within an AWS account and region, "
    "and a hyperparameter tuning job with this name already exists ({arn})"
)
_OVER_QUOTA = (
    "The account-level service limit '{limit}' is {quota}, with current utilization of 0 and a request delta of "
    "{asked}. Please contact AWS support to request an increase for this limit."
)


def _refuse_over_quota(params: dict[str, Any], inherited: int) -> None:
    config = params["HyperParameterTuningJobConfig"]
    quota = MOST_RANDOM_JOBS if config["Strategy"] == Strategy.RANDOM else MOST_JOBS
    told = config["Strategy"] == Strategy.GRID or "MaxNumberOfTrainingJobs" in config["ResourceLimits"]
    asked = most_jobs(params) if told else 0
    parallel = config["ResourceLimits"]["MaxParallelTrainingJobs"]
    for limit, most, wanted in (
        ("Maximum number of training jobs per hyperparameter tuning job", quota, asked + inherited),
        ("Maximum number of parallel training jobs per hyperparameter tuning job", MOST_PARALLEL_JOBS, parallel),
    ):
        if wanted > most:
            raise AwsError("ResourceLimitExceeded", _OVER_QUOTA.format(limit=limit, quota=most, asked=wanted))


def _submitted(params: dict[str, Any], arn: str, now: float) -> TuningJob:
    """The tuning job of a request, with what AWS fills in where it is left out."""
    kept = {name: value for name, value in params.items() if name != "Tags"}
    config, definition = kept["HyperParameterTuningJobConfig"], kept["TrainingJobDefinition"]
    objective = {OBJECTIVE_HYPERPARAMETER: config["HyperParameterTuningJobObjective"]["MetricName"]}
    static = definition.get("StaticHyperParameters", {}) | objective
    scaled = {kind: [_SCALED[kind] | one for one in given] for kind, given in config["ParameterRanges"].items()}
    kept["HyperParameterTuningJobConfig"] = (
        {"TrainingJobEarlyStoppingType": "Off"} | config | {"ParameterRanges": scaled}
    )
    kept["TrainingJobDefinition"] = _OFF | definition | {"StaticHyperParameters": static}
    return TuningJob(params["HyperParameterTuningJobName"], arn, kept, now, now)


_SCALED: dict[str, dict[str, str]] = {
    "ContinuousParameterRanges": {"ScalingType": "Auto"},
    "IntegerParameterRanges": {"ScalingType": "Auto"},
    "CategoricalParameterRanges": {},
}
_OFF = dict.fromkeys(
    ("EnableNetworkIsolation", "EnableInterContainerTrafficEncryption", "EnableManagedSpotTraining"), False
)
