"""What help says of the recipes: their names, what each is, and the words that are its own."""

from collections.abc import Iterable

from bot.domain.hyperparameters import Hyperparameter, Kind, allowed
from bot.domain.recipes import ALGORITHM, RECIPES, WEIGHTS, WORD, Recipe
from bot.domain.searches import is_number, written


def trained() -> str:
    """The recipes of `/train`, each with its hyperparameters where they are not the algorithm's."""
    return "\n".join((f"*Recipes*, by `{WORD}=NAME`", *(_line(one, _own_words(one)) for one in RECIPES.values())))


def tuned() -> str:
    """The recipes of `/tune`, each with what can be searched of it where that is not what the algorithm has."""
    return "\n".join((f"*Recipes*, by `{WORD}=NAME`", *(_line(one, _searched(one)) for one in RECIPES.values())))


def machines() -> str:
    """On what each recipe trains where nobody says anything."""
    others = [
        f"{one.default_instance} with `{one.name}`"
        for one in RECIPES.values()
        if one.default_instance != ALGORITHM.default_instance
    ]
    return f"{ALGORITHM.default_instance} ({', '.join(others)})"


def _line(recipe: Recipe, words: str) -> str:
    usual = " What is trained where no recipe is named." if recipe is ALGORITHM else ""
    return f"• `{recipe.name}`: {recipe.says}.{usual}{' ' + words if words else ''}"


def _own_words(recipe: Recipe) -> str:
    if recipe is ALGORITHM:
        return ""
    if recipe.refusals and recipe.table.keys() < ALGORITHM.table.keys():
        return f"Its hyperparameters are the algorithm's without {_listed(recipe.refusals)}."
    words = ", ".join(word(row, recipe) for row in recipe.table.values() if not row.filled)
    weights = f" `{WEIGHTS}=s3://…` has it start from a state dict of yours." if recipe.takes_weights else ""
    return f"It takes {words}.{weights}"


def _searched(recipe: Recipe) -> str:
    if recipe.tunable.items() <= ALGORITHM.tunable.items():
        return ""
    words = (
        f"`{name}={written(one.low)}..{written(one.high)}`"
        if is_number(name, recipe.table)
        else f"`{name}={','.join(recipe.table[name].choices)}`"
        for name, one in recipe.tunable.items()
    )
    return f"Searched can be {', '.join(words)}."


def word(row: Hyperparameter, recipe: Recipe) -> str:
    """The hyperparameter as it may be written, with what it is where nobody says anything and what else it can be."""
    usual = recipe.default(row.name)
    takes = f" ({allowed(row)})" if row.kind in (Kind.CHOICE, Kind.SWITCH, Kind.TRUTH) else ""
    return f"`{row.name}{'=' + usual if usual else ''}`{takes}"


def _listed(names: Iterable[str]) -> str:
    quoted = [f"`{name}`" for name in names]
    return f"{', '.join(quoted[:-1])} and {quoted[-1]}"
