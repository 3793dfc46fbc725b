"""The modal that asks for a training job, and what was filled in."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from slack_sdk.models.blocks import Block

from bot.domain.compute import DEFAULT_INSTANCE
from bot.domain.datasets import DataSet
from bot.domain.hyperparameters import RECIPE_DEFAULTS, TABLE
from bot.errors import FieldError
from bot.views import data_set_pages, figures, modals, parts
from bot.views.message import View

SUBMIT = "train.submit"
DATA_SET, INSTANCE, MORE = "data_set", "instance", "more"
_NUMBERS = {"epochs": "Epochs", "mini_batch_size": "Images in a batch (mini_batch_size)"}
# Blocks that the modal has.
FIELDS = (DATA_SET, "epochs", "learning_rate", "mini_batch_size", "optimizer", "augmentation_type", INSTANCE, MORE)
_PAIR = re.compile(r"([A-Za-z0-9_]+)\s*=\s*(\S+)")


def train_modal(data_sets: Iterable[DataSet], prefill: Mapping[str, str], channel_id: str) -> View:
    """The form; `prefill` has words as `/train` takes them, and the data set under `data_set`."""
    found = offered(data_sets)
    if not found:
        return nothing_to_train_on("Train", channel_id)
    words = {**RECIPE_DEFAULTS, INSTANCE: DEFAULT_INSTANCE, **prefill}
    return modals.modal(
        "Train",
        _inputs(found, words, _unasked(prefill)),
        submit="Train",
        callback_id=SUBMIT,
        metadata={"channel_id": channel_id},
    )


def offered(data_sets: Iterable[DataSet]) -> list[DataSet]:
    """Those that can be chosen, by name."""
    short = (one for one in data_sets if len(one.name) <= modals.OPTION_VALUE_LIMIT)
    return sorted(short, key=lambda one: one.name)


def nothing_to_train_on(title: str, channel_id: str) -> View:
    """Instead of a form: how to begin."""
    blocks = [parts.section(data_set_pages.HOW_TO_BEGIN), parts.actions([data_set_pages.add_button()])]
    return modals.modal(title, blocks, metadata={"channel_id": channel_id})


def read_train_modal(values: Mapping[str, Any]) -> tuple[str, dict[str, str]]:
    """The data set and the words of the command that would ask for the same; a FieldError names the modal's field."""
    words = modals.filled_in(values)
    more = _pairs(words.pop(MORE, ""))
    twice = next((name for name in more if name in FIELDS), None)
    if twice:
        raise FieldError(MORE, f"`{twice}` has a field of its own above.", "Leave it out here.")
    if DATA_SET not in words:
        raise FieldError(DATA_SET, "Choose a data set.")
    return words.pop(DATA_SET), {**words, **more}


def _inputs(data_sets: list[DataSet], words: Mapping[str, str], more: str) -> list[Block]:
    chosen = words.get(DATA_SET, data_sets[0].name if len(data_sets) == 1 else "")
    return [
        modals.select_input(DATA_SET, "Data set", [(one.name, label(one)) for one in data_sets], chosen),
        modals.number_input("epochs", _NUMBERS["epochs"], words["epochs"], low=1),
        modals.text_input("learning_rate", "Learning rate", words["learning_rate"], "A number from 0 to 1."),
        modals.number_input("mini_batch_size", _NUMBERS["mini_batch_size"], words["mini_batch_size"], low=1),
        modals.select_input("optimizer", "Optimizer", _choices("optimizer"), words["optimizer"]),
        modals.select_input(
            "augmentation_type",
            "Augmentation",
            _choices("augmentation_type"),
            words.get("augmentation_type", ""),
            optional=True,
        ),
        modals.text_input(INSTANCE, "Instance type", words[INSTANCE]),
        modals.lines_input(
            MORE,
            "More hyperparameters",
            more,
            "One a line; /train help lists them all. max_run=90m and count=2 go here too.",
            "early_stopping=True",
        ),
    ]


def label(data_set: DataSet) -> str:
    """The data set in a list of choices."""
    classes = figures.of_things(len(data_set.classes), "class", "classes")
    tail = f": {figures.of_things(data_set.images, 'image')}, {classes}"
    return f"{parts.cut(data_set.name, max(10, modals.OPTION_LIMIT - len(tail)))}{tail}"


def _choices(hyperparameter: str) -> list[tuple[str, str]]:
    return [(choice, choice) for choice in TABLE[hyperparameter].choices]


def _unasked(prefill: Mapping[str, str]) -> str:
    return "\n".join(f"{name}={value}" for name, value in prefill.items() if name not in FIELDS)


def _pairs(text: str) -> dict[str, str]:
    """`name=value` pairs, apart by spaces or lines."""
    rest = _PAIR.sub("", text).strip()
    if rest:
        raise FieldError(MORE, f"I cannot read `{parts.cut(rest, 60)}`.", "Write `name=value`, one a line.")
    return {match[1]: match[2] for match in _PAIR.finditer(text)}
