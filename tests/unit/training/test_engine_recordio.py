"""Reading RecordIO byte by byte, against what the local platform writes and against damage."""

import io
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.formats.recordio import Record, packed
from sandbox.sagemaker.pipe_content import wrapped
from training.errors import CustomerError
from training.recordio import MAGIC, ImageRecord, image_record, read_records

PAYLOADS = st.lists(
    st.lists(st.sampled_from([MAGIC, b"a", b"bcd", b"efgh", MAGIC[:2]]), max_size=8).map(b"".join), max_size=5
)


def read(content: bytes) -> list[tuple[int, bytes]]:
    return list(read_records(io.BytesIO(content), "train.rec"))


@given(PAYLOADS)
def test_what_was_written_is_read_whatever_it_holds(payloads: list[bytes]) -> None:
    assert [content for _, content in read(b"".join(map(wrapped, payloads)))] == payloads


@given(st.lists(st.integers(0, 9), min_size=1, max_size=3), st.sampled_from([b"", MAGIC, b"abcd" + MAGIC, b"jpeg"]))
def test_a_picture_that_the_bot_packed_is_read(labels: list[int], image: bytes) -> None:
    ((_, payload),) = read(packed(Record(5, tuple(map(float, labels)), image)))

    assert image_record(payload, "record 0") == ImageRecord(tuple(map(float, labels)), image)


@given(PAYLOADS)
def test_each_record_can_be_read_again_at_its_offset(payloads: list[bytes]) -> None:
    content = b"".join(map(wrapped, payloads))

    assert [read(content[offset:])[0][1] for offset, _ in read(content)] == payloads


def test_a_payload_that_holds_the_magic_is_put_together_again() -> None:
    first = struct.pack("<II", 0xCED7230A, 1 << 29 | 4) + b"abcd"
    last = struct.pack("<II", 0xCED7230A, 3 << 29 | 1) + b"e\0\0\0"

    assert read(first + last) == [(0, b"abcd" + MAGIC + b"e")]


@pytest.mark.parametrize("end", range(1, 32))
def test_a_record_cut_short_anywhere_is_refused(end: int) -> None:
    content = wrapped(b"abcd" + MAGIC + b"efgh" + MAGIC)
    with pytest.raises(CustomerError, match="Unable to parse record"):
        read(content[:end])


def test_other_bytes_are_refused_in_the_algorithms_words() -> None:
    with pytest.raises(CustomerError) as refused:
        read(wrapped(b"abc") + b"\xff\xd8\xff\xe0 a picture")

    assert str(refused.value) == (
        "Unable to parse record: The Record IO header does not start with the magic number (train.rec, byte 12)."
    )


@pytest.mark.parametrize("flags", [(2,), (3,), (1, 0), (1, 1), (5,), (1,)])
def test_parts_out_of_order_are_refused(flags: tuple[int, ...]) -> None:
    with pytest.raises(CustomerError, match="Unable to parse record"):
        read(b"".join(struct.pack("<II", 0xCED7230A, flag << 29) for flag in flags))


@pytest.mark.parametrize(
    ("payload", "labels"),
    [
        (struct.pack("<IfQQ", 0, 2.0, 7, 0) + b"jpeg", (2.0,)),
        (struct.pack("<IfQQf", 1, 0.0, 7, 0, 3.0) + b"jpeg", (3.0,)),
        (struct.pack("<IfQQ3f", 3, 0.0, 7, 0, 0, 1, 0) + b"jpeg", (0.0, 1.0, 0.0)),
    ],
)
def test_a_picture_has_the_labels_of_its_header(payload: bytes, labels: tuple[float, ...]) -> None:
    assert image_record(payload, "record 0") == ImageRecord(labels, b"jpeg")


@pytest.mark.parametrize("payload", [b"", b"x" * 23, struct.pack("<IfQQ", 2**32 - 1, 0, 0, 0)])
def test_a_header_that_says_more_than_there_is_is_refused(payload: bytes) -> None:
    with pytest.raises(CustomerError, match="Unable to parse record: record 0"):
        image_record(payload, "record 0")
