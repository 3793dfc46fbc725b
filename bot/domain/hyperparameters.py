"""Hyperparameters: what one is, how its value is read, and the table of the Image Classification algorithm.

Source: the algorithm's hyperparameter page in the SageMaker developer guide (IC-Hyperparameter). Values are strings on
the wire, so they are strings here, in the spelling that the container takes. `bot.domain.recipes` has all tables.
"""

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.errors import FieldError

PRETRAINED_SHAPE = "3,224,224"
DEEP_LAYERS = ("18", "34", "50", "101", "152", "200")
# No program reads a larger one, and a time that is told by it could not be written down.
LARGEST_WHOLE = 2**31 - 1
SHALLOW_LAYERS = ("20", "32", "44", "56", "110")


class Kind(StrEnum):
    """What sort of value a hyperparameter takes."""

    WHOLE = "a whole number"
    DECIMAL = "a number"
    CHOICE = "one of a list"
    SWITCH = "0 or 1"
    TRUTH = "True or False"
    SHAPE = "channels,height,width"
    STEPS = "epochs with commas"


@dataclass(frozen=True, slots=True)
class Hyperparameter:
    """One row of a recipe's table. `default` is the program's own; `filled` is set from the data set."""

    name: str
    kind: Kind
    default: str | None
    says: str
    low: float = float("-inf")
    high: float = float("inf")
    choices: tuple[str, ...] = ()
    filled: bool = False


@dataclass(frozen=True, slots=True)
class Terms:
    """Under which names a recipe knows what the bot itself has to speak of, or decides by the data set."""

    classes: str = "num_classes"
    samples: str = "num_training_samples"
    batch: str = "mini_batch_size"
    rate: str = "learning_rate"
    pretrained: str = "use_pretrained_model"
    resize: str = "resize"


def unit(name: str, default: str, says: str) -> Hyperparameter:
    """A row for a number from 0 to 1."""
    return Hyperparameter(name, Kind.DECIMAL, default, says, low=0, high=1)


def _rows() -> tuple[Hyperparameter, ...]:
    whole, choice, switch = Kind.WHOLE, Kind.CHOICE, Kind.SWITCH
    return (
        Hyperparameter("num_classes", whole, None, "classes of the data set", low=2, filled=True),
        Hyperparameter("num_training_samples", whole, None, "training images", low=1, filled=True),
        Hyperparameter("epochs", whole, "30", "passes over the training images", low=1),
        unit("learning_rate", "0.1", "initial learning rate"),
        Hyperparameter("mini_batch_size", whole, "32", "images in a batch", low=1),
        Hyperparameter("optimizer", choice, "sgd", "optimizer", choices=("sgd", "adam", "rmsprop", "nag")),
        unit("momentum", "0.9", "momentum of sgd and nag"),
        unit("weight_decay", "0.0001", "weight decay of sgd and nag"),
        unit("beta_1", "0.9", "first decay of adam"),
        unit("beta_2", "0.999", "second decay of adam"),
        unit("eps", "1e-8", "smallest divisor of adam and rmsprop"),
        unit("gamma", "0.9", "decay of rmsprop"),
        Hyperparameter("lr_scheduler_step", Kind.STEPS, None, "epochs at which the learning rate falls"),
        unit("lr_scheduler_factor", "0.1", "what it is multiplied with there"),
        Hyperparameter("early_stopping", Kind.TRUTH, "False", "stop when validation no longer improves"),
        Hyperparameter("early_stopping_min_epochs", whole, "10", "epochs before it may stop", low=1),
        Hyperparameter("early_stopping_patience", whole, "5", "epochs to wait for an improvement", low=1),
        unit("early_stopping_tolerance", "0.0", "relative improvement that counts"),
        Hyperparameter(
            "augmentation_type",
            choice,
            None,
            "random changes to the training images",
            choices=("crop", "crop_color", "crop_color_transform"),
        ),
        Hyperparameter("num_layers", choice, "152", "depth of the ResNet", choices=DEEP_LAYERS + SHALLOW_LAYERS),
        Hyperparameter("use_pretrained_model", switch, "0", "start from ImageNet weights"),
        Hyperparameter("image_shape", Kind.SHAPE, PRETRAINED_SHAPE, "what the network sees"),
        Hyperparameter("resize", whole, None, "shortest side of an image before the crop", low=1),
        Hyperparameter("top_k", whole, None, "also report top-k accuracy", low=2),
        Hyperparameter("precision_dtype", choice, "float32", "precision", choices=("float32", "float16")),
        Hyperparameter("kv_store", choice, None, "how machines combine", choices=("dist_sync", "dist_async")),
        Hyperparameter("checkpoint_frequency", whole, None, "epochs between checkpoints", low=1),
        Hyperparameter("multi_label", switch, "0", "several labels an image"),
        Hyperparameter("use_weighted_loss", switch, "0", "weigh rare labels (several labels only)"),
    )


Table = Mapping[str, Hyperparameter]
TABLE: Table = {row.name: row for row in _rows()}

