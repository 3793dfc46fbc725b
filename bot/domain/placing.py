"""Where an image of a data set belongs: its split, and its class by label."""

from dataclasses import dataclass
from enum import StrEnum


class Split(StrEnum):
    """What an image is for."""

    TRAIN = "train"
    VALIDATION = "validation"


@dataclass(frozen=True, slots=True)
class PlacedImage:
    """One image of a source. `label` is its class's index; without a `split` it is ours to decide."""

    key: str
    size: int
    label: int
    split: Split | None = None
