"""The folder of a training job, laid out as /opt/ml in SageMaker's container contract, and what goes in and out of it.

https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-training-algo-running-container.html
"""

import functools
import io
import json
import shutil
import tarfile
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import Any

from sandbox.sagemaker.channel_source import AUGMENTED_MANIFEST, S3_PREFIX, Channel, Storage, channels_of
from sandbox.sagemaker.errors import ContainerFailureError
from sandbox.sagemaker.moto_services import split_s3
from sandbox.sagemaker.pipe_content import one_pass
from sandbox.sagemaker.pipe_feed import PipeFeed

_NOT_OFFERED = "the sandbox does not offer {what}: use S3Prefix in File or Pipe mode, or an augmented manifest."


class JobFolder:
    """Lays a job's input out on disk, and reads what the container left."""

    def __init__(self, path: Path, request: dict[str, Any]) -> None:
        self.path = path
        self._request = request

    def lay_out(self, storage: Storage) -> None:
        """Writes the configuration files and downloads each channel in File mode; raises ContainerFailureError."""
        shutil.rmtree(self.path, ignore_errors=True)
        # Without a CheckpointConfig nothing keeps checkpoints, and there is no folder for them.
        checkpoints = ("checkpoints",) if "CheckpointConfig" in self._request else ()
        for name in ("input/config", "input/data", "model", "output/data", *checkpoints):
            (self.path / name).mkdir(parents=True)
        self._configure("hyperparameters", self._request.get("HyperParameters", {}))
        self._configure("inputdataconfig", {one.name: one.config for one in self._channels})
        self._configure("resourceconfig", self._resources())
        for channel in self._channels:
            _refuse_what_is_not_offered(channel)
            keys = storage.keys(channel.uri)
            if not channel.piped:
                self._download(channel, keys, storage)

    def feeds(self, storage: Storage, broken: Callable[[], None]) -> list[PipeFeed]:
        """The pipes of the channels in Pipe mode, the first of each laid out; `broken` is called where one breaks."""
        return [
            PipeFeed(self._data(channel), functools.partial(one_pass, channel, storage), broken)
            for channel in self._channels
            if channel.piped
        ]

    def environment(self) -> dict[str, str]:
        channels = {f"SM_CHANNEL_{one.name.upper()}": str(self._data(one)) for one in self._channels}
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
    def _channels(self) -> list[Channel]:
        return channels_of(self._request)

    def _resources(self) -> dict[str, Any]:
        """resourceconfig.json; of several instances only the first is played."""
        given = self._request.get("ResourceConfig", {})
        hosts = [f"algo-{number}" for number in range(1, given.get("InstanceCount", 1) + 1)]
        return {
            "current_host": hosts[0],
            "hosts": hosts,
            "current_instance_type": given.get("InstanceType", ""),
            "network_interface_name": "lo",
        }

    def _data(self, channel: Channel) -> Path:
        return self.path / "input/data" / channel.name

    def _configure(self, name: str, content: dict[str, Any]) -> None:
        (self.path / "input/config" / f"{name}.json").write_text(json.dumps(content))

    def _download(self, channel: Channel, keys: list[str], storage: Storage) -> None:
        bucket, prefix = split_s3(channel.uri)
        for key in keys:
            _write_below(self._data(channel), _relative(key, prefix), storage.read(f"s3://{bucket}/{key}"))


def _refuse_what_is_not_offered(channel: Channel) -> None:
    if not channel.uri:
        raise ContainerFailureError("ClientError: " + _NOT_OFFERED.format(what="this kind of data source"))
    if channel.mode not in ("File", "Pipe"):
        raise ContainerFailureError("ClientError: " + _NOT_OFFERED.format(what=f"{channel.mode} input mode"))
    if channel.kind not in (S3_PREFIX, AUGMENTED_MANIFEST):
        raise ContainerFailureError("ClientError: " + _NOT_OFFERED.format(what=f"S3DataType {channel.kind}"))


def packed(folder: Path) -> bytes | None:
    """A gzipped tar of a folder's content, with members named relative to it, or None for an empty one."""
    if not folder.is_dir() or not any(folder.iterdir()):
        return None
    buffer = io.BytesIO()
    # Not compressed: weights hardly shrink, and it costs up to a second.
    with tarfile.open(fileobj=buffer, mode="w:gz", compresslevel=0) as archive:
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
