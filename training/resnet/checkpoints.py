"""What a job goes on from when its instance was taken away: one file in the folder that SageMaker keeps in S3.

https://docs.aws.amazon.com/sagemaker/latest/dg/model-checkpoints.html
"""

import dataclasses
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from training.container import Container
from training.resnet.artifact import UNREADABLE, write_whole
from training.resnet.best import Best
from training.resnet.descent import Descent
from training.resnet.settings import Settings

FILE = "resnet.pt"
VERSION = 1

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Resumed:
    """Where a job stood: how many epochs were done, and the best of them."""

    epochs: int
    best: Best | None


@dataclass(frozen=True, slots=True)
class Checkpoints:
    """The job's one checkpoint; none is kept where the folder does not exist, as the job then has no CheckpointConfig.

    One that another request left there, or that is damaged, is passed over.
    """

    folder: Path
    chosen: Settings

    @classmethod
    def of(cls, container: Container, chosen: Settings) -> "Checkpoints":
        return cls(container.base / "checkpoints", chosen)

    def write(self, network: Any, descent: Descent, epochs: int, best: Best | None) -> None:
        if not self.folder.is_dir():
            return
        content = {
            "version": VERSION,
            "settings": self._settings(),
            "epochs": epochs,
            "network": network.state_dict(),
            "velocities": list(descent.velocities),
            "best": None if best is None else dataclasses.asdict(best),
        }
        write_whole(self.folder / FILE, content)

    def resume(self, network: Any, descent: Descent) -> Resumed:
        """Puts the network and its descent where they stood."""
        found = self._read()
        if found is None:
            return Resumed(0, None)
        network.load_state_dict(found["network"])
        descent.resume(found["velocities"])
        log.info("Going on from a checkpoint after epoch %d", found["epochs"])
        return Resumed(found["epochs"], None if found["best"] is None else Best(**found["best"]))

    def _read(self) -> dict[str, Any] | None:
        path = self.folder / FILE
        if not path.is_file():
            return None
        try:
            found: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
            fits = found["version"] == VERSION and found["settings"] == self._settings()
        except UNREADABLE:
            log.warning("The checkpoint cannot be read: starting anew")
            return None
        if not fits:
            log.warning("The checkpoint is another request's: starting anew")
            return None
        return found

    def _settings(self) -> dict[str, str]:
        return self.chosen.as_text()
