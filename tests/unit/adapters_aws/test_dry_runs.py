"""A dry run tells what AWS would get."""

from botocore.stub import Stubber

from bot.adapters.sagemaker.clients import AwsClients
from bot.adapters.sagemaker.dry_runs import SageMakerDryRuns
from bot.adapters.sagemaker.training import SageMakerTraining
from tests.unit.adapters_aws.builders import BUCKET, PETS, ROLE, a_job


def test_a_dry_run_tells_exactly_what_a_start_sends(clients: AwsClients) -> None:
    told = SageMakerDryRuns(ROLE, BUCKET, "us-east-1").of(a_job(), PETS)

    with Stubber(clients.sagemaker) as sagemaker, Stubber(clients.s3) as s3:
        s3.add_response("put_object", {})
        arn = "arn:aws:sagemaker:us-east-1:123456789012:training-job/pets-1f2e3d"
        sagemaker.add_response("create_training_job", {"TrainingJobArn": arn}, dict(told.request))
        SageMakerTraining(clients, ROLE, BUCKET, "us-east-1").start(a_job(), PETS)
        sagemaker.assert_no_pending_responses()
    assert told.region == "us-east-1"
