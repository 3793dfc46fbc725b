"""The modal that asks for a tuning job, what was filled in, and the words with which the next forms are prefilled."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from slack_sdk.models.blocks import Block

from bot.domain import compute, search_values
from bot.domain.compute import DEFAULT_INSTANCE
from bot.domain.datasets import DataSet
from bot.domain.hyperparameters import RECIPE_DEFAULTS, TABLE
from bot.domain.jobs import Compute, Job
from bot.domain.search_words import SCALING, WARM
from bot.domain.searches import Scaling, Search, Strategy
from bot.domain.tuning_on import tuned_on
from bot.domain.tunings import Tuning
from bot.errors import FieldError
from bot.views import modals, parts, training
from bot.views.message import View

SUBMIT = "tune.submit"
DATA_SET, INSTANCE, MORE = "data_set", "instance", "more"
_NUMBERS = ("learning_rate", "mini_batch_size", "optimizer")
FIELDS = (DATA_SET, *_NUMBERS, "epochs", "jobs", "parallel", "strategy", "early_stopping", INSTANCE, MORE)
_USUAL = {
    "learning_rate": "1e-6..0.5",
    "mini_batch_size": "8..64",
    "optimizer": ",".join(TABLE["optimizer"].choices),
    f"{SCALING}learning_rate": "log",
}
_PAIR = re.compile(r"([A-Za-z0-9_.]+)\s*=\s*(\S+)")
_STRATEGIES = {
    Strategy.BAYESIAN: "Bayesian: learns from the jobs that have ended",
    Strategy.RANDOM: "Random: any number of jobs at a time",
    Strategy.HYPERBAND: "Hyperband: ends hopeless jobs after few epochs",
    Strategy.GRID: "Grid: every combination of lists",
}
# What continuing a job decides by itself.
_DECIDED = ("num_layers", "image_shape", "use_pretrained_model")


def tune_modal(data_sets: Iterable[DataSet], prefill: Mapping[str, str], channel_id: str) -> View:
    """The form; `prefill` has words as `/tune` takes them, and the data set under `data_set`."""
    found = training.offered(data_sets)
    if not found:
        return training.nothing_to_train_on("Tune", channel_id)
    # Who tunes on keeps to what was searched; who begins sees what is usual.
    usual = {} if WARM in prefill else _USUAL
    words = {**RECIPE_DEFAULTS, INSTANCE: DEFAULT_INSTANCE, **_HOW, **dict.fromkeys(_NUMBERS, ""), **usual, **prefill}
    more = {name: value for name, value in {**usual, **prefill}.items() if name not in FIELDS}
    blocks = [*_what(found, words), *_how(words, "\n".join(f"{name}={value}" for name, value in more.items()))]
    return modals.modal("Tune", blocks, submit="Tune", callback_id=SUBMIT, metadata={"channel_id": channel_id})


_HOW = {"jobs": "6", "parallel": "2", "strategy": "bayesian", "early_stopping": "off"}


def _what(data_sets: list[DataSet], words: Mapping[str, str]) -> list[Block]:
    chosen = words.get(DATA_SET, data_sets[0].name if len(data_sets) == 1 else "")
    hints = {
        "learning_rate": "A range such as 1e-4..0.1 or a list such as 0.01,0.1 is searched; one value stays as it is.",
        "mini_batch_size": "Images in a batch: 16..64, or 16,32,64.",
        "optimizer": "sgd,adam,rmsprop,nag, or some of them.",
    }
    return [
        modals.select_input(DATA_SET, "Data set", [(one.name, training.label(one)) for one in data_sets], chosen),
        *(modals.text_input(name, name, words[name], hint, optional=True) for name, hint in hints.items()),
        modals.number_input("epochs", "Epochs of each job", words["epochs"], low=1),
    ]


def _how(words: Mapping[str, str], more: str) -> list[Block]:
    strategies = [(one.lower(), label) for one, label in _STRATEGIES.items()]
    early = [("off", "Let every job run to its end"), ("auto", "Stop jobs that will not be the best")]
    return [
        modals.number_input(
            "jobs", "Jobs", words["jobs"], low=1, hint="A grid search tries all: leave it empty.", optional=True
        ),
        modals.number_input(
            "parallel",
            "Jobs at a time",
            words["parallel"],
            low=1,
            high=100,
            hint="The fewer, the more a Bayesian search learns in between.",
        ),
        modals.select_input("strategy", "Strategy", strategies, words["strategy"]),
        modals.select_input("early_stopping", "Early stopping", early, words["early_stopping"]),
        modals.text_input(INSTANCE, "Instance type", words[INSTANCE]),
        modals.lines_input(
            MORE,
            "More",
            more,
            "One a line: other hyperparameters or their ranges, seed=7, max_run=90m, warm=TUNING. /tune help has all.",
            "momentum=0.5..0.99",
        ),
    ]


def read_tune_modal(values: Mapping[str, Any]) -> tuple[str, dict[str, str]]:
    """The data set and the words of the command that would ask for the same; a FieldError names the modal's field."""
    words = modals.filled_in(values)
    more = _pairs(words.pop(MORE, ""))
    twice = next((name for name in more if name in FIELDS), None)
    if twice:
        raise FieldError(MORE, f"`{twice}` has a field of its own above.", "Leave it out here.")
    if DATA_SET not in words:
        raise FieldError(DATA_SET, "Choose a data set.")
    return words.pop(DATA_SET), {**words, **_without_scales(more, words)}


