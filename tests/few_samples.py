"""The sample data set, but of each class no more pictures than it takes to tell it from the others."""

from dataclasses import replace
from pathlib import Path

from sandbox import sample_data

MOST_TRAIN, MOST_VALIDATION = 25, 10
# What that makes of the sample data set.
IMAGES = {"train": 170, "validation": 63}


def build(folder: Path) -> None:
    """As `sandbox.sample_data.build` lays it out."""
    few: dict[str, sample_data.Split] = {}
    for name, pictures in sample_data.read_classes().items():
        whole = sample_data.split(pictures, sample_data.HELD_OUT[name])
        few[name] = replace(whole, train=whole.train[:MOST_TRAIN], validation=whole.validation[:MOST_VALIDATION])
    sample_data._write(folder, few)
