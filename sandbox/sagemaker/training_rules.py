"""What SageMaker refuses of a training job although each member of the request by itself is fine."""

from collections.abc import Iterator
from typing import Any

from sandbox.sagemaker.channel_source import AUGMENTED_MANIFEST, Channel, channels_of


def objections(params: dict[str, Any]) -> list[str]:
    """What AWS refuses although each member by itself is fine."""
    algorithm = params.get("AlgorithmSpecification", {})
    found = []
    if ("TrainingImage" in algorithm) == ("AlgorithmName" in algorithm):
        found.append("You must specify either an algorithm name or a training image, but not both.")
    if "ResourceConfig" not in params:
        found.append("ResourceConfig is required for this training job.")
    channels = [channel["ChannelName"] for channel in params.get("InputDataConfig", [])]
    if len(set(channels)) != len(channels):
        found.append("Channel names in InputDataConfig must be unique.")
    for channel in channels_of(params):
        found.extend(_channel_objections(channel))
    return found + _spot_objections(params)


def _channel_objections(channel: Channel) -> Iterator[str]:
    """What the API's description of Channel and S3DataSource rules out.

    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_Channel.html; that AWS refuses it at once, and in
    which words, is not documented.
    """
    where = f"for the channel {channel.name}"
    manifest = channel.kind == AUGMENTED_MANIFEST
    if manifest and not channel.piped:
        yield f"S3DataType AugmentedManifestFile can only be used with Pipe input mode {where}."
    if manifest and not channel.attributes:
        yield f"AttributeNames must be specified with S3DataType AugmentedManifestFile {where}."
    if channel.attributes and not manifest:
        yield f"AttributeNames can only be specified with S3DataType AugmentedManifestFile {where}."
    if channel.gzipped and not channel.piped:
        yield f"CompressionType Gzip can only be used with Pipe input mode {where}."
    if channel.wrapped and not channel.piped:
        yield f"RecordWrapperType RecordIO can only be used with Pipe input mode {where}."


def _spot_objections(params: dict[str, Any]) -> list[str]:
    condition = params.get("StoppingCondition", {})
    longest_wait = condition.get("MaxWaitTimeInSeconds")
    spot = params.get("EnableManagedSpotTraining", False)
    if spot and longest_wait is None:
        return ["MaxWaitTimeInSeconds is required in StoppingCondition when EnableManagedSpotTraining is true."]
    if longest_wait is not None and not spot:
        return ["MaxWaitTimeInSeconds may be set only when EnableManagedSpotTraining is true."]
    if longest_wait is not None and longest_wait < condition.get("MaxRuntimeInSeconds", 0):
        return ["MaxWaitTimeInSeconds must be equal to or greater than MaxRuntimeInSeconds."]
    return []
