"""The container's answer, and all that is not one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.sagemaker.answer import probabilities
from bot.errors import PlatformError


@pytest.mark.parametrize("body", [b"[0.25, 0.75]", b'{"prediction": [0.25, 0.75]}', b'{"prediction": [0.25, 0.75]}\n'])
def test_both_shapes_of_an_answer_are_read(body: bytes) -> None:
    assert probabilities(body) == [0.25, 0.75]


def test_whole_numbers_are_probabilities_too() -> None:
    assert probabilities(b"[0, 1]") == [0.0, 1.0]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe",
        b"<html>",
        b"null",
        b"[]",
        b"{}",
        b'{"prediction": 1}',
        b"[[0.5, 0.5]]",
        b"[true, false]",
        b'["0.5"]',
        b"[NaN, 1]",
        b"[Infinity]",
        b"[1.5]",
        b"[-0.5]",
        b"[1e400]",
        b"[1" + b"0" * 400 + b"]",
        b"[0.5" + b"0" * 5000 + b"1" * 5000,
        b"[" * 100_000,
    ],
)
def test_anything_else_is_refused(body: bytes) -> None:
    with pytest.raises(PlatformError) as caught:
        probabilities(body)

    assert caught.value.code == "MalformedAnswer"


@given(st.binary())
def test_no_bytes_break_the_reader(body: bytes) -> None:
    try:
        told = probabilities(body)
    except PlatformError:
        return
    assert all(-0.001 <= value <= 1.001 for value in told)
