"""RecordIO: bytes as MXNet writes them, read back whatever they hold, and refused where they are damaged."""

import contextlib
import io
import math
import struct
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import RefusedError
from bot.formats.recordio import (
    MAX_PAYLOAD,
    Record,
    framed,
    index_line,
    packed,
    payloads,
    pieces,
    read,
)

MAGIC = b"\x0a\x23\xd7\xce"

labels = st.lists(st.floats(width=32, allow_nan=False, allow_infinity=False), min_size=1, max_size=5).map(tuple)
# Few random bytes are ever the magic number: images are put together of it and of odd-sized pieces.
images = st.lists(st.sampled_from([MAGIC, MAGIC[:2], MAGIC[2:], b"x", b"yy", b"zzzz"]), max_size=12).map(b"".join)
ids = st.integers(0, 2**64 - 1) | st.just(0xCED7230A) | st.just(0xCED7230A << 32)
records = st.builds(Record, ids, labels, images | st.binary(max_size=40))


class Trickle:
    """A stream that gives three bytes at a time, as a socket may."""

    def __init__(self, content: bytes) -> None:
        self._content = io.BytesIO(content)

    def read(self, size: int, /) -> bytes:
        return self._content.read(min(size, 3))


def whole(payload: bytes) -> bytes:
    """A frame around any payload, by the book and by nothing that is under test."""
    return MAGIC + struct.pack("<I", len(payload)) + payload + b"\0" * (-len(payload) % 4)


def part(flag: int, payload: bytes) -> bytes:
    return MAGIC + struct.pack("<I", flag << 29 | len(payload)) + payload + b"\0" * (-len(payload) % 4)


def read_all(content: bytes) -> list[Record]:
    return [record for _, record in read(io.BytesIO(content), "a.rec")]


