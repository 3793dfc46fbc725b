"""Jobs as the requests that SageMaker takes; pure, so that each can be held against AWS's own model."""

from typing import Any

from bot.adapters.sagemaker.code_folder import PROGRAM
from bot.adapters.sagemaker.tagging import DATA_SET_TAG, ID_TAG, OWNER_TAG, tags
from bot.domain.datasets import DataSet, Format
from bot.domain.jobs import Compute, Job
from bot.domain.recipes import Recipe

JOBS_FOLDER, CHECKPOINTS_FOLDER = "jobs/", "checkpoints/"

# Images as files need the lists beside them, each in an input channel of its own.
# https://docs.aws.amazon.com/sagemaker/latest/dg/image-classification.html#IC-inputoutput
INPUT_CHANNELS = {
    Format.REC: ("train", "validation"),
    Format.LST: ("train", "validation", "train_lst", "validation_lst"),
    Format.MANIFEST: ("train", "validation"),
}
RECORD_IO, IMAGES, MODEL = "application/x-recordio", "application/x-image", "application/x-sagemaker-model"
_SHUFFLE_SEED = 1
_WITH_DISKS = ("g4dn", "g5", "g6", "p3dn", "p4d", "p4de", "p5")

CODE_PATH = "/opt/ml/input/data/code"

Request = dict[str, Any]


def training_request(job: Job, data_set: DataSet, image: str, role_arn: str, bucket: str, code: str = "") -> Request:
    """CreateTrainingJob: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTrainingJob.html

    `code` is the address of the folder with the recipe's script, for recipes that have one.
    """
    mode = _input_mode(job, data_set)
    return {
        "TrainingJobName": job.name,
        "AlgorithmSpecification": {"TrainingImage": image, "TrainingInputMode": mode, **_script(job.made_by)},
        "RoleArn": role_arn,
        "HyperParameters": {name: str(value) for name, value in job.hyperparameters.items()},
        "InputDataConfig": [*_input_channels(job, data_set), *_code_channels(job, code)],
        "OutputDataConfig": _output(job.compute, bucket),
        "ResourceConfig": _resources(job.compute),
        "StoppingCondition": {"MaxRuntimeInSeconds": job.compute.max_run_seconds, **_longest_wait(job.compute)},
        "EnableNetworkIsolation": job.compute.isolated,
        **_network(job.compute),
        **_spot(job, bucket),
        "Tags": tags({ID_TAG: job.id, OWNER_TAG: job.requested_by, DATA_SET_TAG: job.data_set}),
    }


def _script(recipe: Recipe) -> Request:
    """How a script of ours is run and what it reports; the algorithm brings both along, and takes neither.

    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_AlgorithmSpecification.html
    """
    if not recipe.program:
        return {}
    return {
        "ContainerEntrypoint": ["python3", f"{CODE_PATH}/{PROGRAM}"],
        "ContainerArguments": [recipe.program],
        "MetricDefinitions": [{"Name": name, "Regex": regex} for name, regex in recipe.metrics.items()],
        "EnableSageMakerMetricsTimeSeries": True,
    }


def _output(compute: Compute, bucket: str) -> Request:
    key = {"KmsKeyId": compute.kms_key} if compute.kms_key else {}
    return {"S3OutputPath": compute.output or f"s3://{bucket}/{JOBS_FOLDER}", **key}


def _resources(compute: Compute) -> Request:
    resources: Request = {
        "InstanceType": compute.instance_type,
        "InstanceCount": compute.instance_count,
        "VolumeSizeInGB": compute.volume_gb,
    }
    # Instances with disks of their own encrypt these by themselves, and AWS refuses a key for them.
    # https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ResourceConfig.html
    encrypts_itself = compute.instance_type.split(".")[1] in _WITH_DISKS
    return resources | ({"VolumeKmsKeyId": compute.kms_key} if compute.kms_key and not encrypts_itself else {})


