"""SageMaker's operations on training jobs: create, describe, stop, list."""

import logging
import threading
import time
from typing import Any

from sandbox.sagemaker.arns import Arns
from sandbox.sagemaker.errors import AwsError, invalid
from sandbox.sagemaker.event_bridge import EventBridge, Kind
from sandbox.sagemaker.job_record import FINAL, Status, TrainingJob, described, listed, submitted
from sandbox.sagemaker.listing import page
from sandbox.sagemaker.profiler_rules import CLOSED, rule_objections
from sandbox.sagemaker.tags import Tags
from sandbox.sagemaker.training_rules import objections
from sandbox.sagemaker.training_run import Change, TrainingRun, Workshop, own_request, stopping

logger = logging.getLogger(__name__)


class TrainingJobs:
    """All training jobs since the start; their names stay taken, as AWS keeps them."""

    def __init__(self, arns: Arns, tags: Tags, workshop: Workshop, events: EventBridge) -> None:
        self._arns = arns
        self._tags = tags
        self._workshop = workshop
        self._events = events
        self._jobs: dict[str, TrainingJob] = {}
        self._runs: dict[str, TrainingRun] = {}
        self._lock = threading.Lock()

    def operations(self) -> dict[str, Any]:
        return {
            "CreateTrainingJob": self.create,
            "DescribeTrainingJob": self.describe,
            "StopTrainingJob": self.stop,
            "ListTrainingJobs": self.list,
        }

    def create(self, params: dict[str, Any]) -> dict[str, Any]:
        return self.launch(params)

    def launch(self, params: dict[str, Any], tuning_arn: str | None = None) -> dict[str, Any]:
        """Starts a job, a tuning job's where its ARN is given."""
        for objection in (*objections(params), *rule_objections(params)):
            raise invalid(objection)
        if params.get("ProfilerRuleConfigurations") and self._workshop.rules_closed():
            raise AwsError("AccessDeniedException", CLOSED)
        name = params["TrainingJobName"]
        arn = self._arns.of("training-job", name)
        job = submitted(own_request(params), arn, time.time(), tuning_arn)
        run = TrainingRun(job, self._workshop, lambda change: self._change(name, change))
        with self._lock:
            if name in self._jobs:
                raise AwsError("ResourceInUse", _TAKEN.format(arn=arn))
            self._tags.attach(arn, params)
            self._jobs[name] = job
            self._runs[name] = run
        logger.info("training_job_created job=%s", name)
        self._tell(job)
        run.start()
        return {"TrainingJobArn": arn}

    def describe(self, params: dict[str, Any]) -> dict[str, Any]:
        return described(self._found(params))

    def stop(self, params: dict[str, Any]) -> dict[str, Any]:
        name = self._found(params).name
        with self._lock:
            job = self._jobs[name]
            if job.status in FINAL:
                raise invalid(f"The request was rejected because the training job is in status {job.status.value}.")
            if job.status is not Status.STOPPING:
                self._jobs[name] = stopping(job, "Stopping the training job")
        self._tell(self._jobs[name])
        self._runs[name].stop()
        return {}

    def list(self, params: dict[str, Any]) -> dict[str, Any]:
        with self._lock:
            jobs = list(self._jobs.values())
        return page(map(listed, jobs), params, "TrainingJobSummaries", descending=False)

    def job(self, name: str) -> TrainingJob:
        """An existing job as it stands."""
        return self._jobs[name]

    def close(self, seconds: float) -> None:
        """Ends every running container and waits for the threads."""
        with self._lock:
            runs = list(self._runs.values())
        for run in runs:
            run.stop()
        for run in runs:
            run.join(seconds)

    def _found(self, params: dict[str, Any]) -> TrainingJob:
        job = self._jobs.get(params["TrainingJobName"])
        if job is None:
            raise invalid("Requested resource not found.")
        return job

    def _change(self, name: str, change: Change) -> TrainingJob:
        with self._lock:
            before = self._jobs[name]
            after = self._jobs[name] = change(before)
        if (before.status, before.secondary) != (after.status, after.secondary):
            self._tell(after)
        return after

    def _tell(self, job: TrainingJob) -> None:
        self._events.tell(Kind.TRAINING_JOB, job.arn, described(job), self._tags.of(job.arn))


_TAKEN = (
    "Training job names must be unique within an AWS account and region, "
    "and a training job with this name already exists ({arn})"
)
