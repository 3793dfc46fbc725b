"""Good places to begin from: what each sets in the forms of a training and of a tuning."""

from collections.abc import Mapping
from enum import StrEnum

from bot.domain.recipes import Recipe, RecipeName


class Preset(StrEnum):
    """The values stand in the forms."""

    QUICK = "quick"
    BALANCED = "balanced"
    THOROUGH = "thorough"


_RESNET = {"quick": "2", "balanced": "10", "thorough": "30"}
_OTHERS = {"quick": "3", "balanced": "30", "thorough": "100"}
_TRAINING: Mapping[Preset, Mapping[str, str]] = {
    Preset.QUICK: {"model": "resnet18", "num_layers": "18", "early_stopping": "False", "max_run": "30m"},
    Preset.BALANCED: {"model": "resnet18", "num_layers": "18", "early_stopping": "False", "max_run": "2h"},
    Preset.THOROUGH: {
        "model": "resnet50",
        "num_layers": "50",
        "augmentation_type": "crop_color_transform",
        "early_stopping": "True",
        "max_run": "5h",
    },
}
_TUNING: Mapping[Preset, Mapping[str, str]] = {
    Preset.QUICK: {"jobs": "4", "early_stopping": "off", "max_run": "30m"},
    Preset.BALANCED: {"jobs": "6", "early_stopping": "off", "max_run": "2h"},
    Preset.THOROUGH: {"jobs": "12", "early_stopping": "auto", "max_run": "1h"},
}
# Where the others set something, the rest must set it back.
_UNSET = {"augmentation_type": ""}


def of_training(preset: Preset, recipe: Recipe) -> dict[str, str]:
    """The words that it sets, all of them such as the recipe has."""
    words = {"epochs": _epochs(preset, recipe), **_UNSET, **_TRAINING[preset]}
    return {name: value for name, value in words.items() if name in recipe.table or name == "max_run"}


def of_tuning(preset: Preset, recipe: Recipe) -> dict[str, str]:
    """The words that it sets."""
    epochs = _epochs(Preset.QUICK if preset == Preset.QUICK else Preset.BALANCED, recipe)
    return {"epochs": epochs, "parallel": "2", **_TUNING[preset]}


def _epochs(preset: Preset, recipe: Recipe) -> str:
    return (_RESNET if recipe.name == RecipeName.PYTORCH_RESNET else _OTHERS)[preset]
