"""What is written of the recipes is what the recipes are: the page's tables, and what their scripts read."""

import pytest

from bot.domain.hyperparameters import Hyperparameter, allowed
from bot.domain.recipes import ALGORITHM, RECIPES, Recipe, RecipeName
from bot.domain.searches import is_number, written
from tests.architecture.source import ROOT
from training import hyperparameters as engine
from training.resnet import settings as resnet

HEAD = "| hyperparameter | takes | default | | searched by `/tune` |\n|---|---|---|---|---|"


def searched(recipe: Recipe, name: str) -> str:
    if name not in recipe.tunable:
        return ""
    usual = recipe.tunable[name]
    return f"{written(usual.low)} to {written(usual.high)}" if is_number(name, recipe.table) else "a list"


def line(recipe: Recipe, row: Hyperparameter) -> str:
    usual = "by the data set" if row.filled else f"`{recipe.default(row.name)}`" if recipe.default(row.name) else ""
    return f"| `{row.name}` | {allowed(row)} | {usual} | {row.says} | {searched(recipe, row.name)} |"


def table(recipe: Recipe) -> str:
    """The recipe's table as the page has it."""
    return "\n".join((HEAD, *(line(recipe, row) for row in recipe.table.values())))


@pytest.mark.parametrize("recipe", [ALGORITHM, RECIPES[RecipeName.PYTORCH_RESNET]], ids=lambda one: str(one.name))
def test_the_page_has_every_hyperparameter_as_it_is(recipe: Recipe) -> None:
    page = (ROOT / "docs/recipes.md").read_text(encoding="utf-8")

    assert [one for one in table(recipe).splitlines() if one not in page] == []


def test_the_page_says_what_a_frozen_backbone_has_not() -> None:
    page = (ROOT / "docs/recipes.md").read_text(encoding="utf-8")
    section = page.split("## `frozen-backbone`")[1].split("\n## ")[0]

    assert [name for name in RECIPES[RecipeName.FROZEN_BACKBONE].refusals if f"`{name}`" not in section] == []


def test_the_resnets_script_reads_just_what_is_sent() -> None:
    recipe = RECIPES[RecipeName.PYTORCH_RESNET]
    values = {name: recipe.default(name) for name in recipe.table}
    told = {name: value for name, value in values.items() if value} | {"num-classes": "2"}

    assert {*resnet.RULES} == {*recipe.table}
    assert resnet.read_settings(told).as_text().items() >= told.items()


def test_the_frozen_backbones_script_reads_all_that_is_sent_and_ignores_nothing() -> None:
    recipe = RECIPES[RecipeName.FROZEN_BACKBONE]

    assert {*recipe.table, *recipe.fixed} <= {*engine.RULES}
    assert not {*recipe.table} & {*engine.IGNORED}
