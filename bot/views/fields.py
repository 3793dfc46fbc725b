"""The fields of the forms that start something: those of hyperparameters, drawn by what they take, and shared ones."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from slack_sdk.models.blocks import InputBlock, StaticMultiSelectElement

from bot.domain.datasets import DataSet
from bot.domain.form_fields import OPTIMIZER
from bot.domain.hyperparameters import Hyperparameter, Kind, allowed
from bot.domain.presets import Preset
from bot.domain.rules import ALL, RULES
from bot.domain.rules import WORD as RULES_WORD
from bot.views import choices, forms, modals

DATA_SET, INSTANCE = "data_set", "instance"
_LABELS: Mapping[str, str] = MappingProxyType(
    {
        "epochs": "Epochs",
        "learning_rate": "Learning rate",
        "lr": "Learning rate (lr)",
        "mini_batch_size": "Images in a batch (mini_batch_size)",
        "batch-size": "Images in a batch (batch-size)",
        "optimizer": "Optimizer",
        "model": "Network (model)",
        "num_layers": "Layers of the network (num_layers)",
        "augmentation_type": "Augmentation",
        "early_stopping": "Early stopping",
    }
)
_TRUTHS = {"False": "Train all epochs", "True": "Stop when validation no longer improves"}
_SWITCHES = {"0": "No", "1": "Yes"}


def label(row: Hyperparameter) -> str:
    return _LABELS.get(row.name, f"{row.says[:1].upper()}{row.says[1:]} ({row.name})")


def hyperparameter(row: Hyperparameter, value: str) -> InputBlock:
    """One value."""
    match row.kind:
        case Kind.CHOICE | Kind.TRUTH | Kind.SWITCH:
            return _choice(row, value)
        case Kind.WHOLE:
            high = None if row.high == float("inf") else int(row.high)
            return modals.number_input(row.name, label(row), value, int(row.low), high, optional=row.default is None)
        case _:
            takes = allowed(row)
            hint = f"{takes[:1].upper()}{takes[1:]}."
            return modals.text_input(row.name, label(row), value, hint, optional=row.default is None)


def searched(row: Hyperparameter, value: str, usual: str) -> InputBlock:
    """One value, a range or a list."""
    if row.name == OPTIMIZER:
        return _optimizers(row, value)
    example = ", ".join(row.choices) if row.choices else usual
    hint = f"A range or a list is searched ({example}); one value stays as it is."
    return modals.text_input(row.name, label(row), value, hint, optional=True)


def preset(value: str, told: Mapping[Preset, str]) -> InputBlock:
    hint = f"{told[Preset(value)]}; change below what you like." if value in tuple(Preset) else ""
    return modals.choice_input(
        "preset", "Begin with", choices.presets(told), value, hint, optional=True, tells=forms.PRESET
    )


def data_set(chosen: DataSet | None) -> InputBlock:
    option = choices.data_set(chosen) if chosen else None
    return modals.search_input(DATA_SET, "Data set", forms.DATA_SETS, option, tells=True)


def recipe(value: str) -> InputBlock:
    return modals.choice_input("recipe", "Recipe", choices.recipes(), value, tells=forms.RECIPE)


def instance(value: str) -> InputBlock:
    option = modals.option(value, value) if value and len(value) <= modals.OPTION_LIMIT else None
    return modals.search_input(INSTANCE, "Instance type", forms.INSTANCES, option)


def max_run(value: str) -> InputBlock:
    return modals.text_input(
        "max_run", "Longest run", value, "As 90m or 2h; what runs longer is stopped, and pays no more."
    )


def rules(value: str) -> InputBlock:
    given = {one.strip().lower() for one in value.split(",")}
    options = [modals.option(one.word, one.word, _first_sentence(one.found)) for one in RULES.values()]
    element = StaticMultiSelectElement(
        action_id=modals.VALUE,
        options=options,
        initial_options=[one for one in options if one.value in given or ALL in given] or None,
    )
    hint = "They watch the machine and are told in the card's thread; only for accounts that may still have them."
    return modals.input_block(RULES_WORD, "Rules of AWS's Profiler", element, hint, optional=True)


def more(value: str, hint: str, placeholder: str) -> InputBlock:
    return modals.lines_input(forms.MORE, "More", value, hint, placeholder)


def chosen(data_sets: Iterable[DataSet], name: str) -> DataSet | None:
    """The data set of this name, or the only one that there is."""
    known = list(data_sets)
    found = next((one for one in known if one.name == name), None)
    return known[0] if not name and len(known) == 1 else found


def _choice(row: Hyperparameter, value: str) -> InputBlock:
    labels = {Kind.TRUTH: _TRUTHS, Kind.SWITCH: _SWITCHES}.get(row.kind) or {one: one for one in row.choices}
    options = [modals.option(one, said) for one, said in labels.items()]
    if row.default is None:
        # A choice cannot be taken back in every client of Slack.
        options.insert(0, modals.option(forms.NONE, "None"))
    tells = forms.OPTIMIZER if row.name == OPTIMIZER else ""
    given = value or (forms.NONE if row.default is None else "")
    return modals.choice_input(row.name, label(row), options, given, tells=tells)


def _optimizers(row: Hyperparameter, value: str) -> InputBlock:
    options = [modals.option(one, one) for one in row.choices]
    given = {one.strip().lower() for one in value.split(",")}
    element = StaticMultiSelectElement(
        action_id=forms.OPTIMIZER,
        options=options,
        initial_options=[one for one in options if one.value in given] or None,
    )
    hint = "Several are searched; one stays as it is. What all of them go by stands below."
    return modals.input_block(row.name, label(row), element, hint, optional=True, dispatch_action=True)


def _first_sentence(text: str) -> str:
    said = text.partition(". ")[0]
    return f"{said[:1].upper()}{said[1:]}"
