"""What SageMaker refuses of a training job although each member of the request by itself is fine."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.sagemaker.channel_source import AUGMENTED_MANIFEST, Channel, channels_of
from sandbox.sagemaker.container_image import is_image_classification

# As users of AWS quote it.
OVERRIDDEN_METRICS = (
    "You can't override the metric definitions for Amazon SageMaker algorithms. "
    "Please retry the request without specifying metric definitions."
)


def objections(params: dict[str, Any]) -> list[str]:
    """What AWS refuses although each member by itself is fine."""
    algorithm = params.get("AlgorithmSpecification", {})
    found = []
    if ("TrainingImage" in algorithm) == ("AlgorithmName" in algorithm):
        found.append("You must specify either an algorithm name or a training image, but not both.")
    if "ResourceConfig" not in params:
        found.append("ResourceConfig is required for this training job.")
    found.extend(metric_objections(algorithm))
    channels = [channel["ChannelName"] for channel in params.get("InputDataConfig", [])]
    if len(set(channels)) != len(channels):
        found.append("Channel names in InputDataConfig must be unique.")
    for channel in channels_of(params):
        found.extend(_channel_objections(channel))
    return found + _spot_objections(params)


def metric_objections(algorithm: Mapping[str, Any]) -> Iterator[str]:
    """Of a training job's AlgorithmSpecification or a tuning job's."""
    definitions = algorithm.get("MetricDefinitions", [])
    if definitions and is_image_classification(algorithm.get("TrainingImage", "")):
        yield OVERRIDDEN_METRICS
    for one in definitions:
        if not _has_a_group(one["Regex"]):
            yield f"The regular expression of the metric {one['Name']} must be valid and have a capturing group."


def _has_a_group(regex: str) -> bool:
    try:
        return re.compile(regex).groups > 0
    except re.error:
        return False


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
