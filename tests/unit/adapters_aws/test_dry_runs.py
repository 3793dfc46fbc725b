"""A dry run tells what AWS would get."""

from botocore.stub import Stubber

from bot.adapters.sagemaker.clients import AwsClients
from bot.adapters.sagemaker.code_folder import code_files, code_key
from bot.adapters.sagemaker.dry_runs import SageMakerDryRuns
from bot.adapters.sagemaker.training import SageMakerTraining
from bot.adapters.sagemaker.tuning import SageMakerTuning
from bot.domain.recipes import RecipeName
from tests.builders import a_data_set, a_tuning
from tests.unit.adapters_aws.builders import BUCKET, PETS, ROLE, a_job

BUILT = "before-parameter-build"


def test_a_dry_run_tells_exactly_what_a_start_sends(clients: AwsClients) -> None:
    told = SageMakerDryRuns(ROLE, BUCKET, "us-east-1").of(a_job(), PETS)

    with Stubber(clients.sagemaker) as sagemaker, Stubber(clients.s3) as s3:
        s3.add_response("put_object", {})
        arn = "arn:aws:sagemaker:us-east-1:123456789012:training-job/pets-1f2e3d"
        sagemaker.add_response("create_training_job", {"TrainingJobArn": arn}, dict(told.request))
        SageMakerTraining(clients, ROLE, BUCKET, "us-east-1").start(a_job(), PETS)
        sagemaker.assert_no_pending_responses()
    assert told.region == "us-east-1"


def test_a_dry_run_of_a_tuning_tells_exactly_what_a_start_sends(clients: AwsClients) -> None:
    told = SageMakerDryRuns(ROLE, BUCKET, "us-east-1").of(a_tuning(), a_data_set())

    with Stubber(clients.sagemaker) as sagemaker:
        arn = f"arn:aws:sagemaker:us-east-1:123456789012:hyper-parameter-tuning-job/{told.name}"
        answer = {"HyperParameterTuningJobArn": arn}
        sagemaker.add_response("create_hyper_parameter_tuning_job", answer, dict(told.request))
        SageMakerTuning(clients, ROLE, BUCKET, "us-east-1").start(a_tuning(), a_data_set())
        sagemaker.assert_no_pending_responses()
    assert told.command.startswith("aws sagemaker create-hyper-parameter-tuning-job --region us-east-1")


def test_a_dry_run_of_a_script_names_its_code_and_a_start_has_it_there_first(clients: AwsClients) -> None:
    job = a_job(recipe=RecipeName.FROZEN_BACKBONE)
    told = SageMakerDryRuns(ROLE, BUCKET, "us-east-1").of(job, PETS)

    prefix, calls = code_key(code_files()), []
    clients.s3.meta.events.register(BUILT, lambda model, **_: calls.append(model.name), "calls")
    clients.sagemaker.meta.events.register(BUILT, lambda model, **_: calls.append(model.name), "calls")
    with Stubber(clients.sagemaker) as sagemaker, Stubber(clients.s3) as s3:
        s3.add_response("list_objects_v2", {"Contents": [{"Key": prefix + name} for name in [*code_files()][1:]]})
        s3.add_response("put_object", {})
        s3.add_response("put_object", {})
        arn = "arn:aws:sagemaker:us-east-1:123456789012:training-job/pets-1f2e3d"
        sagemaker.add_response("create_training_job", {"TrainingJobArn": arn}, dict(told.request))
        SageMakerTraining(clients, ROLE, BUCKET, "us-east-1").start(job, PETS)
    clients.s3.meta.events.unregister(BUILT, unique_id="calls")
    clients.sagemaker.meta.events.unregister(BUILT, unique_id="calls")

    assert told.request["InputDataConfig"][-1]["DataSource"]["S3DataSource"]["S3Uri"] == f"s3://{BUCKET}/{prefix}"
    assert calls == ["ListObjectsV2", "PutObject", "PutObject", "CreateTrainingJob"]
