"""Managed spot training: what it costs, how long it may wait, and the checkpoints that outlive an interruption.

https://docs.aws.amazon.com/sagemaker/latest/dg/model-managed-spot-training.html
"""

import math
from pathlib import Path
from typing import Any

from sandbox.sagemaker.moto_services import MotoServices, ObjectMissingError, split_s3

# AWS speaks of savings of up to 90 %; around 70 % is what its samples show.
SHARE_OF_THE_PRICE = 0.3


def is_spot(request: dict[str, Any]) -> bool:
    return bool(request.get("EnableManagedSpotTraining", False))


def billable_seconds(request: dict[str, Any], seconds: int) -> int:
    """The discount is in the seconds, not in their price: AWS tells it as 1 - billable / training."""
    return max(1, int(seconds * SHARE_OF_THE_PRICE)) if is_spot(request) and seconds else seconds


def seconds_to_wait(request: dict[str, Any], created: float, now: float) -> float:
    """How long the job may still wait for instances and run on them; only spot jobs have such a limit."""
    longest = request.get("StoppingCondition", {}).get("MaxWaitTimeInSeconds", math.inf)
    return float(longest) - (now - created)


class Checkpoints:
    """A job's folder of checkpoints and its copy in S3; without a CheckpointConfig there is none."""

    def __init__(self, folder: Path, request: dict[str, Any], services: MotoServices) -> None:
        self._folder = folder
        self._uri: str | None = request.get("CheckpointConfig", {}).get("S3Uri")
        self._services = services

    def restore(self) -> None:
        """Brings back what an earlier container saved, before the next one starts."""
        if self._uri is None:
            return
        bucket, prefix = self._place(self._uri)
        for key in self._services.keys(bucket, prefix):
            path = self._folder / key.removeprefix(prefix)
            if not key.endswith("/") and path.resolve().is_relative_to(self._folder.resolve()):
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(self._services.read(bucket, key))

    def keep(self) -> bool:
        """Copies the folder to S3, once a container has ended; false where its bucket is missing."""
        if self._uri is None:
            return True
        bucket, prefix = self._place(self._uri)
        try:
            for path in (one for one in sorted(self._folder.rglob("*")) if one.is_file()):
                name = path.relative_to(self._folder).as_posix()
                self._services.write(bucket, f"{prefix}{name}", path.read_bytes())
        except ObjectMissingError:
            return False
        return True

    @staticmethod
    def _place(uri: str) -> tuple[str, str]:
        bucket, prefix = split_s3(uri)
        return bucket, f"{prefix.rstrip('/')}/" if prefix else ""