def cut_by_the_book(payload: bytes) -> Iterator[bytes]:
    """dmlc's writer, word by word."""
    begin = 0
    for at in range(0, len(payload) // 4 * 4, 4):
        if payload[at : at + 4] == MAGIC:
            yield part(2 if begin else 1, payload[begin:at])
            begin = at + 4
    yield part(3 if begin else 0, payload[begin:])


def test_a_record_has_the_bytes_that_im2rec_writes() -> None:
    written = packed(Record(7, (2.0,), b"\xff\xd8\xff\xe0!"))

    assert written == bytes.fromhex(
        "0a23d7ce 1d000000"  # the magic number, flag 0 and 29 bytes
        "00000000 00000040 0700000000000000 0000000000000000"  # flag 0, label 2.0, id 7, id2 0
        "ffd8ffe0 21 000000"  # the image, and the padding
    )


def test_several_labels_follow_the_header() -> None:
    written = packed(Record(258, (1.0, 0.0, 1.0), b"JPEG"))

    assert written == bytes.fromhex(
        "0a23d7ce 28000000"
        "03000000 00000000 0201000000000000 0000000000000000"  # flag 3, label 0
        "0000803f 00000000 0000803f"
        "4a504547"
    )


def test_an_image_with_the_magic_number_is_cut_there() -> None:
    written = packed(Record(1, (0.0,), b"head" + MAGIC + b"tail!"))

    assert written == bytes.fromhex(
        "0a23d7ce 1c000020"  # flag 1: the first part, of 28 bytes
        "00000000 00000000 0100000000000000 0000000000000000 68656164"
        "0a23d7ce 05000060"  # flag 3: the last part, of 5 bytes
        "7461696c 21 000000"
    )


def test_the_magic_number_at_an_odd_place_is_left_alone() -> None:
    written = packed(Record(1, (0.0,), b"x" + MAGIC + b"yyy"))

    assert written == whole(struct.pack("<IfQQ", 0, 0.0, 1, 0) + b"x" + MAGIC + b"yyy")


@given(st.lists(records, max_size=5))
@settings(max_examples=80, deadline=None)
def test_what_was_written_is_read_again_with_its_offset(written: list[Record]) -> None:
    content, offsets = b"", []
    for record in written:
        offsets.append(len(content))
        content += packed(record)

    assert list(read(io.BytesIO(content))) == list(zip(offsets, written, strict=True))


@given(records)
@settings(max_examples=80, deadline=None)
def test_records_are_cut_as_mxnet_cuts_them(record: Record) -> None:
    count = len(record.labels)
    header = struct.pack("<IfQQ", count if count > 1 else 0, 0.0 if count > 1 else record.labels[0], record.id, 0)
    payload = header + (struct.pack(f"<{count}f", *record.labels) if count > 1 else b"") + record.image

    assert packed(record) == b"".join(cut_by_the_book(payload))


@given(records)
@settings(max_examples=100, deadline=None)
def test_no_aligned_magic_number_stands_within_a_part(record: Record) -> None:
    written, at = packed(record), 0
    starts = []
    while at < len(written):
        starts.append(at)
        at += 8 + (struct.unpack_from("<I", written, at + 4)[0] & MAX_PAYLOAD) + 3 & ~3

    assert [at for at in range(0, len(written), 4) if written[at : at + 4] == MAGIC] == starts


@given(images)
@settings(max_examples=100, deadline=None)
def test_any_payload_can_be_framed(payload: bytes) -> None:
    assert [got for _, got in payloads([framed(payload)])] == [payload]


@given(st.lists(records, max_size=3), st.integers(1, 9))
@settings(max_examples=50, deadline=None)
def test_a_file_may_come_in_chunks_of_any_size(written: list[Record], size: int) -> None:
    content = b"".join(map(packed, written))
    chunks = [b"", *(content[at : at + size] for at in range(0, len(content), size)), b""]

    assert [record for _, record in read(chunks)] == written


def test_a_stream_that_gives_little_at_a_time_is_read_whole() -> None:
    record = Record(3, (1.0,), b"head" + MAGIC + b"tail")

    assert list(read(Trickle(packed(record) * 2))) == [(0, record), (48, record)]


def test_a_record_is_given_before_the_next_is_read() -> None:
    def chunks() -> Iterator[bytes]:
        yield packed(Record(1, (0.0,), b"image"))
        pytest.fail("read on")

    assert next(read(chunks()))[1].id == 1


def test_the_image_is_not_copied_among_the_pieces() -> None:
    image = bytes(1000)

    assert any(piece is image for piece in pieces(Record(1, (2.0,), image)))


def test_a_single_label_may_stand_behind_the_header() -> None:
    assert read_all(whole(struct.pack("<IfQQf", 1, 0.0, 5, 0, 3.0) + b"JPEG")) == [Record(5, (3.0,), b"JPEG")]


def test_an_empty_file_has_no_records() -> None:
    assert read_all(b"") == []


@pytest.mark.parametrize("image", [b"image", b"head" + MAGIC + b"tail!", MAGIC * 2])
def test_a_file_that_is_cut_short_anywhere_is_refused_after_its_whole_records(image: bytes) -> None:
    first, second = packed(Record(1, (0.0,), image)), packed(Record(2, (1.0, 2.0), image))
    for length in range(1, len(first + second)):
        if length == len(first):
            continue
        reading = read(io.BytesIO((first + second)[:length]), "a.rec")
        if length > len(first):
            assert next(reading) == (0, Record(1, (0.0,), image))
        with pytest.raises(RefusedError, match=rf"a.rec, byte {length}: the file ends within a record"):
            next(reading)


@pytest.mark.parametrize(
    ("damaged", "problem"),
    [
        (b"\x89PNG\r\n\x1a\n" * 4, "byte 52: no record begins here"),
        (struct.pack("<II", 0x3ED7230A, 0), "byte 52: no record begins here"),
        (part(2, b"tail"), "byte 52: a record begins in its middle"),
        (part(3, b"tail"), "byte 52: a record begins in its middle"),
        (part(5, b"tail"), "byte 52: no part of a record has the flag 5"),
        (part(1, b"head") + whole(b"image"), "byte 64: a new record begins before the last one has ended"),
        (part(1, b"head") + part(1, b"head"), "byte 64: a new record begins before the last one has ended"),
        (part(1, b"head") + b"headhead", "byte 64: no record begins here"),
        (whole(b""), "byte 52: a record of 0 bytes is too short"),
        (whole(bytes(23)), "byte 52: a record of 23 bytes is too short"),
        (whole(struct.pack("<IfQQ", 3, 0, 1, 0) + bytes(11)), "byte 52: the record claims 3 labels, and has 35 bytes"),
        (whole(struct.pack("<IfQQ", 2**32 - 1, 0, 1, 0)), "byte 52: the record claims 4294967295 labels"),
        (whole(struct.pack("<IfQQ", 0, math.nan, 1, 0)), "byte 52: A label of the record 1 is not a number"),
        (MAGIC + struct.pack("<I", MAX_PAYLOAD), "byte 52: a record of 536870911 bytes is too long for an image"),
    ],
)
def test_damage_is_told_with_its_place(damaged: bytes, problem: str) -> None:
    reading = read(io.BytesIO(packed(Record(1, (0.0,), b"a" * 20)) + damaged), "a.rec")
    next(reading)

    with pytest.raises(RefusedError, match=f"^a.rec, {problem}"):
        next(reading)


def test_the_parts_of_a_record_are_too_long_together() -> None:
    endless = [part(1, bytes(400)), *(part(2, bytes(400)) for _ in range(4))]

    with pytest.raises(RefusedError, match=r"byte 816: a record of 1208 bytes is too long"):
        list(read(endless, most_bytes=1000))


@given(st.binary(max_size=80) | images, st.integers(0, 100))
@settings(max_examples=120, deadline=None)
def test_any_bytes_are_read_or_refused(content: bytes, cut: int) -> None:
    with contextlib.suppress(RefusedError):
        read_all(packed(Record(1, (0.0,), content))[cut:] + content)


@pytest.mark.parametrize(
    ("record", "problem"),
    [
        (Record(1, (), b""), "has no label"),
        (Record(-1, (0.0,), b""), "can't be written"),
        (Record(2**64, (0.0, 1.0), b""), "can't be written"),
        (Record(1, (1e39,), b""), "can't be written"),
        (Record(1, (math.nan,), b""), "is not a number"),
        (Record(1, (0.0, math.inf), b""), "is not a number"),
    ],
)
def test_a_record_that_would_not_be_read_is_not_written(record: Record, problem: str) -> None:
    with pytest.raises(RefusedError, match=problem):
        packed(record)


def test_a_payload_is_shorter_than_its_length_can_say(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.formats.recordio.MAX_PAYLOAD", 1000)
    packed(Record(1, (0.0,), bytes(976)))

    with pytest.raises(RefusedError, match=r"1001 bytes is too long"):
        packed(Record(1, (0.0,), bytes(977)))


def test_an_index_line_is_key_tab_offset() -> None:
    assert index_line(12, 3456) == "12\t3456\n"