def _network(compute: Compute) -> Request:
    if not compute.subnets:
        return {}
    return {"VpcConfig": {"SecurityGroupIds": list(compute.security_groups), "Subnets": list(compute.subnets)}}


def _longest_wait(compute: Compute) -> Request:
    """Waiting costs nothing, and the time includes that of running."""
    if not compute.spot:
        return {}
    return {"MaxWaitTimeInSeconds": compute.max_wait_seconds or 2 * compute.max_run_seconds}


def _spot(job: Job, bucket: str) -> Request:
    """The algorithm goes on from its checkpoints when an instance was taken away.

    https://docs.aws.amazon.com/sagemaker/latest/dg/model-managed-spot-training.html
    """
    if not job.compute.spot:
        return {}
    checkpoints = {"S3Uri": f"s3://{bucket}/{CHECKPOINTS_FOLDER}{job.name}/"}
    return {"EnableManagedSpotTraining": True, "CheckpointConfig": checkpoints}


def _input_mode(job: Job, data_set: DataSet) -> str:
    """A job of before the formats does not say."""
    return job.compute.input_mode or ("Pipe" if data_set.format == Format.MANIFEST else "File")


def _input_channels(job: Job, data_set: DataSet) -> list[Request]:
    mode = _input_mode(job, data_set)
    channels = [_input_channel(name, data_set, mode) for name in INPUT_CHANNELS[data_set.format]]
    if not job.continues:
        return channels
    # The whole key is a prefix that only this object has. It is a file, whatever the images come as.
    # https://docs.aws.amazon.com/sagemaker/latest/dg/incremental-training.html
    return [*channels, _channel("model", _whole_prefix(job.initial_model), MODEL, "File")]


def _code_channels(job: Job, code: str) -> list[Request]:
    """The script, and the state dict that people brought along."""
    addresses = {"code": code if job.made_by.program else "", "weights": job.weights}
    return [
        {"ChannelName": name, "DataSource": {"S3DataSource": _whole_prefix(address)}, "InputMode": "File"}
        for name, address in addresses.items()
        if address
    ]


def _whole_prefix(address: str) -> Request:
    return {"S3DataType": "S3Prefix", "S3Uri": address, "S3DataDistributionType": "FullyReplicated"}


def _input_channel(name: str, data_set: DataSet, mode: str) -> Request:
    # With the slash at its end, for S3 prefixes are plain text: "…/train" would bring "…/train_lst/" along.
    address = data_set.locations.get(name) or f"{data_set.s3_prefix.rstrip('/')}/{name}/"
    source = _whole_prefix(address)
    match data_set.format:
        case Format.LST:
            return _channel(name, source, IMAGES, mode)
        case Format.REC:
            return _channel(name, source, RECORD_IO, mode)
        case Format.MANIFEST:
            return _manifest_channel(name, source, data_set, mode)


def _manifest_channel(name: str, source: Request, data_set: DataSet, mode: str) -> Request:
    """The image first and its label second: the algorithm takes the records in this order, and only so wrapped.

    https://docs.aws.amazon.com/sagemaker/latest/dg/image-classification.html#IC-augmented-manifest-training
    """
    attributes = ["source-ref", data_set.label_attribute]
    manifest = source | {"S3DataType": "AugmentedManifestFile", "AttributeNames": attributes}
    content_type = f"{RECORD_IO}; label-format=class-id" if data_set.class_ids else RECORD_IO
    shuffled = {"ShuffleConfig": {"Seed": _SHUFFLE_SEED}} if name == "train" else {}
    return _channel(name, manifest, content_type, mode) | {"RecordWrapperType": "RecordIO"} | shuffled


def _channel(name: str, source: Request, content_type: str, mode: str) -> Request:
    return {
        "ChannelName": name,
        "DataSource": {"S3DataSource": source},
        "ContentType": content_type,
        "InputMode": mode,
    }
