"""The hyperparameters of the recipes that run a script of ours in AWS's PyTorch container: what `training/` reads."""

from collections.abc import Mapping

from bot.domain.hyperparameters import RECIPE_DEFAULTS, TABLE, Hyperparameter, Kind, Table, Terms, unit
from bot.domain.searches import TUNABLE, Tunable

RESNET_TERMS = Terms(
    classes="num-classes",
    samples="num-training-samples",
    batch="batch-size",
    rate="lr",
    pretrained="pretrained",
    resize="",
)
FROZEN_TERMS = Terms(pretrained="")


def _resnet_rows() -> tuple[Hyperparameter, ...]:
    whole = Kind.WHOLE
    return (
        Hyperparameter("num-classes", whole, None, "classes of the data set", low=2, filled=True),
        Hyperparameter("num-training-samples", whole, None, "training images", low=1, filled=True),
        Hyperparameter("epochs", whole, "10", "passes over the training images", low=1),
        unit("lr", "0.01", "learning rate"),
        Hyperparameter("batch-size", whole, "32", "images in a batch", low=1),
        Hyperparameter("model", Kind.CHOICE, "resnet18", "network", choices=("resnet18", "resnet50")),
        unit("momentum", "0.9", "momentum"),
        unit("weight-decay", "0.0001", "weight decay"),
        Hyperparameter("image-size", whole, "224", "side of what the network sees", low=32, high=1024),
        Hyperparameter("pretrained", Kind.SWITCH, "1", "start from ImageNet weights"),
        Hyperparameter("seed", whole, None, "of all chance, to repeat a job", low=0, high=999_999),
    )


RESNET_TABLE: Table = {row.name: row for row in _resnet_rows()}
RESNET_DEFAULTS = {
    "epochs": "10",
    "lr": "0.01",
    "batch-size": "32",
    "model": "resnet18",
    "pretrained": "1",
    "image-size": "224",
}
# How others call the same; whoever writes it so is told the name.
RESNET_SPELLINGS = {
    "learning_rate": "lr",
    "mini_batch_size": "batch-size",
    "batch": "batch-size",
    "use_pretrained_model": "pretrained",
}
RESNET_REFUSALS = {
    "num_layers": "Its network is `model=resnet18` or `model=resnet50`.",
    "image_shape": "What its network sees is a square, `image-size=224`.",
    "optimizer": "It trains with sgd.",
}
RESNET_TUNABLE: Mapping[str, Tunable] = {
    "lr": Tunable(1e-5, 0.1),
    "batch-size": Tunable(8, 128, whole=True),
    "epochs": Tunable(1, 100, whole=True),
    "model": Tunable(),
    "momentum": Tunable(0, 0.999),
    "weight-decay": Tunable(1e-6, 0.01),
}

_ALWAYS_THE_SAME = "Its network is always the same one, pretrained, that sees 3,224,224."
_ONE_PRECISION = "It computes in float32."
_ONE_MACHINE = "It trains on one machine."
_ONE_LABEL = "It gives each image one label."
# What the script would check and then ignore is refused here, so that nobody believes it had an effect.
FROZEN_REFUSALS = {
    "num_layers": _ALWAYS_THE_SAME,
    "image_shape": _ALWAYS_THE_SAME,
    "use_pretrained_model": _ALWAYS_THE_SAME,
    "precision_dtype": _ONE_PRECISION,
    "kv_store": _ONE_MACHINE,
    "checkpoint_frequency": "It keeps no checkpoints, for its epochs take seconds.",
    "multi_label": _ONE_LABEL,
    "use_weighted_loss": _ONE_LABEL,
}
FROZEN_TABLE: Table = {name: row for name, row in TABLE.items() if name not in FROZEN_REFUSALS}
FROZEN_DEFAULTS = {name: value for name, value in RECIPE_DEFAULTS.items() if name in FROZEN_TABLE}
FROZEN_TUNABLE = {name: one for name, one in TUNABLE.items() if name in FROZEN_TABLE}
