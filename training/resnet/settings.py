"""The hyperparameters of pytorch-resnet: names, ranges, defaults, refusals."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

from training.errors import CustomerError
from training.rules import Rule, fraction, names, numbers, read_values, whole

MODELS = ("resnet18", "resnet50")
# The network halves its input five times.
SMALLEST_SIDE, LARGEST_SIDE = 32, 1024
LARGEST_SEED = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Settings:
    """One job's settings, checked, with the defaults where nothing was said."""

    num_classes: int
    num_training_samples: int | None = None
    batch_size: int = 32
    epochs: int = 10
    image_size: int = 224
    lr: float = 0.01
    model: str = "resnet18"
    momentum: float = 0.9
    pretrained: int = 1
    seed: int = 0
    weight_decay: float = 0.0001

    @property
    def resize(self) -> int:
        """Pictures of any size are taken, for all are scaled."""
        return self.image_size

    def as_text(self) -> dict[str, str]:
        """The values that are set, spelt as they are on the wire."""
        values = {spelt(field.name): getattr(self, field.name) for field in dataclasses.fields(self)}
        return {name: str(value) for name, value in values.items() if value is not None}


RULES: dict[str, Rule] = {
    "num-classes": whole(1),
    "num-training-samples": whole(1),
    "batch-size": whole(1),
    "epochs": whole(1),
    "image-size": whole(SMALLEST_SIDE, LARGEST_SIDE),
    "lr": fraction(),
    "model": names(*MODELS),
    "momentum": fraction(),
    "pretrained": numbers(0, 1),
    "seed": whole(0, LARGEST_SEED),
    "weight-decay": fraction(),
}


def spelt(name: str) -> str:
    return name.replace("_", "-")


def read_settings(given: Mapping[str, str]) -> Settings:
    """Raises CustomerError with the sentence that the job fails with."""
    values = read_values(given, RULES, ("num-classes",))
    chosen = Settings(**{name.replace("-", "_"): value for name, value in values.items()})
    if chosen.batch_size == 1 and chosen.image_size == SMALLEST_SIDE:
        # A batch norm over a single number has nothing to norm it by.
        raise CustomerError(f"batch-size=1 needs an image-size of more than {SMALLEST_SIDE}")
    return chosen
