"""The hyperparameters of the built-in Image Classification algorithm: names, ranges, defaults, refusals.

https://docs.aws.amazon.com/sagemaker/latest/dg/IC-Hyperparameter.html
"""

import dataclasses
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Any

from training.errors import CustomerError

PRETRAINED_IMAGE_SHAPE = (3, 224, 224)
LARGE_IMAGE_LAYERS = (18, 34, 50, 101, 152, 200)
SMALL_IMAGE_LAYERS = (20, 32, 44, 56, 110)
REQUIRED = ("num_classes", "num_training_samples")
IGNORED = ("num_layers", "precision_dtype", "kv_store", "checkpoint_frequency", "use_weighted_loss")
# SageMaker adds these of its own accord: the script-mode toolkit its settings, a tuning job its objective.
PLATFORM_PREFIXES = ("sagemaker_", "_tuning_")


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


@dataclass(frozen=True, slots=True)
class Rule:
    """What one hyperparameter may be: how to read it, and the words for a value that cannot be read."""

    read: Callable[[str], Any]
    wants: str


def _whole(least: int) -> Rule:
    def read(text: str) -> int:
        value = int(text)
        if value < least:
            raise ValueError
        return value

    return Rule(read, f"an integer of at least {least}")


def _fraction() -> Rule:
    def read(text: str) -> float:
        value = float(text)
        if not 0 <= value <= 1:  # not a number fails here too
            raise ValueError
        return value

    return Rule(read, "a number between 0 and 1")


def _one_of(choices: Mapping[str, Any]) -> Rule:
    def read(text: str) -> Any:
        if text not in choices:
            raise ValueError
        return choices[text]

    return Rule(read, f"one of {', '.join(choices)}")


def _names(*choices: str) -> Rule:
    return _one_of({choice: choice for choice in choices})


def _numbers(*choices: int) -> Rule:
    return _one_of({str(choice): choice for choice in choices})


def _truth(text: str) -> bool:
    return {"true": True, "false": False}[text.lower()]


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
    "num_classes": _whole(1),
    "num_training_samples": _whole(1),
    "augmentation_type": _one_of({kind.value: kind for kind in Augmentation}),
    "beta_1": _fraction(),
    "beta_2": _fraction(),
    "checkpoint_frequency": _whole(1),
    "early_stopping": Rule(_truth, "True or False"),
    "early_stopping_min_epochs": _whole(1),
    "early_stopping_patience": _whole(1),
    "early_stopping_tolerance": _fraction(),
    "epochs": _whole(1),
    "eps": _fraction(),
    "gamma": _fraction(),
    "image_shape": Rule(_shape, "three positive integers, as in 3,224,224"),
    "kv_store": _names("dist_sync", "dist_async"),
    "learning_rate": _fraction(),
    "lr_scheduler_factor": _fraction(),
    "lr_scheduler_step": Rule(_steps, "increasing epochs separated by commas, as in 10,20"),
    "mini_batch_size": _whole(1),
    "momentum": _fraction(),
    "multi_label": _numbers(0, 1),
    "num_layers": _numbers(*LARGE_IMAGE_LAYERS, *SMALL_IMAGE_LAYERS),
    "optimizer": _one_of({kind.value: kind for kind in Optimizer}),
    "precision_dtype": _names("float32", "float16"),
    "resize": _whole(1),
    "top_k": _whole(2),
    "use_pretrained_model": _numbers(0, 1),
    "use_weighted_loss": _numbers(0, 1),
    "weight_decay": _fraction(),
}


def read_hyperparameters(given: Mapping[str, str], *, incremental: bool = False) -> Hyperparameters:
    """Checks names, values and what goes together; an incremental job starts from an earlier model instead.

    Raises CustomerError with the sentence that the job fails with.
    """
    named = {name: _unquoted(text) for name, text in given.items() if not name.startswith(PLATFORM_PREFIXES)}
    _refuse_unknown(named)
    missing = [name for name in REQUIRED if name not in named]
    if missing:
        raise CustomerError(f"the hyperparameter '{missing[0]}' is required")
    chosen = Hyperparameters(**{name: _value(name, text) for name, text in named.items()})
    _refuse_combinations(chosen, incremental=incremental)
    return chosen


def _unquoted(text: str) -> str:
    """The text itself, where the SageMaker SDK sent it JSON-encoded, in quotes of its own."""
    try:
        value = json.loads(text)
    except ValueError:
        value = text
    return value.strip() if isinstance(value, str) else text.strip()


def _refuse_unknown(named: Mapping[str, str]) -> None:
    unknown = [repr(name) for name in named if name not in RULES]
    if unknown:
        verb = "was" if len(unknown) == 1 else "were"
        raise CustomerError(f"Additional hyperparameters are not allowed ({', '.join(unknown)} {verb} unexpected)")


def _value(name: str, text: str) -> Any:
    try:
        return RULES[name].read(text)
    except (ValueError, KeyError, OverflowError):
        raise CustomerError(f"the value {text!r} of the hyperparameter '{name}' is not {RULES[name].wants}") from None


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
