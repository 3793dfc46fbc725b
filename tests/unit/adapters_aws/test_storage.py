"""Descriptors of data sets, good and bad."""

import json
import logging
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.storage import described, descriptor
from bot.domain.datasets import DataSet, Format

GOOD: dict[str, Any] = {
    "name": "pets",
    "format": "image",
    "classes": ["cat", "dog"],
    "images": {"train": 40, "validation": 10},
    "per_class": {"cat": 25, "dog": 25},
    "image_size": {"min": [96, 72]},
    "resize": 256,
    "attribution": "someone",
}
PREFIX = "s3://bucket/datasets/pets/"
PLACE = "s3://bucket/datasets/pets/c25b/train/"


def read(told: object, folder: str = "pets") -> DataSet | None:
    return described(folder, json.dumps(told).encode(), PREFIX)


def test_a_descriptor_becomes_a_data_set() -> None:
    assert read(GOOD) == DataSet("pets", PREFIX, ("cat", "dog"), 40, 10, resize=256, smallest_side=72)


def test_sizes_need_not_be_told() -> None:
    told = {key: value for key, value in GOOD.items() if key not in ("resize", "image_size")}

    assert read(told) == DataSet("pets", PREFIX, ("cat", "dog"), 40, 10)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"name": "cats"}, "its name is not its folder's"),
        ({"name": ""}, "name"),
        ({"format": "recordio"}, "format"),
        ({"classes": ["cat"]}, "classes"),
        ({"classes": ["cat", "cat"]}, "a class is listed twice"),
        ({"classes": ["cat", " "]}, "classes.1"),
        ({"classes": {"cat": 0}}, "classes"),
        ({"images": {"train": 0, "validation": 10}}, "images.train"),
        ({"images": {"train": "40", "validation": 10}}, "images.train"),
        ({"images": {"train": 40}}, "images.validation"),
        ({"resize": -1}, "resize"),
        ({"image_size": {"min": []}}, "image_size.min"),
        ({"format": "rec", "locations": {"train": PLACE}}, "locations.validation"),
        ({"format": "rec", "locations": {"train": PLACE, "validation": "/etc"}}, "locations.validation"),
        ({"format": "rec", "locations": {"train": PLACE, "validation": PLACE, "model": PLACE}}, "locations.model"),
        ({"format": "manifest", "label_attribute": "class"}, "a manifest without its locations or its label_attribute"),
        (
            {"format": "manifest", "locations": {"train": PLACE, "validation": PLACE}},
            "a manifest without its locations or its label_attribute",
        ),
        ({"multi_label": "yes"}, "multi_label"),
    ],
)
def test_a_malformed_descriptor_is_logged_and_left_out(
    change: dict[str, Any], problem: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        data_set = read({**GOOD, **change})

    assert (data_set, caplog.messages) == (
        None,
        [f"data_set_descriptor_malformed folder=pets problem={problem}"],
    )


labels = st.text(min_size=1, max_size=100).map(str.strip).filter(bool)


@given(
    st.builds(
        DataSet,
        name=st.just("pets"),
        s3_prefix=st.just(PREFIX),
        classes=st.lists(labels, min_size=2, max_size=5, unique=True).map(tuple),
        train_images=st.integers(1, 10**6),
        validation_images=st.integers(1, 10**6),
        resize=st.none() | st.integers(64, 4096),
        smallest_side=st.none() | st.integers(1, 4096),
        format=st.sampled_from(Format),
        locations=st.just({"train": PLACE, "validation": f"{PREFIX}c25b/validation.manifest"}),
        multi_label=st.booleans(),
        label_attribute=st.just("class"),
        class_ids=st.booleans(),
        made_by=st.text(),
    )
)
def test_every_data_set_is_read_as_it_was_written(data_set: DataSet) -> None:
    assert described("pets", descriptor(data_set, {"seed": 7, "name": "cats"}), PREFIX) == data_set


def test_a_descriptor_by_hand_says_image_for_lists() -> None:
    assert read(GOOD) == read({**GOOD, "format": "lst"})


def test_people_read_their_own_fields_in_a_descriptor() -> None:
    data_set = DataSet("pets", PREFIX, ("cat", "dog"), 40, 10)

    assert json.loads(descriptor(data_set, {"seed": 7}))["seed"] == 7


@pytest.mark.parametrize("body", [b"", b"\xff", b"{", b"[]", b"null", b"[" * 100_000, b" " * 2_000_000])
def test_what_is_no_descriptor_is_left_out(body: bytes) -> None:
    assert described("pets", body, PREFIX) is None


def test_a_name_that_nobody_can_type_is_left_out() -> None:
    assert read({**GOOD, "name": "my pets"}, "my pets") is None


@given(st.binary())
def test_no_bytes_break_the_reader(body: bytes) -> None:
    assert described("pets", body, PREFIX) is None
