"""The form that asks for a tuning job, what was filled in, and the words with which the next forms are prefilled."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from slack_sdk.models.blocks import Block, InputBlock

from bot.domain import compute, form_fields, presets, recipes, search_values
from bot.domain.datasets import DataSet
from bot.domain.form_fields import OPTIMIZER
from bot.domain.hyperparameters import Hyperparameter
from bot.domain.jobs import Compute, Job
from bot.domain.presets import Preset
from bot.domain.recipes import Recipe
from bot.domain.search_words import GRID_RATES, SCALING, WARM
from bot.domain.searches import Scaling, Search, Strategy, written
from bot.domain.tuning_on import tuned_on
from bot.domain.tunings import Tuning
from bot.errors import FieldError
from bot.views import choices, fields, forms, modals, training
from bot.views.fields import DATA_SET, INSTANCE
from bot.views.forms import MORE
from bot.views.message import View

SUBMIT = "tune.submit"
_SHARED = (
    "preset",
    DATA_SET,
    recipes.WORD,
    "epochs",
    "strategy",
    "jobs",
    "parallel",
    "early_stopping",
    INSTANCE,
    "max_run",
    MORE,
)
_STRATEGIES = {
    Strategy.BAYESIAN: "Bayesian: learns from the jobs that have ended",
    Strategy.RANDOM: "Random: any number of jobs at a time",
    Strategy.HYPERBAND: "Hyperband: ends hopeless jobs after few epochs",
    Strategy.GRID: "Grid: every combination of lists",
}
_EARLY = {"off": "Let every job run to its end", "auto": "Stop jobs that will not be the best"}
_HOW = {"jobs": "6", "parallel": "2", "strategy": "bayesian", "early_stopping": "off", "max_run": "2h"}


def tune_modal(data_sets: Iterable[DataSet], prefill: Mapping[str, str], channel_id: str) -> View:
    """The form; `prefill` has words as `/tune` takes them, and the data set under `data_set`."""
    known = list(data_sets)
    if not training.offered(known):
        return training.nothing_to_train_on("Tune", channel_id)
    recipe = forms.recipe_of(prefill.get(recipes.WORD, ""))
    begun = "" if set(prefill) - {DATA_SET} else Preset.BALANCED
    # Who tunes on keeps to what was searched; who begins sees what is usual.
    kept = {name: "" for name in recipe.tunable if WARM in prefill and name not in _SHARED}
    words = {**_usual(recipe, begun), **kept, **prefill, recipes.WORD: recipe.name, "preset": begun}
    said = {**({} if WARM in prefill else _scale(recipe)), **prefill}
    unasked = {name: value for name, value in said.items() if name not in _fields(words)}
    return _drawn(known, {**words, MORE: forms.lines(unasked)}, channel_id)


def tune_modal_changed(data_sets: Iterable[DataSet], shown: Mapping[str, Any]) -> View:
    """The form after something was chosen in it, with the fields that this asks for."""
    known, before = list(data_sets), forms.held(shown)
    recipe, chosen = forms.recipe_of(before.words.get(recipes.WORD, "")), forms.new_preset(before)
    # A form that was drawn for a grid asks for no number of jobs.
    was = _usual(before.recipe, before.preset, grid="jobs" not in before.words)
    now = _usual(recipe, before.words.get("preset", ""), grid=before.words.get("strategy") == "grid")
    words = forms.moved_on(before, (was, now), presets.of_tuning(chosen, recipe) if chosen else {})
    words = {**dict.fromkeys(recipe.tunable, ""), **words}
    words = forms.taken_out(_rescaled(words, before.recipe, recipe), recipe, _fields(words))
    return forms.continued(_drawn(known, words, before.channel_id), shown, before.words, words)


def read_tune_modal(values: Mapping[str, Any]) -> tuple[str, dict[str, str]]:
    """The data set and the words of the command that would ask for the same; a FieldError names the form's field."""
    recipe = forms.recipe_of(modals.filled_in(values).get(recipes.WORD, ""))
    words = forms.read(values, recipe)
    if DATA_SET not in words:
        raise FieldError(DATA_SET, "Choose a data set.")
    return words.pop(DATA_SET), _without_scales(words, recipe)


