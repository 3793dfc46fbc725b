"""The request for a training or tuning job as it would be sent, without sending it."""

from bot.adapters.sagemaker.code_folder import code_address
from bot.adapters.sagemaker.image import Use, recipe_image
from bot.adapters.sagemaker.requests import training_request
from bot.adapters.sagemaker.rule_requests import rules_request
from bot.adapters.sagemaker.tuning_requests import tuning_request
from bot.domain.datasets import DataSet
from bot.domain.dry_runs import DryRun
from bot.domain.jobs import Job
from bot.domain.tunings import Tuning


class SageMakerDryRuns:
    """The port DryRuns on AWS; it needs no credentials, for nothing is asked of AWS."""

    def __init__(self, role_arn: str, bucket: str, region: str) -> None:
        self._role_arn = role_arn
        self._bucket = bucket
        self._region = region

    def of(self, subject: Job | Tuning, data_set: DataSet) -> DryRun:
        image = recipe_image(subject.made_by, Use.TRAINING, self._region, subject.compute.instance_type)
        place = image, self._role_arn, self._bucket, code_address(self._bucket)
        match subject:
            case Job():
                request, operation = training_request(subject, data_set, *place), "CreateTrainingJob"
                request |= rules_request(subject, self._region, self._bucket)
            case Tuning():
                request, operation = tuning_request(subject, data_set, *place), "CreateHyperParameterTuningJob"
        return DryRun(subject.name, self._region, request, operation)
