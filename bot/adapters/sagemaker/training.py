"""Training jobs on SageMaker: start, stop, look, and read the log."""

import logging
from collections.abc import Mapping
from datetime import datetime

from bot.adapters.sagemaker.clients import AwsClients
from bot.adapters.sagemaker.code_folder import code_address, upload_code
from bot.adapters.sagemaker.errors import aws_errors
from bot.adapters.sagemaker.image import Use, recipe_image
from bot.adapters.sagemaker.job_log import lines_after
from bot.adapters.sagemaker.requests import JOBS_FOLDER, training_request
from bot.adapters.sagemaker.resources import TRAINING_JOB, described, ours_or_raise
from bot.adapters.sagemaker.rule_requests import rules_request
from bot.adapters.sagemaker.snapshots import training_change, training_snapshot
from bot.domain.changes import Change
from bot.domain.datasets import DataSet
from bot.domain.jobs import Job, JobStatus, Snapshot
from bot.errors import BusyError, GoneError, PlatformError, TakenError

# https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListTrainingJobs.html has no order by change.
LISTED_AT_ONCE = 100
log = logging.getLogger(__name__)


class SageMakerTraining:
    """The port TrainingPlatform on AWS."""

    def __init__(self, clients: AwsClients, role_arn: str, bucket: str, region: str) -> None:
        self._clients = clients
        self._role_arn = role_arn
        self._bucket = bucket
        self._region = region

    def start(self, job: Job, data_set: DataSet) -> None:
        image = recipe_image(job.made_by, Use.TRAINING, self._region, job.compute.instance_type)
        code = code_address(self._bucket)
        request = training_request(job, data_set, image, self._role_arn, self._bucket, code)
        request |= rules_request(job, self._region, self._bucket)
        if job.made_by.program:
            upload_code(self._clients.s3, self._bucket)
        self._keep_names(job)
        try:
            with aws_errors("start", TRAINING_JOB.called(job.name)):
                self._clients.sagemaker.create_training_job(**request)
        except TakenError as taken:
            ours_or_raise(self._clients.sagemaker, TRAINING_JOB, job.name, job.id, taken)
        except GoneError as error:
            # What AWS does not know here is something that the request names, not the job.
            what = f"AWS refused to start {TRAINING_JOB.called(job.name)}."
            raise PlatformError(what, error.why, code=error.code) from error
        log.info("training_job_started id=%s job=%s", job.id, job.name)

    def _keep_names(self, job: Job) -> None:
        """Put the classes' names beside the artifact, which does not hold them; a job does not depend on it."""
        body = "".join(f"{' '.join(name.split())}\n" for name in job.classes).encode("utf-8", "replace")
        key = f"{JOBS_FOLDER}{job.name}/classes.txt"
        try:
            with aws_errors("write", f"the names of the classes to `s3://{self._bucket}/{key}`"):
                self._clients.s3.put_object(
                    Bucket=self._bucket, Key=key, Body=body, ContentType="text/plain; charset=utf-8"
                )
        except BusyError:
            raise
        except PlatformError as error:
            log.warning("class_names_not_written id=%s job=%s code=%s", job.id, job.name, error.code)

    def stop(self, name: str) -> None:
        try:
            with aws_errors("stop", TRAINING_JOB.called(name)):
                self._clients.sagemaker.stop_training_job(TrainingJobName=name)
        except (BusyError, GoneError):
            raise
        except PlatformError:
            # AWS refuses to stop what has ended; its state tells that more surely than the words of the refusal.
            if self.observe(name).status == JobStatus.RUNNING:
                raise

    def observe(self, name: str) -> Snapshot:
        return training_snapshot(described(self._clients.sagemaker, TRAINING_JOB, name))

    def changed_since(self, moment: datetime) -> list[Change]:
        """By creation, so that jobs which begin meanwhile come on the last page and push none off theirs."""
        with aws_errors("list", "the training jobs"):
            pages = self._clients.sagemaker.get_paginator("list_training_jobs").paginate(
                LastModifiedTimeAfter=moment, SortBy="CreationTime", SortOrder="Ascending", MaxResults=LISTED_AT_ONCE
            )
            return [training_change(one) for page in pages for one in page["TrainingJobSummaries"]]

    def log_lines(self, name: str, position: Mapping[str, str]) -> tuple[list[str], dict[str, str]]:
        return lines_after(self._clients.logs, name, position)
