"""The request for a training job as it would be sent, without sending it."""

from bot.adapters.sagemaker.image import algorithm_image
from bot.adapters.sagemaker.requests import training_request
from bot.domain.datasets import DataSet
from bot.domain.dry_runs import DryRun
from bot.domain.jobs import Job


class SageMakerDryRuns:
    """The port DryRuns on AWS; it needs no credentials, for nothing is asked of AWS."""

    def __init__(self, role_arn: str, bucket: str, region: str) -> None:
        self._role_arn = role_arn
        self._bucket = bucket
        self._region = region

    def of(self, job: Job, data_set: DataSet) -> DryRun:
        image = algorithm_image(self._region)
        return DryRun(job, self._region, training_request(job, data_set, image, self._role_arn, self._bucket))
