"""The folder of a training job, laid out as /opt/ml in SageMaker's container contract, and what goes in and out of it.

https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-training-algo-running-container.html
"""

import io
import json
import shutil
import tarfile
from pathlib import Path, PurePosixPath
from typing import Any

from sandbox.sagemaker.errors import ContainerFailureError
from sandbox.sagemaker.moto_services import MotoServices

_HOST = "algo-1"
_NOT_OFFERED = "the sandbox does not offer {what} yet: use S3Prefix and File mode."


class JobFolder:
    """Lays a job's input out on disk, and reads what the container left."""

    def __init__(self, path: Path, request: dict[str, Any]) -> None:
        self.path = path
        self._request = request

    def lay_out(self, services: MotoServices) -> None:
        """Writes the configuration files and downloads each input channel; raises ContainerFailureError."""
        shutil.rmtree(self.path, ignore_errors=True)
        for name in ("input/config", "input/data", "model", "output/data", "checkpoints"):
            (self.path / name).mkdir(parents=True)
        self._configure("hyperparameters", self._request.get("HyperParameters", {}))
        self._configure("inputdataconfig", {one["ChannelName"]: self._channel_config(one) for one in self._channels})
        instance = self._request.get("ResourceConfig", {}).get("InstanceType", "")
        self._configure(
            "resourceconfig",
            {
                "current_host": _HOST,
                "hosts": [_HOST],
                "current_instance_type": instance,
                "network_interface_name": "lo",
            },
        )
        for channel in self._channels:
            self._download(channel, services)

    def environment(self) -> dict[str, str]:
        channels = {
            f"SM_CHANNEL_{one['ChannelName'].upper()}": str(self.path / "input/data" / one["ChannelName"])
            for one in self._channels
        }
        return channels | {"SAGEMAKER_BASE_DIR": str(self.path), "SM_MODEL_DIR": str(self.path / "model")}

    def failure(self) -> str:
        """What the container wrote to output/failure."""
        try:
            return (self.path / "output/failure").read_text(errors="replace").strip()
        except OSError:
            return ""

    def packed_model(self) -> bytes | None:
        """model.tar.gz of what stands in model/, or None where nothing does."""
        return packed(self.path / "model")

    def forget_input(self) -> None:
        shutil.rmtree(self.path / "input/data", ignore_errors=True)

    @property
    def _channels(self) -> list[dict[str, Any]]:
        channels: list[dict[str, Any]] = self._request.get("InputDataConfig", [])
        return channels

    def _configure(self, name: str, content: dict[str, Any]) -> None:
        (self.path / "input/config" / f"{name}.json").write_text(json.dumps(content))

    def _channel_config(self, channel: dict[str, Any]) -> dict[str, Any]:
        source = channel["DataSource"].get("S3DataSource", {})
        mode = self._request["AlgorithmSpecification"].get("TrainingInputMode", "File")
        config = {
            "TrainingInputMode": channel.get("InputMode", mode),
            "S3DistributionType": source.get("S3DataDistributionType", "FullyReplicated"),
            "RecordWrapperType": channel.get("RecordWrapperType", "None"),
            "ContentType": channel.get("ContentType"),
        }
        return {name: value for name, value in config.items() if value is not None}

    def _download(self, channel: dict[str, Any], services: MotoServices) -> None:
        source = channel["DataSource"].get("S3DataSource")
        if source is None:
            raise ContainerFailureError("ClientError: " + _NOT_OFFERED.format(what="this kind of data source"))
        self._refuse_other_modes(channel, source)
        bucket, prefix = split_s3(source["S3Uri"])
        keys = [key for key in services.keys(bucket, prefix) if not key.endswith("/")]
        if not keys:
            raise ContainerFailureError(
                f'ClientError: Data download failed: No S3 objects found under S3 URL "{source["S3Uri"]}" given in '
                f"input data source. Please ensure that the bucket exists in the selected region, that objects exist "
                f'under that S3 prefix, and that the role "{self._request["RoleArn"]}" has "s3:ListBucket" permissions.'
            )
        folder = self.path / "input/data" / channel["ChannelName"]
        for key in keys:
            _write_below(folder, _relative(key, prefix), services.read(bucket, key))

    def _refuse_other_modes(self, channel: dict[str, Any], source: dict[str, Any]) -> None:
        mode = self._channel_config(channel)["TrainingInputMode"]
        if mode != "File":
            raise ContainerFailureError("ClientError: " + _NOT_OFFERED.format(what=f"{mode} input mode"))
        kind = source.get("S3DataType")
        if kind != "S3Prefix":
            raise ContainerFailureError("ClientError: " + _NOT_OFFERED.format(what=f"S3DataType {kind}"))


def split_s3(uri: str) -> tuple[str, str]:
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    return bucket, key


def packed(folder: Path) -> bytes | None:
    """A gzipped tar of a folder's content, with members named relative to it, or None for an empty one."""
    if not folder.is_dir() or not any(folder.iterdir()):
        return None
    buffer = io.BytesIO()
    # Level 1: weights hardly compress, and a deeper level costs a second for nothing.
    with tarfile.open(fileobj=buffer, mode="w:gz", compresslevel=1) as archive:
        for path in sorted(folder.iterdir()):
            archive.add(path, path.name)
    return buffer.getvalue()


def _relative(key: str, prefix: str) -> str:
    """Where an object stands in its channel; a prefix is a prefix of names, so `train` takes in `train_lst/…` too."""
    rest = key[len(prefix) :]
    if not rest or not (prefix.endswith("/") or rest.startswith("/") or not prefix):
        return key[prefix.rfind("/") + 1 :]
    return rest.lstrip("/")


def _write_below(folder: Path, relative: str, content: bytes) -> None:
    if ".." in PurePosixPath(relative).parts:
        raise ContainerFailureError(
            f"ClientError: Data download failed: the object name {relative!r} leaves its folder"
        )
    path = folder / relative
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
