"""Tuning jobs on SageMaker: start, stop, look."""

import logging
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from bot.adapters.sagemaker.clients import AwsClients
from bot.adapters.sagemaker.code_folder import code_address, upload_code
from bot.adapters.sagemaker.errors import aws_errors
from bot.adapters.sagemaker.image import Use, recipe_image
from bot.adapters.sagemaker.resources import ResourceKind, described, ours_or_raise
from bot.adapters.sagemaker.tuning_requests import tuning_request
from bot.adapters.sagemaker.tuning_snapshots import counters, tuning_change, tuning_snapshot, tuning_status
from bot.domain.changes import TuningChange
from bot.domain.datasets import DataSet
from bot.domain.jobs import ACTIVE
from bot.domain.tunings import Tuning, TuningSnapshot, TuningStatus
from bot.errors import BusyError, GoneError, PlatformError, TakenError

TUNING_JOB = ResourceKind("tuning job", "hyper_parameter_tuning_job", "HyperParameterTuningJob")
_PAGE = 100
log = logging.getLogger(__name__)


class SageMakerTuning:
    """The port TuningPlatform on AWS."""

    def __init__(self, clients: AwsClients, role_arn: str, bucket: str, region: str) -> None:
        self._clients = clients
        self._role_arn = role_arn
        self._bucket = bucket
        self._region = region

    def start(self, tuning: Tuning, data_set: DataSet) -> None:
        image = recipe_image(tuning.made_by, Use.TRAINING, self._region, tuning.compute.instance_type)
        code = code_address(self._bucket)
        request = tuning_request(tuning, data_set, image, self._role_arn, self._bucket, code)
        if tuning.made_by.program:
            upload_code(self._clients.s3, self._bucket)
        try:
            with aws_errors("start", TUNING_JOB.called(tuning.name)):
                self._clients.sagemaker.create_hyper_parameter_tuning_job(**request)
        except TakenError as taken:
            ours_or_raise(self._clients.sagemaker, TUNING_JOB, tuning.name, tuning.id, taken)
        except GoneError as error:
            # What AWS does not know here is something that the request names (a parent, say), not the tuning.
            what = f"AWS refused to start {TUNING_JOB.called(tuning.name)}."
            raise PlatformError(what, error.why, code=error.code) from error
        log.info("tuning_job_started id=%s tuning=%s", tuning.id, tuning.name)

    def stop(self, name: str) -> None:
        try:
            with aws_errors("stop", TUNING_JOB.called(name)):
                self._clients.sagemaker.stop_hyper_parameter_tuning_job(HyperParameterTuningJobName=name)
        except (BusyError, GoneError):
            raise
        except PlatformError:
            # AWS refuses to stop what has ended; its state tells that more surely than the words of the refusal.
            if tuning_status(described(self._clients.sagemaker, TUNING_JOB, name)) == TuningStatus.RUNNING:
                raise

    def observe(self, tuning: Tuning) -> TuningSnapshot:
        told = described(self._clients.sagemaker, TUNING_JOB, tuning.name)
        if _same(tuning, told):
            return tuning_snapshot(told)
        # What is seen at the end is seen for the last time, so nothing is left out then.
        return tuning_snapshot(told, self._changed(tuning, all_of_them=_ended(told)))

    def changed_since(self, moment: datetime) -> list[TuningChange]:
        """Two lists: whether a tuning's moment moves when one of its jobs changes is nowhere said, so all that run.

        https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListHyperParameterTuningJobs.html
        """
        running = self._listed(StatusEquals="InProgress")
        changed = self._listed(LastModifiedTimeAfter=moment)
        # The second one comes later, and so knows better.
        return list({change.name: change for change in (*running, *changed)}.values())

    def _listed(self, **wanted: Any) -> list[TuningChange]:
        """By creation, so that what begins meanwhile comes on the last page and pushes none off theirs."""
        with aws_errors("list", "the tuning jobs"):
            pages = self._clients.sagemaker.get_paginator("list_hyper_parameter_tuning_jobs").paginate(
                SortBy="CreationTime", SortOrder="Ascending", MaxResults=_PAGE, **wanted
            )
            return [tuning_change(one) for page in pages for one in page["HyperParameterTuningJobSummaries"]]

    def _changed(self, tuning: Tuning, *, all_of_them: bool) -> list[Mapping[str, Any]]:
        """The summaries of the jobs that may have changed: the newest, down to the oldest that is not settled."""
        known = set() if all_of_them else {trial.name for trial in tuning.trials}
        waited_for = {trial.name for trial in tuning.trials if not trial.settled}
        changed: list[Mapping[str, Any]] = []
        for page in self._pages(tuning.name):
            changed += page
            names = {summary["TrainingJobName"] for summary in page}
            waited_for -= names
            if not waited_for and names & known:
                break
        return changed

    def _pages(self, name: str) -> Iterator[list[Mapping[str, Any]]]:
        # https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListTrainingJobsForHyperParameterTuningJob.html
        paginator = self._clients.sagemaker.get_paginator("list_training_jobs_for_hyper_parameter_tuning_job")
        with aws_errors("list the jobs of", TUNING_JOB.called(name)):
            for page in paginator.paginate(
                HyperParameterTuningJobName=name,
                SortBy="CreationTime",
                SortOrder="Descending",
                PaginationConfig={"PageSize": _PAGE},
            ):
                yield page["TrainingJobSummaries"]


def _same(tuning: Tuning, told: Mapping[str, Any]) -> bool:
    """Whether AWS's counters tell that the list would say nothing new; all that runs must have been seen running."""
    if _ended(told) or counters(told) != tuning.counters:
        return False
    return len(tuning.trials) == tuning.counters.begun and all(
        trial.settled or (trial.began_at is not None and trial.ended_at is None) for trial in tuning.trials
    )


def _ended(told: Mapping[str, Any]) -> bool:
    return tuning_status(told) not in ACTIVE
