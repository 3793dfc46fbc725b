"""The form that asks for a training job: its fields by recipe, optimizer and format, and what was filled in."""

from collections.abc import Iterable, Mapping
from typing import Any

from slack_sdk.models.blocks import Block, InputBlock

from bot.domain import form_fields, presets, recipes, rules
from bot.domain.continuing import WORD as FROM
from bot.domain.datasets import DataSet, Format
from bot.domain.form_fields import OPTIMIZER
from bot.domain.presets import Preset
from bot.domain.recipes import Recipe
from bot.errors import FieldError
from bot.views import choices, data_set_pages, fields, forms, modals, parts
from bot.views.fields import DATA_SET, INSTANCE
from bot.views.forms import MORE
from bot.views.message import View

SUBMIT = "train.submit"
_SHARED = ("preset", DATA_SET, recipes.WORD, FROM, "mode", recipes.WEIGHTS, INSTANCE, "max_run", rules.WORD, MORE)


def train_modal(data_sets: Iterable[DataSet], prefill: Mapping[str, str], channel_id: str) -> View:
    """The form; `prefill` has words as `/train` takes them, and the data set under `data_set`."""
    known = list(data_sets)
    if not offered(known):
        return nothing_to_train_on("Train", channel_id)
    recipe = forms.recipe_of(prefill.get(recipes.WORD, ""))
    begun = "" if set(prefill) - {DATA_SET} else Preset.BALANCED
    words = {**_usual(recipe, begun), **prefill, recipes.WORD: recipe.name, "preset": begun}
    unasked = {name: value for name, value in prefill.items() if name not in _fields(words, known)}
    return _drawn(known, {**words, MORE: forms.lines(unasked)}, channel_id)


def train_modal_changed(data_sets: Iterable[DataSet], shown: Mapping[str, Any]) -> View:
    """The form after something was chosen in it, with the fields that this asks for."""
    known, before = list(data_sets), forms.held(shown)
    recipe, chosen = forms.recipe_of(before.words.get(recipes.WORD, "")), forms.new_preset(before)
    usual = _usual(before.recipe, before.preset), _usual(recipe, before.words.get("preset", ""))
    words = forms.moved_on(before, usual, presets.of_training(chosen, recipe) if chosen else {})
    words = forms.taken_out(words, recipe, _fields(words, known))
    return forms.continued(_drawn(known, words, before.channel_id), shown, before.words, words)


def read_train_modal(values: Mapping[str, Any]) -> tuple[str, dict[str, str]]:
    """The data set and the words of the command that would ask for the same; a FieldError names the form's field."""
    recipe = forms.recipe_of(modals.filled_in(values).get(recipes.WORD, ""))
    words = forms.read(values, recipe)
    if DATA_SET not in words:
        raise FieldError(DATA_SET, "Choose a data set.")
    shown = {modals.field_of(block) for block in values}
    return words.pop(DATA_SET), form_fields.left_to_say(words, recipe, shown & set(recipe.table))


def offered(data_sets: Iterable[DataSet]) -> list[DataSet]:
    """Those that can be chosen, by name."""
    short = (one for one in data_sets if len(one.name) <= modals.OPTION_VALUE_LIMIT)
    return sorted(short, key=lambda one: one.name)


def nothing_to_train_on(title: str, channel_id: str) -> View:
    """Instead of a form: how to begin."""
    blocks = [parts.section(data_set_pages.HOW_TO_BEGIN), parts.actions([data_set_pages.add_button()])]
    return modals.modal(title, blocks, metadata={"channel_id": channel_id})


def _usual(recipe: Recipe, preset: str) -> dict[str, str]:
    """What stands in the fields where nobody says anything."""
    defaults = {name: recipe.default(name) or "" for name in recipe.table if not recipe.table[name].filled}
    begun = presets.of_training(Preset(preset), recipe) if preset else {}
    return {**defaults, INSTANCE: recipe.default_instance, "max_run": "2h", "mode": "file", rules.WORD: "", **begun}


def _drawn(data_sets: list[DataSet], words: Mapping[str, str], channel_id: str) -> View:
    recipe, shown = forms.recipe_of(words[recipes.WORD]), _fields(words, data_sets)
    return modals.modal(
        "Train",
        [
            *_what(data_sets, words),
            *(fields.hyperparameter(row, words[row.name]) for row in _rows(words)),
            *_how(words, shown),
        ],
        submit="Train",
        callback_id=SUBMIT,
        metadata=forms.remembered(channel_id, {**words, recipes.WORD: recipe.name}, shown),
    )


def _rows(words: Mapping[str, str]) -> list[Any]:
    recipe = forms.recipe_of(words[recipes.WORD])
    return form_fields.of_training(recipe, words.get(OPTIMIZER, ""), continues=bool(words.get(FROM)))


def _fields(words: Mapping[str, str], data_sets: Iterable[DataSet]) -> list[str]:
    """The fields that the form has for such words."""
    recipe = forms.recipe_of(words[recipes.WORD])
    chosen = fields.chosen(data_sets, words.get(DATA_SET, ""))
    left_out = {
        # RecordIO alone can be read in either way.
        "mode": chosen is None or chosen.format != Format.REC,
        recipes.WEIGHTS: not recipe.takes_weights or bool(words.get(FROM)),
        # They look at how the GPU is used, or at what it waits for.
        rules.WORD: not recipe.gpu,
    }
    return [*(name for name in _SHARED if not left_out.get(name)), *(row.name for row in _rows(words))]


def _what(data_sets: list[DataSet], words: Mapping[str, str]) -> list[InputBlock]:
    recipe, earlier = forms.recipe_of(words[recipes.WORD]), words.get(FROM, "")
    told = {one: choices.told(presets.of_training(one, recipe)) for one in Preset}
    option = modals.option(earlier, earlier) if 0 < len(earlier) <= modals.OPTION_VALUE_LIMIT else None
    return [
        fields.preset(words.get("preset", ""), told),
        fields.data_set(fields.chosen(offered(data_sets), words.get(DATA_SET, ""))),
        fields.recipe(recipe.name),
        modals.search_input(
            FROM,
            "Go on from the model of",
            forms.JOBS,
            option,
            "Its network is taken as it is.",
            optional=True,
            tells=True,
        ),
    ]


def _how(words: Mapping[str, str], shown: list[str]) -> list[Block]:
    recipe = forms.recipe_of(words[recipes.WORD])
    several = "count=2, " if recipe.several_instances else ""
    modes = [("file", "File: copied to the machine first"), ("pipe", "Pipe: streamed while it trains")]
    weights = modals.text_input(
        recipes.WEIGHTS,
        "Weights to start from",
        words.get(recipes.WEIGHTS, ""),
        "A state dict in S3; empty: the container's.",
        "s3://bucket/weights.pth",
        optional=True,
    )
    drawn = {
        "mode": modals.select_input("mode", "How images are read", modes, words["mode"].lower()),
        recipes.WEIGHTS: weights,
        INSTANCE: fields.instance(words[INSTANCE]),
        "max_run": fields.max_run(words["max_run"]),
        rules.WORD: fields.rules(words[rules.WORD]),
        MORE: fields.more(
            words.get(MORE, ""),
            f"One a line: any other hyperparameter, {several}spot=yes. /train help has all.",
            "lr_scheduler_step=10,20" if "lr_scheduler_step" in recipe.table else "seed=7",
        ),
    }
    return [block for name, block in drawn.items() if name in shown]
