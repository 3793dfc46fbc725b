"""Packing a list in batches: the same bytes as record by record."""

from pathlib import Path

import pytest

from bot.adapters.data.folders import FolderSource
from bot.dataset.list_packing import PackedList, packed_list
from bot.domain.checks import Rule
from bot.formats import recordio
from bot.formats.listings import Entry
from bot.formats.record_batch import ENOUGH, LARGE

MAGIC = recordio.MAGIC.to_bytes(4, "little")
IMAGES = {
    "plain.jpg": b"\xff\xd8" + bytes(range(250)),
    "odd.jpg": b"\xff\xd8x",
    "aligned.jpg": b"abcd" + MAGIC + b"efgh" + MAGIC,
    "unaligned.jpg": b"a" + MAGIC + b"b",
    "only-magic.jpg": MAGIC,
    "large.jpg": b"L" * (LARGE + 5),
    "just-too-large.jpg": b"J" * LARGE,
    "largest-small.jpg": b"S" * (LARGE - 1),
    "half-a-batch.jpg": b"H" * (ENOUGH // 2 + 1),
    "page.jpg": b"P" * 4096,
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "images"
    made.mkdir()
    for name, body in IMAGES.items():
        (made / name).write_bytes(body)
    (made / "empty.jpg").touch()
    return made


def pack(folder: Path, entries: list[Entry]) -> tuple[PackedList, bytes, str]:
    out = folder.parent / "all.rec"
    packed = packed_list(FolderSource(folder), entries, out, lambda _read, _left_out: None)
    return packed, out.read_bytes(), out.with_suffix(".idx").read_text()


def one_by_one(entries: list[Entry]) -> bytes:
    return b"".join(
        recordio.packed(recordio.Record(one.index, tuple(map(float, one.labels)), IMAGES[one.path])) for one in entries
    )


@pytest.mark.parametrize("labels", [(3,), (0, 1, 1)], ids=["one label", "several labels"])
def test_the_bytes_are_those_of_record_by_record(folder: Path, labels: tuple[int, ...]) -> None:
    entries = [Entry(number, labels, name) for number, name in enumerate([*IMAGES, *IMAGES])]

    packed, body, _ = pack(folder, entries)

    assert body == one_by_one(entries)
    assert packed == PackedList(len(entries), len(body), ())


def test_the_index_says_where_each_record_begins(folder: Path) -> None:
    entries = [Entry(7 * number, (1,), name) for number, name in enumerate(IMAGES)]

    _, body, index = pack(folder, entries)

    begins = [begin for begin, _ in recordio.read([body])]
    assert index == "".join(recordio.index_line(one.index, begin) for one, begin in zip(entries, begins, strict=True))


def test_an_id_that_is_the_magic_number_is_cut_like_any_payload(folder: Path) -> None:
    entries = [Entry(recordio.MAGIC, (0,), "plain.jpg"), Entry(2, (0,), "odd.jpg")]

    assert pack(folder, entries)[1] == one_by_one(entries)


def test_what_cannot_be_read_is_told_and_the_rest_is_packed(folder: Path) -> None:
    entries = [Entry(0, (0,), "gone.jpg"), Entry(1, (0,), "empty.jpg"), Entry(2, (1,), "plain.jpg")]

    packed, body, _ = pack(folder, entries)

    assert [(one.rule, one.key) for one in packed.findings] == [
        (Rule.MISSING, "gone.jpg"),
        (Rule.EMPTY_FILE, "empty.jpg"),
    ]
    assert body == one_by_one(entries[2:])


def test_a_list_that_is_ended_half_way_leaves_no_file(folder: Path) -> None:
    def end(_read: int, _left_out: int) -> None:
        raise KeyboardInterrupt

    out = folder.parent / "all.rec"
    with pytest.raises(KeyboardInterrupt):
        packed_list(FolderSource(folder), [Entry(0, (0,), "plain.jpg")], out, end)

    assert sorted(path.name for path in folder.parent.iterdir()) == ["images"]
