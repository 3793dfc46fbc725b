"""What SageMaker puts into a training container and takes out of it: folders, hyperparameters, the failure file.

Serves both ways of being started: as an algorithm's container (hyperparameters.json under the base folder) and in
script mode (`--name value` arguments and SM_… variables).
https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-training-algo-running-container.html
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from training.errors import CustomerError

DEFAULT_BASE = "/opt/ml"
FAILURE_LENGTH = 1024  # SageMaker shows no more of the failure file


@dataclass(frozen=True, slots=True)
class InputChannel:
    """One input channel as the request describes it: its content type without parameters, and how it arrives."""

    name: str
    folder: Path
    content_type: str | None
    class_ids: bool  # label-format=class-id; the default is multi-hot
    piped: bool
    wrapped: bool  # the platform makes a record of each attribute

    @property
    def fifo(self) -> Path:
        """The pipe of the first pass over the data."""
        return self.folder.with_name(f"{self.folder.name}_0")


@dataclass(frozen=True, slots=True)
class Container:
    """One job's surroundings."""

    base: Path
    environ: Mapping[str, str]
    arguments: tuple[str, ...] = ()

    @classmethod
    def of(cls, arguments: Sequence[str], environ: Mapping[str, str]) -> "Container":
        # As an algorithm's container the program gets the single argument `train`.
        named = tuple(arguments[1:] if arguments[:1] == ["train"] else arguments)
        return cls(Path(environ.get("SAGEMAKER_BASE_DIR", DEFAULT_BASE)), environ, named)

    @property
    def model_folder(self) -> Path:
        return Path(self.environ.get("SM_MODEL_DIR", self.base / "model"))

    @property
    def cache_folder(self) -> Path | None:
        folder = self.environ.get("DARKROOM_CACHE")
        return Path(folder) if folder else None

    @property
    def shortest_epoch(self) -> float:
        """Seconds that an epoch takes at least; the sandbox sets it so that a curve can be watched as it grows."""
        return float(self.environ.get("DARKROOM_EPOCH_SECONDS", "0"))

    def given_hyperparameters(self) -> dict[str, str]:
        if self.arguments:
            return named_arguments(self.arguments)
        content = self._config("hyperparameters.json")
        return {str(name): value if isinstance(value, str) else json.dumps(value) for name, value in content.items()}

    def has_channel(self, channel: str) -> bool:
        return channel in self._channels() or self._folder(channel).is_dir()

    def channel(self, channel: str) -> InputChannel:
        """What the request said about an input channel. Raises CustomerError where it was not given."""
        if not self.has_channel(channel):
            raise CustomerError(f"the input channel '{channel}' is missing")
        described = self._channels().get(channel, {})
        if not isinstance(described, dict):
            raise CustomerError(f"inputdataconfig.json does not describe the input channel '{channel}'")
        said = str(described.get("ContentType") or "").lower()
        media, *parameters = (part.strip() for part in said.split(";"))
        return InputChannel(
            name=channel,
            folder=self._folder(channel),
            content_type=media or None,
            class_ids=any(_is_class_ids(parameter) for parameter in parameters),
            piped=described.get("TrainingInputMode") == "Pipe",
            wrapped=described.get("RecordWrapperType") == "RecordIO",
        )

    def channel_folder(self, channel: str) -> Path:
        """Raises CustomerError where the input channel was not given, or is a pipe."""
        folder = self.channel(channel).folder
        if not folder.is_dir():
            raise CustomerError(f"the input channel '{channel}' must be given in File mode")
        return folder

    def _folder(self, channel: str) -> Path:
        said = self.environ.get(f"SM_CHANNEL_{channel.upper()}")
        return Path(said) if said else self.base / "input" / "data" / channel

    def _channels(self) -> dict[str, Any]:
        return self._config("inputdataconfig.json")

    def fail(self, reason: str) -> None:
        failure = self.base / "output" / "failure"
        failure.parent.mkdir(parents=True, exist_ok=True)
        failure.write_text(reason[:FAILURE_LENGTH], encoding="utf-8")

    def _config(self, name: str) -> dict[str, Any]:
        try:
            content = json.loads((self.base / "input" / "config" / name).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except ValueError:
            raise CustomerError(f"{name} is not JSON") from None
        if not isinstance(content, dict):
            raise CustomerError(f"{name} is not a JSON object")
        return content


def _is_class_ids(parameter: str) -> bool:
    name, _, value = parameter.partition("=")
    return (name.strip(), value.strip().strip('"')) == ("label-format", "class-id")


def named_arguments(arguments: Sequence[str]) -> dict[str, str]:
    """`--name value` and `--name=value` pairs, as the script-mode toolkit passes hyperparameters."""
    given: dict[str, str] = {}
    rest = list(arguments)
    while rest:
        name, joined, value = rest.pop(0).partition("=")
        if not name.startswith("--"):
            raise CustomerError(f"the argument {name!r} is not of the form --name value")
        if not joined and not rest:
            raise CustomerError(f"the argument {name!r} has no value")
        given[name.removeprefix("--")] = value if joined else rest.pop(0)
    return given