def _usual(recipe: Recipe, preset: str, *, grid: bool = False) -> dict[str, str]:
    """What stands in the fields where nobody says anything."""
    begun = presets.of_tuning(Preset(preset), recipe) if preset else {}
    shared = {"epochs": recipe.default("epochs") or "", INSTANCE: recipe.default_instance}
    return {**_searched_usually(recipe, grid=grid), **shared, **_HOW, **begun}


def _searched_usually(recipe: Recipe, *, grid: bool) -> dict[str, str]:
    """Ranges, or a list for a grid, which takes no ranges."""
    rate = recipe.tunable[recipe.terms.rate]
    usual = {
        recipe.terms.rate: ",".join(GRID_RATES) if grid else f"{written(rate.low)}..{written(rate.high)}",
        recipe.terms.batch: "" if grid else "8..64",
        OPTIMIZER: ",".join(recipe.table[OPTIMIZER].choices) if OPTIMIZER in recipe.table else "",
    }
    return {**dict.fromkeys(recipe.tunable, ""), **{name: value for name, value in usual.items() if value}}


def _scale(recipe: Recipe) -> dict[str, str]:
    return {f"{SCALING}{recipe.terms.rate}": "log"}


def _rescaled(words: Mapping[str, str], before: Recipe, after: Recipe) -> dict[str, str]:
    """The words with the scale that the form proposed under the learning rate's name in the recipe that was chosen."""
    was, now = f"{SCALING}{before.terms.rate}=", f"{SCALING}{after.terms.rate}="
    return {**words, MORE: words.get(MORE, "").replace(was, now)}


def _drawn(data_sets: list[DataSet], words: Mapping[str, str], channel_id: str) -> View:
    recipe, shown = forms.recipe_of(words[recipes.WORD]), _fields(words)
    usual = {name: f"{written(one.low)}..{written(one.high)}" for name, one in recipe.tunable.items() if one.high}
    searched = [fields.searched(row, words[row.name], usual.get(row.name, "")) for row in _rows(words)]
    return modals.modal(
        "Tune",
        [*_what(data_sets, words), *searched, *_how(words, shown)],
        submit="Tune",
        callback_id=SUBMIT,
        metadata=forms.remembered(channel_id, words, shown),
    )


def _rows(words: Mapping[str, str]) -> list[Hyperparameter]:
    chosen = [one.strip() for one in words.get(OPTIMIZER, "").split(",")]
    return form_fields.of_tuning(forms.recipe_of(words[recipes.WORD]), chosen)


def _fields(words: Mapping[str, str]) -> list[str]:
    """The fields that the form has for such words, by the rules of each strategy."""
    strategy = words["strategy"].lower()
    # A grid search tries all there are; Hyperband stops jobs by itself.
    left_out = {"jobs": strategy == "grid", "early_stopping": strategy == "hyperband"}
    return [*(name for name in _SHARED if not left_out.get(name)), *(row.name for row in _rows(words))]


def _what(data_sets: list[DataSet], words: Mapping[str, str]) -> list[InputBlock]:
    recipe = forms.recipe_of(words[recipes.WORD])
    told = {one: choices.told(presets.of_tuning(one, recipe)) for one in Preset}
    return [
        fields.preset(words.get("preset", ""), told),
        fields.data_set(fields.chosen(training.offered(data_sets), words.get(DATA_SET, ""))),
        fields.recipe(recipe.name),
    ]


