"""Training on from an earlier job's model, which takes the same recipe, the same classes and the same network.

https://docs.aws.amazon.com/sagemaker/latest/dg/image-classification.html#IC-incremental-training
"""

from collections.abc import Mapping, Sequence

from bot.domain.datasets import DataSet
from bot.domain.jobs import Job, JobStatus
from bot.domain.recipes import ALGORITHM, Recipe
from bot.domain.recipes import WORD as RECIPE
from bot.errors import FieldError

WORD = "from"
_SHOWN = 5


def continued(given: Mapping[str, str], earlier: Job, data_set: DataSet, recipe: Recipe = ALGORITHM) -> dict[str, str]:
    """The hyperparameters as given, with what the earlier job decides; a FieldError where they contradict it."""
    _check_recipe(earlier, recipe)
    _check_artifact(earlier)
    _check_classes(earlier, data_set)
    decided = {name: earlier.hyperparameters[name] for name in recipe.network if name in earlier.hyperparameters}
    for name, value in decided.items():
        asked = recipe.checked(name, given.get(name, value))
        if asked != value:
            what = f"`{earlier.name}` was trained with {name}={value}, and what continues it cannot have {asked}."
            raise FieldError(name, what, f"Leave {name} out.")
    return {**given, **decided, **_not_pretrained(given, earlier, recipe)}


def _not_pretrained(given: Mapping[str, str], earlier: Job, recipe: Recipe) -> dict[str, str]:
    """Where a network may start from ImageNet's weights, this one does not."""
    name = recipe.terms.pretrained
    if not name:
        return {}
    if recipe.checked(name, given.get(name, "0")) == "1":
        what = f"A job starts from the model of `{earlier.name}` or from ImageNet's weights, not from both."
        raise FieldError(name, what, f"Leave {name} out.")
    return {name: "0"}


def _check_recipe(earlier: Job, recipe: Recipe) -> None:
    if earlier.recipe != recipe.name:
        what = f"`{earlier.name}` was trained with {earlier.recipe}, and only that recipe can go on from its model."
        raise FieldError(RECIPE, what, f"Leave {RECIPE} out.")


def _check_artifact(earlier: Job) -> None:
    if earlier.unseen:
        raise FieldError(WORD, f"I am still asking AWS about `{earlier.name}`.", "Send this again in a moment.")
    if earlier.active:
        raise FieldError(WORD, f"`{earlier.name}` is {earlier.status}.", "Wait for its end, or stop it.")
    if earlier.status not in (JobStatus.COMPLETED, JobStatus.STOPPED) or not earlier.artifact:
        raise FieldError(WORD, f"`{earlier.name}` left no model to start from.", "`/jobs` lists others.")


def _check_classes(earlier: Job, data_set: DataSet) -> None:
    if (earlier.hyperparameters.get("multi_label") == "1") != data_set.multi_label:
        ours, theirs = ("several labels", "one label") if data_set.multi_label else ("one label", "several labels")
        what = f"`{earlier.name}` knows {theirs} an image, and `{data_set.name}` has {ours}."
        raise FieldError(WORD, what, "Leave from out, and train anew.")
    if earlier.classes == data_set.classes:
        return
    same = "the same classes in another order" if sorted(earlier.classes) == sorted(data_set.classes) else "other ones"
    raise FieldError(
        WORD,
        f"`{earlier.name}` knows the classes {_listed(earlier.classes)}, and `{data_set.name}` has {same}: "
        f"{_listed(data_set.classes)}.",
        "Leave from out, and train anew.",
    )


def _listed(classes: Sequence[str]) -> str:
    more = len(classes) - _SHOWN
    return ", ".join(classes[:_SHOWN]) + (f" and {more:,} more" if more > 0 else "")
