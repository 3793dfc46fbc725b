"""The modal that asks for a data set, and what was filled in."""

from collections.abc import Mapping
from typing import Any

from slack_sdk.models.blocks import Block, InputBlock
from slack_sdk.models.blocks.block_elements import FileInputElement

from bot.domain.datasets import Format
from bot.domain.options import LEAST_SIDE, MOST_SIDE
from bot.domain.preparations import Options, Preparation
from bot.errors import FieldError
from bot.views import modals
from bot.views.message import View

SUBMIT = "dataset.submit"
NAME, SOURCE, FILES = "name", "source", "files"
MOST_FILES = 10
_FORMATS = (
    (Format.REC, "RecordIO: a few large files, the quickest to train from"),
    (Format.LST, "Images with .lst files: every image can be looked at"),
    (Format.MANIFEST, "Augmented manifests: streamed, as Ground Truth writes"),
)


def add_modal(prefill: Mapping[str, str], channel_id: str) -> View:
    """The form; `prefill` has the words of `/datasets add`, with the name and the address under `name` and `source`."""
    defaults = words_of(Options())
    return modals.modal(
        "Add a data set",
        [*_what(prefill), *_how({**defaults, **prefill})],
        submit="Add",
        callback_id=SUBMIT,
        metadata={"channel_id": channel_id},
    )


def read_add_modal(values: Mapping[str, Any]) -> tuple[dict[str, str], tuple[str, ...]]:
    """The words, as `add_modal` takes them, and the ids of the uploaded files; exactly one of the two sources."""
    words, files = modals.filled_in(values), modals.files_in(values.get(FILES, {}))
    if NAME not in words:
        raise FieldError(NAME, "Give it a name.")
    if SOURCE in words and files:
        raise FieldError(FILES, "Either an S3 address or zip files, not both.", "Leave one of them out.")
    if SOURCE not in words and not files:
        raise FieldError(SOURCE, "Where are the images?", "Write an S3 address, or upload zip files below.")
    if files:
        words[SOURCE] = ", ".join(name for _, name in files)
    return words, tuple(file_id for file_id, _ in files)


def words_of(options: Options) -> dict[str, str]:
    """The options as the words that ask for them."""
    words = {
        "share": f"{options.validation_share * 100:g}%",
        "seed": str(options.seed),
        "format": str(options.format),
        "resize": str(options.resize or ""),
        "quality": str(options.quality),
        "classes": ", ".join(options.classes),
        "min_accuracy": "" if options.min_accuracy is None else f"{options.min_accuracy * 100:g}%",
    }
    return {name: word for name, word in words.items() if word}


def again(preparation: Preparation) -> dict[str, str]:
    """What asks for the same once more; uploaded files must be chosen anew."""
    source = {} if preparation.file_ids else {SOURCE: preparation.source}
    return {NAME: preparation.name, **source, **words_of(preparation.options)}


def _what(words: Mapping[str, str]) -> list[Block]:
    return [
        modals.text_input(NAME, "Name", words.get(NAME, ""), "Letters, digits, dots, hyphens and underscores.", "pets"),
        modals.text_input(
            SOURCE,
            "S3 address",
            words.get(SOURCE, ""),
            "One folder for each class, with train and validation above them or not; or ready-made .rec, .lst or "
            "manifest files.",
            "s3://bucket/prefix",
            optional=True,
        ),
        modals.input_block(
            FILES,
            "Or zip files",
            FileInputElement(action_id=modals.VALUE, filetypes=["zip"], max_files=MOST_FILES),
            "Folders inside as above. Slack takes up to 10 files of 10 MB here; they become one data set.",
            optional=True,
        ),
    ]


def _how(words: Mapping[str, str]) -> list[Block]:
    return [
        modals.text_input(
            "share", "Share of validation images", words["share"], "A split that the source has is kept as it is."
        ),
        modals.select_input("format", "Format", [(str(one), label) for one, label in _FORMATS], words["format"]),
        _side(words.get("resize", "")),
        modals.number_input("quality", "JPEG quality of resized images", words["quality"], 1, 100),
        modals.number_input("seed", "Seed of the split", words["seed"], 0, 2**31 - 1),
        modals.text_input(
            "classes",
            "Names of the classes",
            words.get("classes", ""),
            "Only for ready-made files, which know numbers alone: in the numbers' order, apart by commas.",
            "cat, dog",
            optional=True,
        ),
        modals.text_input(
            "min_accuracy",
            "Accuracy that a model must reach",
            words.get("min_accuracy", ""),
            "To be deployed without giving a reason. Empty: what the operators ask of all.",
            "80%",
            optional=True,
        ),
    ]


def _side(value: str) -> InputBlock:
    return modals.number_input(
        "resize",
        "Shortest side in pixels",
        value,
        LEAST_SIDE,
        MOST_SIDE,
        hint="Left empty, the images stay as they are; smaller ones train faster and cost less to keep.",
        optional=True,
    )
