"""What must hold between a recipe, the data set that it trains on, and the weights that people bring along."""

import re
from collections.abc import Mapping

from bot.domain import datasets
from bot.domain.datasets import DataSet
from bot.domain.jobs import Compute
from bot.domain.recipes import WEIGHTS, WORD, Recipe, RecipeName
from bot.errors import FieldError

# https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html; a key in words that any shell takes.
_OBJECT = re.compile(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[\w!.()'-]+)+", re.ASCII)


def hyperparameters_of(recipe: Recipe, given: Mapping[str, str], data_set: DataSet) -> dict[str, str]:
    """All that are sent: what was given, what the recipe has for the rest, and what the data set decides."""
    check_labels(recipe, data_set)
    return datasets.filled(recipe.completed(given), data_set, recipe.terms)


def check_labels(recipe: Recipe, data_set: DataSet) -> None:
    """A recipe for one label an image cannot learn from a data set with several."""
    if data_set.multi_label and not recipe.several_labels:
        what = f"`{recipe.name}` gives each image one label, and `{data_set.name}` has several."
        raise FieldError(WORD, what, f"Take `{WORD}={RecipeName.IMAGE_CLASSIFICATION}`.")


def weights_in(words: Mapping[str, str]) -> str:
    """The address of a state dict in a request's words, or nothing."""
    if WEIGHTS not in words:
        return ""
    # Slack may have made a link of it.
    address = words[WEIGHTS].strip("<>").split("|")[0]
    if len(address) > 900 or not _OBJECT.fullmatch(address):
        what = f"`{WEIGHTS}` takes the address of a file, not `{words[WEIGHTS]}`."
        raise FieldError(WEIGHTS, what, "Write it as `s3://bucket/folder/resnet18.pth`.")
    return address


def check_start(recipe: Recipe, values: Mapping[str, str], weights: str, asked: Compute, *, continues: bool) -> None:
    """From what the network starts: an earlier job's model, weights of one's own, ImageNet's, or none."""
    if weights and continues:
        what = "A job starts from an earlier job's model or from weights of yours, not from both."
        raise FieldError(WEIGHTS, what, f"Leave {WEIGHTS} or `from` out.")
    if not recipe.takes_weights:
        return
    pretrained = values.get(recipe.terms.pretrained) == "1"
    if weights and not pretrained:
        raise FieldError(WEIGHTS, f"With `{recipe.terms.pretrained}=0` no weights are used.", "Leave one of them out.")
    if asked.isolated and pretrained and not weights:
        what = "An isolated job cannot fetch the pretrained weights."
        raise FieldError("isolated", what, f"Add `{WEIGHTS}=s3://…`, or `{recipe.terms.pretrained}=0`.")
