"""Descriptors of data sets, good and bad."""

import json
import logging
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.storage import described
from bot.domain.datasets import DataSet

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


@pytest.mark.parametrize("body", [b"", b"\xff", b"{", b"[]", b"null", b"[" * 100_000, b" " * 2_000_000])
def test_what_is_no_descriptor_is_left_out(body: bytes) -> None:
    assert described("pets", body, PREFIX) is None


def test_a_name_that_nobody_can_type_is_left_out() -> None:
    assert read({**GOOD, "name": "my pets"}, "my pets") is None


@given(st.binary())
def test_no_bytes_break_the_reader(body: bytes) -> None:
    assert described("pets", body, PREFIX) is None
