"""Data sets as the bot knows them: where their images lie, their classes, and what they demand of a job."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.domain.hyperparameters import nearest
from bot.errors import FieldError, NotFoundError, UsageError

NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9._-]{0,62}")
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
_SOURCE = re.compile(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/.*)?")


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


def filled(values: Mapping[str, str], data_set: DataSet) -> dict[str, str]:
    """The hyperparameters with what the data set decides, or a FieldError where they contradict it."""
    facts = {"num_classes": len(data_set.classes), "num_training_samples": data_set.train_images}
    for name, fact in facts.items():
        if name in values and int(values[name]) != fact:
            raise FieldError(name, f"`{data_set.name}` has {name}={fact}, not {values[name]}.", f"Leave {name} out.")
    if int(values["mini_batch_size"]) > data_set.train_images:
        raise FieldError(
            "mini_batch_size",
            f"mini_batch_size={values['mini_batch_size']} is more than the {data_set.train_images} training images.",
            f"Take {data_set.train_images} or less.",
        )
    side = max(int(part) for part in values["image_shape"].split(",")[1:])
    resize = values.get("resize") or str(max(side, data_set.resize or side))
    if int(resize) < side:
        raise FieldError(
            "resize",
            f"resize={resize} is smaller than the {side} pixels of image_shape.",
            f"Take {side} or more.",
        )
    return {**values, **{name: str(fact) for name, fact in facts.items()}, "resize": resize}