def _how(words: Mapping[str, str], shown: list[str]) -> list[Block]:
    recipe = forms.recipe_of(words[recipes.WORD])
    strategies = [modals.option(one.lower(), label) for one, label in _STRATEGIES.items()]
    bayesian = words["strategy"].lower() == "bayesian"
    parallel = "The fewer, the more is learnt in between." if bayesian else ""
    early = list(_EARLY.items())
    drawn = {
        "epochs": _epochs(recipe, words["epochs"]),
        "strategy": modals.choice_input(
            "strategy", "Strategy", strategies, words["strategy"].lower(), tells=forms.STRATEGY
        ),
        "jobs": modals.number_input("jobs", "Jobs", words["jobs"], low=1),
        "parallel": modals.number_input(
            "parallel", "Jobs at a time", words["parallel"], low=1, high=100, hint=parallel
        ),
        "early_stopping": modals.select_input("early_stopping", "Early stopping", early, words["early_stopping"]),
        INSTANCE: fields.instance(words[INSTANCE]),
        "max_run": fields.max_run(words["max_run"]),
        MORE: fields.more(
            words.get(MORE, ""),
            "One a line: other hyperparameters or their ranges, seed=7, spot=yes, warm=TUNING. /tune help has all.",
            "seed=7",
        ),
    }
    return [block for name, block in drawn.items() if name in shown]


def _epochs(recipe: Recipe, value: str) -> InputBlock:
    """AWS searches them of a script only; of its own algorithm they are one number."""
    label = "Epochs of each job"
    if "epochs" not in recipe.tunable:
        return modals.number_input("epochs", label, value, low=1)
    return modals.text_input("epochs", label, value, "A range or a list is searched; one value stays as it is.")


def _without_scales(words: Mapping[str, str], recipe: Recipe) -> dict[str, str]:
    """The scale that the form proposes means nothing once its field was emptied or has a single value."""
    if search_values.is_range(words.get(recipe.terms.rate, "")):
        return dict(words)
    return {name: value for name, value in words.items() if name not in _scale(recipe)}


def tune_on_words(tuning: Tuning) -> dict[str, str]:
    """The words of a tuning around the best of an earlier one, with whose results it starts."""
    search = tuned_on(tuning)
    made_by = tuning.made_by
    fixed = {name: value for name, value in tuning.hyperparameters.items() if _differs(name, value, made_by)}
    return {
        DATA_SET: tuning.data_set,
        **_recipe(tuning),
        **fixed,
        **_searched(search),
        **_machine(tuning.compute, made_by),
        "jobs": str(search.jobs),
        "parallel": str(search.parallel),
        "strategy": str(search.strategy).lower(),
        "early_stopping": "auto" if search.early_stopping else "off",
        WARM: ",".join(search.parents),
    }


def train_on_words(job: Job) -> dict[str, str]:
    """The words of a job that starts from the model of this one, with its hyperparameters."""
    made_by = job.made_by
    # What going on from a job decides by itself.
    decided = {*made_by.network, made_by.terms.pretrained}
    same = {
        name: value
        for name, value in job.hyperparameters.items()
        if name not in decided and _differs(name, value, made_by)
    }
    return {DATA_SET: job.data_set, **_recipe(job), "from": job.name, **same, **_machine(job.compute, made_by)}


def tune_words(job: Job) -> dict[str, str]:
    """The words of a tuning that looks for something better than this job, by the same recipe on the same machines."""
    return {DATA_SET: job.data_set, recipes.WORD: job.recipe, **_machine(job.compute, job.made_by)}


def _recipe(subject: Job | Tuning) -> dict[str, str]:
    return {} if subject.made_by == forms.recipe_of("") else {recipes.WORD: subject.recipe}


def _searched(search: Search) -> dict[str, str]:
    ranges = {one.name: "..".join(one.bounds) for one in search.ranges}
    choices = {one.name: ",".join(one.values) for one in search.choices}
    scales = {f"{SCALING}{one.name}": one.scaling.lower() for one in search.ranges if one.scaling != Scaling.AUTO}
    return {**ranges, **choices, **scales}


def _machine(asked: Compute, recipe: Recipe) -> dict[str, str]:
    """Its words, without those that say what is usual anyhow."""
    usual = compute.as_words(compute.requested({}, recipe))
    words = compute.as_words(replace(asked, input_mode=asked.input_mode.removeprefix("File")))
    return {name: value for name, value in words.items() if name == INSTANCE or usual.get(name) != value}


def _differs(name: str, value: str, recipe: Recipe) -> bool:
    """Whether it must be said: neither the data set nor the recipe would give it."""
    row = recipe.table.get(name)
    return row is not None and not row.filled and recipe.default(name) != value
