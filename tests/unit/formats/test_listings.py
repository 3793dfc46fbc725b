"""Listings: lines as im2rec writes them, read back, and refused with the line at fault."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import RefusedError
from bot.formats.listings import Entry, line, read

names = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp"), exclude_characters="/"), min_size=1).filter(
    lambda name: name.strip() == name and name not in {".", ".."}
)
paths = st.lists(names, min_size=1, max_size=3).map("/".join).filter(lambda path: "://" not in path)
rows = st.lists(st.integers(0, 2**24), min_size=2, max_size=2).map(tuple)
entries = st.lists(st.builds(Entry, st.integers(0, 2**64 - 1), rows, paths), unique_by=lambda entry: entry.index)


def refused(content: str | bytes) -> str:
    raw = content.encode() if isinstance(content, str) else content
    with pytest.raises(RefusedError) as error:
        list(read(io.BytesIO(raw), "train.lst"))
    return error.value.what


def test_a_line_is_what_im2rec_writes() -> None:
    assert line(Entry(5, (12,), "cat/a.jpg")) == "5\t12.000000\tcat/a.jpg\n"


def test_several_labels_stand_between_index_and_path() -> None:
    assert line(Entry(5, (1, 0), "a.jpg")) == "5\t1.000000\t0.000000\ta.jpg\n"


@given(entries)
@settings(max_examples=40, deadline=None)
def test_what_was_written_is_read_again(written: list[Entry]) -> None:
    content = "".join(map(line, written)).encode()

    assert list(read(io.BytesIO(content))) == written


@pytest.mark.parametrize("label", ["3", "3.0", "3.000000", " 3 ", "3e0", "+3"])
def test_a_label_may_be_written_as_any_number(label: str) -> None:
    assert list(read([f"0\t{label}\ta.png\n"])) == [Entry(0, (3,), "a.png")]


def test_a_byte_order_mark_crlf_and_blank_lines_are_forgiven() -> None:
    content = b"\xef\xbb\xbf0\t1\ta b.png\r\n\r\n \t \r\n1\t0\t./sub//c.png"

    assert list(read(io.BytesIO(content))) == [Entry(0, (1,), "a b.png"), Entry(1, (0,), "sub/c.png")]


def test_a_listing_may_be_longer_than_what_is_read_at_once() -> None:
    written = [Entry(index, (index % 7,), f"grüße/{index}.png") for index in range(5_000)]

    assert list(read(io.BytesIO("".join(map(line, written)).encode()))) == written


def test_a_listing_may_come_as_an_open_text_file() -> None:
    assert list(read(io.StringIO("0\t1\ta.png\n1\t0\tb.png\n"))) == [Entry(0, (1,), "a.png"), Entry(1, (0,), "b.png")]


def test_an_empty_listing_has_no_entries() -> None:
    assert list(read([])) == []


@pytest.mark.parametrize(
    "text",
    ["0 1 a.png", "0\t1", "a.png", "0\t\t", "{}"],
)
def test_a_line_without_three_fields_is_refused(text: str) -> None:
    assert refused("9\t0\tb.png\n\n" + text).startswith("train.lst, line 3: ")


@pytest.mark.parametrize("index", ["", "a", "-1", "1.0", "1_0", "٣", str(2**64), "9" * 5000])
def test_an_index_that_is_no_count_is_refused(index: str) -> None:
    assert refused(f"{index}\t0\ta.png").startswith("train.lst, line 1: the index ")


@pytest.mark.parametrize("label", ["", "cat", "-1", "1.5", "nan", "inf", "1e400", "1_0", "٣", "16777217", "9" * 5000])
def test_a_label_that_is_no_class_index_is_refused(label: str) -> None:
    assert refused(f"0\t{label}\ta.png").startswith("train.lst, line 1: the label ")


@pytest.mark.parametrize(
    "path",
    ["/etc/passwd", "../a.png", "a/../../b.png", "a/..", "", ".", "a/", "s3://bucket/a.png", "http://host/a.png"],
)
def test_a_path_out_of_the_folder_is_refused(path: str) -> None:
    assert refused(f"0\t0\t{path}") == "train.lst, line 1: the path must lead to a file inside the channel's folder."


def test_an_index_is_used_once() -> None:
    assert refused("0\t0\ta.png\n1\t0\tb.png\n00\t1\tc.png") == "train.lst, line 3: the index 0 is taken."


def test_all_lines_have_as_many_labels() -> None:
    assert refused("0\t0\t1\ta.png\n1\t0\tb.png") == "train.lst, line 2: 1 labels, where the lines before have 2."


@pytest.mark.parametrize("content", ["0\t0\ta.png".encode("utf-16"), b"0\t0\t\xe9.png", b"\xff\xd8\xff\xe0"])
def test_what_is_no_utf_8_is_refused(content: bytes) -> None:
    assert refused(content) == "train.lst, line 1: this is no UTF-8 text."


def test_zeros_are_no_text() -> None:
    assert refused(bytes(100)) == "train.lst, line 1: this is no text."


@pytest.mark.parametrize("filling", ["a", "é", "😀", "😀a"])
def test_a_file_without_line_ends_is_refused_before_all_of_it_is_read(filling: str) -> None:
    content = io.BytesIO(filling.encode() * 3_000_000)
    with pytest.raises(RefusedError, match=r"line 1: longer than 100000 characters"):
        list(read(content))

    assert content.tell() < 500_000


@pytest.mark.parametrize(
    "entry",
    [
        Entry(-1, (0,), "a.png"),
        Entry(2**64, (0,), "a.png"),
        Entry(0, (), "a.png"),
        Entry(0, (-1,), "a.png"),
        Entry(0, (2**24 + 1,), "a.png"),
        Entry(0, (0,), "a\tb.png"),
        Entry(0, (0,), "a\nb.png"),
        Entry(0, (0,), "a\x85b.png"),
        Entry(0, (0,), "a\udc80.png"),
        Entry(0, (0,), " a.png"),
        Entry(0, (0,), "a.png "),
        Entry(0, (0,), "./a.png"),
        Entry(0, (0,), "../a.png"),
        Entry(0, (0,), "/a.png"),
        Entry(0, (0,), ""),
        Entry(0, (0,), "a" * 100_000),
    ],
)
def test_an_entry_that_would_not_be_read_again_is_not_written(entry: Entry) -> None:
    with pytest.raises(RefusedError, match=r"^The entry -?\d+: "):
        line(entry)