# What this bot sends where the person says nothing: the algorithm's defaults, except for the depth (18 layers train in
# a tenth of the time of 152) and for transfer learning, without which a small data set learns little.
RECIPE_DEFAULTS: Mapping[str, str] = {
    "epochs": "30",
    "learning_rate": "0.1",
    "mini_batch_size": "32",
    "optimizer": "sgd",
    "num_layers": "18",
    "use_pretrained_model": "1",
    "image_shape": PRETRAINED_SHAPE,
}


def nearest(word: str, known: tuple[str, ...] | list[str]) -> str | None:
    """The known word that is most like this one, if any is."""
    found = difflib.get_close_matches(word.lower(), [name.lower() for name in known], n=1, cutoff=0.5)
    return next((name for name in known if name.lower() == found[0]), None) if found else None


def checked(name: str, value: str, table: Table = TABLE) -> str:
    """The value in the container's spelling, or a FieldError that says what the hyperparameter takes."""
    row = table.get(name)
    if row is None:
        like = nearest(name, list(table))
        raise FieldError(name, f"I don't know `{name}`.", f"Did you mean `{like}`?" if like else "")
    try:
        return _READERS[row.kind](row, value.strip())
    except ValueError:
        raise FieldError(name, f"`{name}` takes {allowed(row)}, not `{value}`.") from None


def allowed(row: Hyperparameter) -> str:
    """What the hyperparameter takes, in words."""
    if row.choices:
        return " or ".join((", ".join(row.choices[:-1]), row.choices[-1]))
    if row.high != float("inf"):
        return f"{row.kind} from {row.low:g} to {row.high:g}"
    if row.low != float("-inf"):
        return f"{row.kind} of at least {row.low:g}"
    return str(row.kind)


def completed(
    given: Mapping[str, str], table: Table = TABLE, defaults: Mapping[str, str] = RECIPE_DEFAULTS
) -> dict[str, str]:
    """The defaults with the given values over them, each checked, and all of them together."""
    values = {**defaults, **{name: checked(name, value, table) for name, value in given.items()}}
    if values.get("optimizer") in ("sgd", "nag"):
        # The container's own default-input.json holds 0 where its documentation says 0.9, so it is always sent.
        values.setdefault("momentum", "0.9")
    _check_together(values)
    return values


def _check_together(values: Mapping[str, str]) -> None:
    if values.get("use_pretrained_model") == "1":
        if values["image_shape"] != PRETRAINED_SHAPE:
            raise FieldError(
                "image_shape", f"A pretrained model sees {PRETRAINED_SHAPE} only.", "Leave image_shape out."
            )
        if values["num_layers"] not in DEEP_LAYERS:
            raise FieldError("num_layers", f"Pretrained weights exist for {', '.join(DEEP_LAYERS)} layers.")
    if int(values.get("checkpoint_frequency", "1")) > int(values["epochs"]):
        raise FieldError("checkpoint_frequency", "checkpoint_frequency cannot be larger than epochs.")


def _within(row: Hyperparameter, number: float) -> None:
    if not row.low <= number <= row.high:
        raise ValueError(number)


def _whole(row: Hyperparameter, value: str) -> str:
    number = int(value)
    _within(row, number)
    if abs(number) > LARGEST_WHOLE:
        raise ValueError(value)
    return str(number)


def _decimal(row: Hyperparameter, value: str) -> str:
    # It is sent as it was written, and Python reads more spellings than the container does: 0_1, and other scripts.
    if not value.isascii() or "_" in value:
        raise ValueError(value)
    _within(row, float(value))
    return value


def _choice(row: Hyperparameter, value: str) -> str:
    if value.lower() not in row.choices:
        raise ValueError(value)
    return value.lower()


def _switch(_: Hyperparameter, value: str) -> str:
    return {"0": "0", "1": "1", "false": "0", "true": "1", "no": "0", "yes": "1"}[value.lower()]


def _truth(_: Hyperparameter, value: str) -> str:
    # "True" is what AWS's own SDK sent; whether the container takes "true" is not documented.
    return {"0": "False", "1": "True", "false": "False", "true": "True"}[value.lower()]


def _shape(_: Hyperparameter, value: str) -> str:
    channels, height, width = (int(part) for part in value.replace("x", ",").split(","))
    if channels not in (1, 3) or min(height, width) < 1:
        raise ValueError(value)
    return f"{channels},{height},{width}"


def _steps(_: Hyperparameter, value: str) -> str:
    epochs = [int(part) for part in value.split(",")]
    if min(epochs) < 1:
        raise ValueError(value)
    return ",".join(str(epoch) for epoch in epochs)


def _keyed(reader: Callable[[Hyperparameter, str], str]) -> Callable[[Hyperparameter, str], str]:
    def read(row: Hyperparameter, value: str) -> str:
        try:
            return reader(row, value)
        except KeyError:
            raise ValueError(value) from None

    return read


_READERS: Mapping[Kind, Callable[[Hyperparameter, str], str]] = {
    Kind.WHOLE: _whole,
    Kind.DECIMAL: _decimal,
    Kind.CHOICE: _choice,
    Kind.SWITCH: _keyed(_switch),
    Kind.TRUTH: _keyed(_truth),
    Kind.SHAPE: _shape,
    Kind.STEPS: _steps,
}
