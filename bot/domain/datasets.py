"""Data sets as the bot knows them: where their images lie, their classes, and what they demand of a job."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.domain.hyperparameters import PRETRAINED_SHAPE, RECIPE_DEFAULTS, Terms, nearest
from bot.errors import FieldError, NotFoundError, UsageError

NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9._-]{0,62}")
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
_SOURCE = re.compile(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/.*)?")
_BATCH = int(RECIPE_DEFAULTS["mini_batch_size"])
_ALGORITHMS = Terms()


class Format(StrEnum):
    """How the images lie: in RecordIO files, as files with `.lst` beside them, or as augmented manifests."""

    REC = "rec"
    LST = "lst"
    MANIFEST = "manifest"


@dataclass(frozen=True, slots=True)
class DataSet:
    """A data set in the bucket. `classes` are in label order; the model's artifact does not hold them.

    `locations` are the S3 addresses of its input channels by name; without any they are the folders of those names
    below `s3_prefix`. `made_by` is the id of the preparation that wrote it, and empty for what the bot did not make.
    `label_attribute` is a manifest's own, and `class_ids` says that its labels are lists of class indexes.
    `min_accuracy` (0..1) is what a model of it must reach to be deployed; none: what the operators ask of all.
    `based_on` names the data set of which it is a version, and `from_use` counts the pictures that it has besides.
    """

    name: str
    s3_prefix: str
    classes: tuple[str, ...]
    train_images: int
    validation_images: int
    resize: int | None = None
    smallest_side: int | None = None
    format: Format = Format.LST
    locations: Mapping[str, str] = field(default_factory=dict)
    multi_label: bool = False
    label_attribute: str = ""
    class_ids: bool = False
    made_by: str = ""
    min_accuracy: float | None = None
    based_on: str = ""
    from_use: int = 0

    @property
    def images(self) -> int:
        return self.train_images + self.validation_images


def named(name: str, known: Mapping[str, DataSet]) -> DataSet:
    """The data set of this name, or a NotFoundError with the nearest one."""
    if name in known:
        return known[name]
    if not known:
        raise NotFoundError("There is no data set yet.", next_step="`/datasets add` makes one.")
    like = nearest(name, list(known))
    listed = ", ".join(f"`{one}`" for one in sorted(known)[:5])
    raise NotFoundError(
        f"I don't know a data set `{name}`.",
        next_step=f"Did you mean `{like}`?" if like else f"I know {listed}.",
    )


def found(name: str, known: Mapping[str, DataSet]) -> DataSet | None:
    """The data set of this name, however it is capitalized."""
    return next((one for key, one in known.items() if key.lower() == name.lower()), None)


def checked_name(name: str) -> str:
    """The name, if it can be one: it becomes part of addresses in S3 and of jobs' names."""
    if not NAME.fullmatch(name):
        raise UsageError(
            f"`{name}` can't be a data set's name.", next_step="Take letters, digits, dots, hyphens and underscores."
        )
    return name


def checked_source(source: str) -> str:
    """The S3 address with a slash at its end, lest `…/pets` bring `…/pets-old/` along."""
    address = source.strip().strip("<>")
    if not _SOURCE.fullmatch(address):
        raise UsageError(
            f"`{source}` is no S3 address." if source.strip() else "Where are the images?",
            next_step="Write it as `s3://bucket/prefix`.",
        )
    return address.rstrip("/") + "/"


def facts(data_set: DataSet, terms: Terms = _ALGORITHMS) -> dict[str, str]:
    """The hyperparameters that the data set alone decides, by the names that a recipe has for them."""
    told = {terms.classes: str(len(data_set.classes)), terms.samples: str(data_set.train_images)}
    return told | ({"multi_label": "1"} if data_set.multi_label else {})


def suggested(data_set: DataSet, terms: Terms = _ALGORITHMS) -> dict[str, str]:
    """What a form for a job on this data set is filled in with, such that the job is not refused as it stands."""
    batch = {terms.batch: str(data_set.train_images)} if data_set.train_images < _BATCH else {}
    shape = {"image_shape": PRETRAINED_SHAPE} if terms == _ALGORITHMS else {}
    return {**facts(data_set, terms), **shape, **batch}


def filled(values: Mapping[str, str], data_set: DataSet, terms: Terms = _ALGORITHMS) -> dict[str, str]:
    """The hyperparameters with what the data set decides, or a FieldError where they contradict it."""
    decided = facts(data_set, terms)
    for name in (terms.classes, terms.samples):
        if name in values and int(values[name]) != int(decided[name]):
            raise FieldError(
                name, f"`{data_set.name}` has {name}={decided[name]}, not {values[name]}.", f"Leave {name} out."
            )
    _check_labels(values, data_set)
    batch = int(values[terms.batch])
    if batch > data_set.train_images:
        what = f"{terms.batch}={batch} is more than the {data_set.train_images} training images."
        raise FieldError(terms.batch, what, f"Take {data_set.train_images} or less.")
    resized = {terms.resize: _resize(values, data_set)} if terms.resize else {}
    return {**values, **decided, **resized}


def input_mode(asked: str, data_set: DataSet) -> str:
    """`File` or `Pipe`: as asked, where the data set's format can be read so, or else what its format takes."""
    match data_set.format, asked:
        case (Format.MANIFEST, "File"):
            # https://docs.aws.amazon.com/sagemaker/latest/dg/augmented-manifest.html
            what = f"`{data_set.name}` is an augmented manifest, and SageMaker reads those in Pipe mode only."
            raise FieldError("mode", what, "Leave mode out, or write `mode=pipe`.")
        case (Format.LST, "Pipe"):
            what = f"`{data_set.name}` lies as image files with lists, which the algorithm reads in File mode only."
            raise FieldError("mode", what, "Leave mode out; data sets in `rec` format can be piped.")
        case (Format.MANIFEST, _):
            return "Pipe"
        case _:
            return asked or "File"


def _check_labels(values: Mapping[str, str], data_set: DataSet) -> None:
    said = values.get("multi_label")
    if said == "1" and not data_set.multi_label:
        raise FieldError("multi_label", "This data set has one label an image.", "Leave multi_label out.")
    if said == "0" and data_set.multi_label:
        raise FieldError("multi_label", "This data set has several labels an image.", "Leave multi_label out.")
    if values.get("use_weighted_loss") == "1" and not data_set.multi_label:
        raise FieldError(
            "use_weighted_loss", "use_weighted_loss is for data sets with several labels an image.", "Leave it out."
        )


def _resize(values: Mapping[str, str], data_set: DataSet) -> str:
    """The shortest side that each image is brought to; one below `image_shape` would fail the job.

    Unasked it is filled in, for files cannot be read without it, and RecordIO would be cropped instead of scaled. Only
    a larger `image_shape` than the network's usual one is not brought about by enlarging images without a word.
    """
    shape, smallest = values.get("image_shape", PRETRAINED_SHAPE), data_set.smallest_side
    side = max(int(part) for part in shape.split(",")[1:])
    if "resize" not in values:
        if smallest is not None and smallest < side and shape != PRETRAINED_SHAPE:
            raise FieldError(
                "image_shape",
                f"image_shape={shape} is larger than the smallest image, whose shorter side has {smallest} pixels.",
                f"Take {smallest} or less, or say `resize={side}` to enlarge the images.",
            )
        return str(max(side, data_set.resize or side))
    if int(values["resize"]) < side:
        raise FieldError(
            "resize",
            f"resize={values['resize']} is smaller than the {side} pixels of image_shape.",
            f"Take {side} or more.",
        )
    return values["resize"]