def _without_scales(more: Mapping[str, str], words: Mapping[str, str]) -> dict[str, str]:
    """The scale that the form proposes means nothing once its field was emptied or has a single value."""
    if search_values.is_range(words.get("learning_rate", "")):
        return dict(more)
    return {name: value for name, value in more.items() if name != f"{SCALING}learning_rate"}


def _pairs(text: str) -> dict[str, str]:
    """`name=value` pairs, apart by spaces or lines."""
    rest = _PAIR.sub("", text).strip()
    if rest:
        raise FieldError(MORE, f"I cannot read `{parts.cut(rest, 60)}`.", "Write `name=value`, one a line.")
    return {match[1].lower(): match[2] for match in _PAIR.finditer(text)}


def tune_on_words(tuning: Tuning) -> dict[str, str]:
    """The words of a tuning around the best of an earlier one, with whose results it starts."""
    search = tuned_on(tuning)
    fixed = {name: value for name, value in tuning.hyperparameters.items() if _differs(name, value)}
    return {
        DATA_SET: tuning.data_set,
        **fixed,
        **_searched(search),
        **_machine(tuning.compute),
        "jobs": str(search.jobs),
        "parallel": str(search.parallel),
        "strategy": str(search.strategy).lower(),
        "early_stopping": "auto" if search.early_stopping else "off",
        WARM: ",".join(search.parents),
    }


def train_on_words(tuning: Tuning, job: Job) -> dict[str, str]:
    """The words of a job that starts from the model of the tuning's best one, with its hyperparameters."""
    same = {
        name: value for name, value in job.hyperparameters.items() if name not in _DECIDED and _differs(name, value)
    }
    return {DATA_SET: tuning.data_set, "from": job.name, **same, **_machine(job.compute)}


def _searched(search: Search) -> dict[str, str]:
    ranges = {one.name: "..".join(one.bounds) for one in search.ranges}
    choices = {one.name: ",".join(one.values) for one in search.choices}
    scales = {f"{SCALING}{one.name}": one.scaling.lower() for one in search.ranges if one.scaling != Scaling.AUTO}
    return {**ranges, **choices, **scales}


def _machine(asked: Compute) -> dict[str, str]:
    """Its words, without those that say what is usual anyhow."""
    usual = compute.as_words(compute.requested({}))
    words = compute.as_words(replace(asked, input_mode=asked.input_mode.removeprefix("File")))
    return {name: value for name, value in words.items() if name == INSTANCE or usual.get(name) != value}


def _differs(name: str, value: str) -> bool:
    """Whether it must be said: neither the data set nor the recipe would give it."""
    row = TABLE.get(name)
    return row is not None and not row.filled and RECIPE_DEFAULTS.get(name, row.default) != value
