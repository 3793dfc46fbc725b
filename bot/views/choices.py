"""What the lists of a form offer: each choice by its name, with what tells it from the others below."""

from collections.abc import Mapping, Sequence

from slack_sdk.models.blocks import Option

from bot.domain.datasets import DataSet
from bot.domain.jobs import Job
from bot.domain.presets import Preset
from bot.domain.recipes import RECIPES
from bot.views import figures, forms, modals

_PRESETS = {Preset.QUICK: "Quick look", Preset.BALANCED: "Balanced", Preset.THOROUGH: "Thorough"}


def data_sets(found: Sequence[DataSet]) -> list[Option]:
    return modals.offered(data_set(one) for one in found)


def data_set(one: DataSet) -> Option:
    classes = figures.of_things(len(one.classes), "class", "classes")
    images = f"{figures.count(one.train_images)} + {figures.of_things(one.validation_images, 'image')}"
    return modals.option(one.name, one.name, f"{images}, {classes}")


def jobs(found: Sequence[Job], typed: str) -> list[Option]:
    """The jobs, and first of all the choice to take none, until somebody looks for one."""
    none = [] if typed.strip() else [modals.option(forms.NONE, "None: start anew")]
    return modals.offered([*none, *(job(one) for one in found)])


def job(one: Job) -> Option:
    best = one.curve.best_accuracy
    accuracy = "" if best is None else f"best {figures.percent(best)} on "
    return modals.option(one.name, one.name, f"{accuracy}{one.data_set}")


def instances(found: Mapping[str, float | None]) -> list[Option]:
    return modals.offered(instance(name, price) for name, price in found.items())


def instance(name: str, price: float | None) -> Option:
    return modals.option(name, name, figures.UNKNOWN_PRICE if price is None else f"{figures.money(price)} an hour")


def presets(told: Mapping[Preset, str]) -> list[Option]:
    return [modals.option(one, _PRESETS[one], said) for one, said in told.items()]


def recipes() -> list[Option]:
    return [modals.option(one.name, one.name, f"{one.says[:1].upper()}{one.says[1:]}") for one in RECIPES.values()]


def told(words: Mapping[str, str]) -> str:
    """What a preset sets, in a line."""
    layers = f"{words['num_layers']} layers" if "num_layers" in words else words.get("model", "")
    stops = words.get("early_stopping") in ("True", "auto")
    sentences = (
        f"{words['jobs']} jobs" if "jobs" in words else "",
        f"{words['epochs']} epochs",
        layers,
        "augmented" if words.get("augmentation_type") else "",
        "stops early" if stops else "",
        f"{_written_out(words['max_run'])} {'a job ' if 'jobs' in words else ''}at most",
    )
    return ", ".join(filter(None, sentences))


def _written_out(max_run: str) -> str:
    """`30m` and `2h` as durations are written everywhere else."""
    return max_run.replace("m", " min").replace("h", " h")
