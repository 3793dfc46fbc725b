"""What an input channel's location in S3 stands for: which objects, in which region, and what keeps them away."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.sagemaker.errors import ContainerFailureError
from sandbox.sagemaker.moto_services import MotoServices, ObjectMissingError, split_s3

AUGMENTED_MANIFEST = "AugmentedManifestFile"
S3_PREFIX = "S3Prefix"
PIPE = "Pipe"
RECORDIO = "RecordIO"


@dataclass(frozen=True, slots=True)
class Channel:
    """One input channel of a request, with what the request leaves to its defaults filled in."""

    name: str
    uri: str
    kind: str
    mode: str
    attributes: tuple[str, ...]
    wrapped: bool
    gzipped: bool
    seed: int | None
    content_type: str | None
    distribution: str

    @property
    def piped(self) -> bool:
        return self.mode == PIPE

    @property
    def config(self) -> dict[str, str]:
        """Its entry in inputdataconfig.json."""
        config = {
            "TrainingInputMode": self.mode,
            "S3DistributionType": self.distribution,
            "RecordWrapperType": RECORDIO if self.wrapped else "None",
        }
        return config if self.content_type is None else config | {"ContentType": self.content_type}

    def shuffled(self, items: list[Any], epoch: int) -> list[Any]:
        """Another order for each pass, the same for the same seed."""
        if self.seed is None:
            return items
        return random.Random(f"{self.seed}-{epoch}").sample(items, len(items))


def channels_of(request: Mapping[str, Any]) -> list[Channel]:
    mode = request.get("AlgorithmSpecification", {}).get("TrainingInputMode", "File")
    return [_channel(described, mode) for described in request.get("InputDataConfig", [])]


def _channel(described: Mapping[str, Any], mode: str) -> Channel:
    source = described["DataSource"].get("S3DataSource", {})
    return Channel(
        name=described["ChannelName"],
        uri=source.get("S3Uri", ""),
        kind=source.get("S3DataType", ""),
        mode=described.get("InputMode", mode),
        attributes=tuple(source.get("AttributeNames", ())),
        wrapped=described.get("RecordWrapperType") == RECORDIO,
        gzipped=described.get("CompressionType") == "Gzip",
        seed=described.get("ShuffleConfig", {}).get("Seed"),
        content_type=described.get("ContentType"),
        distribution=source.get("S3DataDistributionType", "FullyReplicated"),
    )


@dataclass(frozen=True, slots=True)
class Storage:
    """S3 as a training job of one region and role sees it; raises ContainerFailureError in AWS's words."""

    services: MotoServices
    region: str
    role: str

    def keys(self, uri: str) -> list[str]:
        bucket, prefix = split_s3(uri)
        self._refuse_other_region(bucket)
        keys = [key for key in self.services.keys(bucket, prefix) if not key.endswith("/")]
        if not keys:
            raise ContainerFailureError(
                f'ClientError: Data download failed: No S3 objects found under S3 URL "{uri}" given in '
                f"input data source. Please ensure that the bucket exists in the selected region, that objects exist "
                f'under that S3 prefix, and that the role "{self.role}" has "s3:ListBucket" permissions.'
            )
        return keys

    def read(self, uri: str) -> bytes:
        bucket, key = split_s3(uri)
        self._refuse_other_region(bucket)
        try:
            return self.services.read(bucket, key)
        except ObjectMissingError:
            raise ContainerFailureError(
                f'ClientError: Data download failed: NoSuchKey (404): No S3 object found at "{uri}". Please ensure '
                f'that the object exists and that the role "{self.role}" has "s3:GetObject" permissions.'
            ) from None

    def _refuse_other_region(self, bucket: str) -> None:
        region = self.services.bucket_region(bucket)
        if region not in (None, self.region):
            raise ContainerFailureError(
                f"ClientError: Data download failed: PermanentRedirect (301): The bucket {bucket} is in this region: "
                f"{region}. Please use this region to retry the request"
            )
