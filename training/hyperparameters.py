"""The hyperparameters of the built-in Image Classification algorithm: names, ranges, defaults, refusals.

https://docs.aws.amazon.com/sagemaker/latest/dg/IC-Hyperparameter.html
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from training.errors import CustomerError
from training.rules import Rule, fraction, names, numbers, one_of, read_values, truth, whole

PRETRAINED_IMAGE_SHAPE = (3, 224, 224)
LARGE_IMAGE_LAYERS = (18, 34, 50, 101, 152, 200)
SMALL_IMAGE_LAYERS = (20, 32, 44, 56, 110)
REQUIRED = ("num_classes", "num_training_samples")
IGNORED = ("num_layers", "precision_dtype", "kv_store", "checkpoint_frequency", "use_weighted_loss")


class Optimizer(StrEnum):
    """How a gradient becomes a step."""

    SGD = "sgd"
    ADAM = "adam"
    RMSPROP = "rmsprop"
    NAG = "nag"


class Augmentation(StrEnum):
    """How training pictures are varied; each kind includes the one before it."""

    CROP = "crop"
    CROP_COLOR = "crop_color"
    CROP_COLOR_TRANSFORM = "crop_color_transform"


@dataclass(frozen=True, slots=True)
class Hyperparameters:
    """One job's settings, checked, with the algorithm's defaults where nothing was said."""

    num_classes: int
    num_training_samples: int
    resize: int | None = None
    augmentation_type: Augmentation | None = None
    beta_1: float = 0.9
    beta_2: float = 0.999
    checkpoint_frequency: int | None = None
    early_stopping: bool = False
    early_stopping_min_epochs: int = 10
    early_stopping_patience: int = 5
    early_stopping_tolerance: float = 0.0
    epochs: int = 30
    eps: float = 1e-8
    gamma: float = 0.9
    image_shape: tuple[int, ...] = PRETRAINED_IMAGE_SHAPE
    kv_store: str | None = None
    learning_rate: float = 0.1
    lr_scheduler_factor: float = 0.1
    lr_scheduler_step: tuple[int, ...] = ()
    mini_batch_size: int = 32
    momentum: float = 0.9
    multi_label: int = 0
    num_layers: int = 152
    optimizer: Optimizer = Optimizer.SGD
    precision_dtype: str = "float32"
    top_k: int | None = None
    use_pretrained_model: int = 0
    use_weighted_loss: int = 0
    weight_decay: float = 0.0001

    def as_text(self) -> dict[str, str]:
        """The values that are set, spelt as they are on the wire."""
        values = ((field.name, getattr(self, field.name)) for field in dataclasses.fields(self))
        return {name: _spelt(value) for name, value in values if value is not None and value != ()}


def _spelt(value: object) -> str:
    return ",".join(str(item) for item in value) if isinstance(value, tuple) else str(value)


def _shape(text: str) -> tuple[int, ...]:
    channels, height, width = (int(part) for part in text.split(","))
    if channels < 1 or min(height, width) < 1:
        raise ValueError
    return channels, height, width


def _steps(text: str) -> tuple[int, ...]:
    steps = tuple(int(part) for part in text.split(","))
    if steps[0] < 1 or any(later <= earlier for earlier, later in pairwise(steps)):
        raise ValueError
    return steps


RULES: dict[str, Rule] = {
    "num_classes": whole(1),
    "num_training_samples": whole(1),
    "augmentation_type": one_of({kind.value: kind for kind in Augmentation}),
    "beta_1": fraction(),
    "beta_2": fraction(),
    "checkpoint_frequency": whole(1),
    "early_stopping": Rule(truth, "True or False"),
    "early_stopping_min_epochs": whole(1),
    "early_stopping_patience": whole(1),
    "early_stopping_tolerance": fraction(),
    "epochs": whole(1),
    "eps": fraction(),
    "gamma": fraction(),
    "image_shape": Rule(_shape, "three positive integers, as in 3,224,224"),
    "kv_store": names("dist_sync", "dist_async"),
    "learning_rate": fraction(),
    "lr_scheduler_factor": fraction(),
    "lr_scheduler_step": Rule(_steps, "increasing epochs separated by commas, as in 10,20"),
    "mini_batch_size": whole(1),
    "momentum": fraction(),
    "multi_label": numbers(0, 1),
    "num_layers": numbers(*LARGE_IMAGE_LAYERS, *SMALL_IMAGE_LAYERS),
    "optimizer": one_of({kind.value: kind for kind in Optimizer}),
    "precision_dtype": names("float32", "float16"),
    "resize": whole(1),
    "top_k": whole(2),
    "use_pretrained_model": numbers(0, 1),
    "use_weighted_loss": numbers(0, 1),
    "weight_decay": fraction(),
}


def read_hyperparameters(given: Mapping[str, str], *, incremental: bool = False) -> Hyperparameters:
    """Checks names, values and what goes together; an incremental job starts from an earlier model instead.

    Raises CustomerError with the sentence that the job fails with.
    """
    chosen = Hyperparameters(**read_values(given, RULES, REQUIRED))
    _refuse_combinations(chosen, incremental=incremental)
    return chosen


def _refuse_combinations(chosen: Hyperparameters, *, incremental: bool) -> None:
    for refusal in (_unavailable(chosen, incremental=incremental), _wrong_sizes(chosen), _wrong_epochs(chosen)):
        if refusal is not None:
            raise CustomerError(refusal)


def _unavailable(chosen: Hyperparameters, *, incremental: bool) -> str | None:
    """What the built-in algorithm can and this engine cannot, and what neither can."""
    if chosen.multi_label:
        return "multi_label=1 is not available in the local engine, which gives each picture one label"
    if not chosen.use_pretrained_model and not incremental:
        return (
            "use_pretrained_model=0 is not available in the local engine, which always starts from pretrained features"
        )
    if chosen.num_layers not in LARGE_IMAGE_LAYERS:
        allowed = ", ".join(str(layers) for layers in LARGE_IMAGE_LAYERS)
        return f"num_layers={chosen.num_layers} has no pretrained model; it can be {allowed}"
    if chosen.use_weighted_loss:
        return "use_weighted_loss=1 needs multi_label=1"
    return None


def _wrong_sizes(chosen: Hyperparameters) -> str | None:
    if chosen.image_shape != PRETRAINED_IMAGE_SHAPE:
        return f"image_shape={_spelt(chosen.image_shape)} cannot be used: pretrained models take 3,224,224 only"
    if chosen.resize is not None and chosen.resize < max(PRETRAINED_IMAGE_SHAPE[1:]):
        return f"resize={chosen.resize} makes pictures smaller than image_shape {_spelt(chosen.image_shape)}"
    return None


def _wrong_epochs(chosen: Hyperparameters) -> str | None:
    if chosen.checkpoint_frequency is not None and chosen.checkpoint_frequency > chosen.epochs:
        return f"checkpoint_frequency={chosen.checkpoint_frequency} is more than epochs={chosen.epochs}"
    return None
