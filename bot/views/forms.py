"""Forms whose fields depend on what is chosen in them: what one holds, and how it keeps that when it is drawn anew."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

from bot.domain import words as typed
from bot.domain.presets import Preset
from bot.domain.recipes import RECIPES, Recipe, RecipeName
from bot.errors import FieldError, UsageError
from bot.views import modals
from bot.views.message import View

# What is told to the bot as soon as it is chosen, and what it is asked for while somebody types.
PRESET, RECIPE, OPTIMIZER, STRATEGY = "form.preset", "form.recipe", "form.optimizer", "form.strategy"
DATA_SETS, JOBS, INSTANCES = "choose.data_set", "choose.job", "choose.instance"
# The choice that stands for none: a list of which one must be taken back needs such a one.
NONE = "none"
MORE = "more"
_HIDDEN_LIMIT = 2000


@dataclass(frozen=True, slots=True)
class Held:
    """What a form holds: `words` by its fields, empty ones too, and `hidden` what stood in fields that it had before.

    `recipe` and `preset` are those that it was drawn for, which the words may be ahead of.
    """

    channel_id: str
    recipe: Recipe
    preset: str
    words: Mapping[str, str]
    hidden: Mapping[str, str]


def held(view: Mapping[str, Any]) -> Held:
    """From a view as Slack sends it with every action and submission."""
    known = modals.metadata(view)
    words = modals.standing(view.get("state", {}).get("values", {}))
    return Held(
        known.get("channel_id", ""),
        recipe_of(known.get("recipe", "")),
        known.get("preset", ""),
        {name: "" if value == NONE else value for name, value in words.items()},
        dict(parse_qsl(known.get("hidden", ""))),
    )


def is_behind(shown: Mapping[str, Any]) -> bool:
    """Whether its fields are those of another recipe than stands in it, as after two choices in quick succession."""
    now = held(shown)
    return now.words.get("recipe", now.recipe.name) != now.recipe.name


def recipe_of(name: str) -> Recipe:
    """The recipe of this very name, or the usual one."""
    return RECIPES[RecipeName(name) if name in tuple(RecipeName) else RecipeName.IMAGE_CLASSIFICATION]


def remembered(channel_id: str, words: Mapping[str, str], fields: Collection[str]) -> dict[str, str]:
    """What the next drawing must know: https://docs.slack.dev/surfaces/modals#private_metadata"""
    hidden = urlencode({name: value for name, value in words.items() if value and name not in fields})
    known = {"recipe": recipe_of(words.get("recipe", "")).name.value, "preset": words.get("preset", "")}
    return {"channel_id": channel_id, **known, "hidden": hidden if len(hidden) <= _HIDDEN_LIMIT else ""}


def moved_on(
    before: Held, usual: tuple[Mapping[str, str], Mapping[str, str]], preset: Mapping[str, str]
) -> dict[str, str]:
    """The words after something was chosen: `usual` are those before and after it, `preset` those of a new preset.

    What was typed stays; what was usual becomes what is usual now.
    """
    was, now = usual
    words = {**before.hidden, **before.words}
    renewed = {name: value for name, value in now.items() if words.get(name, "") in ("", was.get(name, ""))}
    # A field that was emptied on purpose stays empty.
    emptied = {name for name, value in before.words.items() if not value and was.get(name)}
    return {**words, **{name: value for name, value in renewed.items() if name not in emptied}, **preset}


def new_preset(before: Held) -> Preset | None:
    """The preset that was chosen just now."""
    chosen = before.words.get("preset", "")
    return Preset(chosen) if chosen in tuple(Preset) and chosen != before.preset else None


def taken_out(words: Mapping[str, str], recipe: Recipe, fields: Collection[str]) -> dict[str, str]:
    """The words with those of the last field in fields of their own, where the form has got some for them."""
    try:
        more = pairs(words.get(MORE, ""))
    except FieldError:
        return dict(words)
    own = {recipe.spelled(name): value for name, value in more.items() if recipe.spelled(name) in fields}
    rest = {name: value for name, value in more.items() if recipe.spelled(name) not in fields}
    return {**words, **own, MORE: lines(rest)} if own else dict(words)


def lines(words: Mapping[str, str]) -> str:
    """Words as the last field shows them."""
    return "\n".join(f"{name}={value}" for name, value in words.items())


def pairs(text: str) -> dict[str, str]:
    """The words of the last field."""
    try:
        said = typed.words(text)
    except UsageError as error:
        raise FieldError(MORE, error.what, error.next_step) from error
    if said.names:
        raise FieldError(MORE, f"I cannot read `{said.names[0][:60]}`.", "Write `name=value`, one a line.")
    return dict(said.pairs)


def continued(fresh: View, shown: Mapping[str, Any], before: Mapping[str, str], after: Mapping[str, str]) -> View:
    """The new drawing with the blocks' ids as they are shown, except where a field's value is another one now."""
    ids = {modals.field_of(one["block_id"]): one["block_id"] for one in shown["blocks"] if one["type"] == "input"}
    blocks = [
        {**one, "block_id": _next_id(one["block_id"], ids, before, after)} if one["type"] == "input" else one
        for one in fresh["blocks"]
    ]
    return {**fresh, "blocks": blocks}


def _next_id(field: str, ids: Mapping[str, str], before: Mapping[str, str], after: Mapping[str, str]) -> str:
    shown = ids.get(field, field)
    if field not in ids or before.get(field, "") == after.get(field, ""):
        return shown
    return f"{field}{modals.RENEWED}{int(shown.partition(modals.RENEWED)[2] or 1) + 1}"


def read(values: Mapping[str, Any], recipe: Recipe) -> dict[str, str]:
    """All words that were filled in; what a field says cannot be said in the last one too."""
    words = {name: value for name, value in modals.filled_in(values).items() if value != NONE}
    more = pairs(words.pop(MORE, ""))
    shown = {modals.field_of(block) for block in values}
    twice = next((name for name in more if recipe.spelled(name) in shown), None)
    if twice:
        raise FieldError(MORE, f"`{twice}` has a field of its own above.", "Leave it out here.")
    words.pop("preset", None)
    if words.get("recipe") == RecipeName.IMAGE_CLASSIFICATION:
        del words["recipe"]
    return {**words, **more}
