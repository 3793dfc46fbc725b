"""Which hyperparameters have a field of their own in a form: only those that the recipe has and the optimizer heeds."""

from collections.abc import Collection, Mapping

from bot.domain.hyperparameters import Hyperparameter
from bot.domain.recipes import Recipe

OPTIMIZER = "optimizer"
# Beside what the optimizer heeds; what is rarer goes into the form's last field, as words.
_AFTER = ("model", "num_layers", "augmentation_type", "early_stopping")


def of_training(recipe: Recipe, optimizer: str, *, continues: bool = False) -> list[Hyperparameter]:
    """The fields of a training's form in their order; who goes on from an earlier job takes its network as it is."""
    decided = {*recipe.network, recipe.terms.pretrained} if continues else set()
    names = ("epochs", recipe.terms.rate, recipe.terms.batch, OPTIMIZER, *heeded(recipe, [optimizer]), *_AFTER)
    return [recipe.table[name] for name in dict.fromkeys(names) if name in recipe.table and name not in decided]


def of_tuning(recipe: Recipe, optimizers: Collection[str]) -> list[Hyperparameter]:
    """The fields of what a tuning's form searches."""
    names = (recipe.terms.rate, recipe.terms.batch, OPTIMIZER, *heeded(recipe, optimizers), "model")
    return [recipe.table[name] for name in names if name in recipe.table and name in recipe.tunable]


def heeded(recipe: Recipe, optimizers: Collection[str]) -> list[str]:
    """What all of the chosen optimizers, or the only one of a recipe that has no choice, go by beside the rate."""
    usual = {recipe.terms.rate, recipe.terms.batch, OPTIMIZER, "model", "epochs"}
    own = [name for name in recipe.tunable if name not in usual]
    if OPTIMIZER not in recipe.table:
        return own
    return [name for name in own if optimizers and recipe.tunable[name].optimizers.issuperset(optimizers)]


def left_to_say(words: Mapping[str, str], recipe: Recipe, fields: Collection[str]) -> dict[str, str]:
    """The words without those of such fields as say no more than what is anyhow, so that forms and words ask alike."""
    return {
        name: value
        for name, value in words.items()
        if name not in fields or name in recipe.defaults or recipe.table[name].default != value
    }
