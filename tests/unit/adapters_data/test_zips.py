"""Zip files of strangers: what is in them is read, and nothing else happens."""

import io
import struct
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.adapters.data import uploaded_zips, zips
from bot.adapters.data.uploaded_zips import UploadedZips
from bot.adapters.data.zips import ZipSource
from bot.domain.checks import Rule
from bot.errors import DarkroomError, DeniedError, GoneError, RefusedError

MOST = 4 * 1024 * 1024


def a_zip(**held: bytes) -> bytes:
    return zipped(held)


def zipped(held: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in held.items():
            archive.writestr(name, body)
    return out.getvalue()


def source_of(folder: Path, *archives: bytes) -> ZipSource:
    paths = {}
    for number, body in enumerate(archives):
        path = folder / f"{number}.zip"
        path.write_bytes(body)
        paths[path.name] = path
    return ZipSource(paths)


def keys(source: ZipSource) -> list[str]:
    return [one.key for one in source.objects()]


def test_entries_are_read_without_being_unpacked(tmp_path: Path) -> None:
    with source_of(tmp_path, zipped({"cat/1.jpg": b"one", "dog/2.jpg": b"two"})) as source:
        assert keys(source) == ["cat/1.jpg", "dog/2.jpg"]
        assert source.read("dog/2.jpg", MOST) == b"two"
        assert [path.name for path in tmp_path.iterdir()] == ["0.zip"]


def test_several_zips_with_a_top_folder_each_are_one_source(tmp_path: Path) -> None:
    one, two = zipped({"pets-1/cat/1.jpg": b"1"}), zipped({"pets-2/cat/2.jpg": b"2", "__MACOSX/pets-2/._x": b""})
    with source_of(tmp_path, one, two) as source:
        assert [key for key in keys(source) if not key.startswith("__")] == ["cat/1.jpg", "cat/2.jpg"]


def test_a_class_folder_alone_is_not_taken_for_a_top_folder(tmp_path: Path) -> None:
    with source_of(tmp_path, zipped({"cat/1.jpg": b"1"}), zipped({"dog/2.jpg": b"2"})) as source:
        assert keys(source) == ["cat/1.jpg", "dog/2.jpg"]


@pytest.mark.parametrize("name", ["../cat/1.jpg", "/etc/passwd", "cat/../../1.jpg", "..\\cat\\1.jpg", "C:/cat/1.jpg"])
def test_a_name_that_leads_elsewhere_is_left_alone_and_told(tmp_path: Path, name: str) -> None:
    with source_of(tmp_path, zipped({name: b"1", "cat/1.jpg": b"1"})) as source:
        assert keys(source) == ["cat/1.jpg"]
        assert [one.rule for one in source.findings()] == [Rule.STRAY]


def test_the_same_name_in_two_zips_is_told(tmp_path: Path) -> None:
    with source_of(tmp_path, zipped({"cat/1.jpg": b"first"}), zipped({"cat/1.jpg": b"second"})) as source:
        assert source.read("cat/1.jpg", MOST) == b"first"
        assert "several zip files" in source.findings()[0].said


def test_a_zip_within_a_zip_is_left_alone(tmp_path: Path) -> None:
    with source_of(tmp_path, zipped({"cat/more.zip": a_zip(x=b""), "cat/1.jpg": b"1"})) as source:
        assert keys(source) == ["cat/1.jpg"]


def test_an_encrypted_entry_says_so(tmp_path: Path) -> None:
    body = bytearray(zipped({"cat/1.jpg": b"1"}))
    for signature, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        body[body.find(signature) + at] |= 1
    with source_of(tmp_path, bytes(body)) as source, pytest.raises(DeniedError, match="encrypted") as raised:
        source.read("cat/1.jpg", MOST)

    assert raised.value.code == "encrypted"


def test_a_damaged_entry_says_so(tmp_path: Path) -> None:
    body = bytearray(zipped({"cat/1.jpg": bytes(range(256)) * 20}))
    body[60:70] = b"\xff" * 10
    with source_of(tmp_path, bytes(body)) as source, pytest.raises(RefusedError, match="damaged") as raised:
        source.read("cat/1.jpg", MOST)

    assert raised.value.code == "damaged"


def test_an_entry_that_would_unpack_to_gigabytes_is_not_unpacked(tmp_path: Path) -> None:
    with source_of(tmp_path, zipped({"cat/1.jpg": bytes(50 * 1024 * 1024)})) as source, pytest.raises(RefusedError):
        source.read("cat/1.jpg", MOST)


def test_an_entry_that_lies_about_its_size_is_bounded(tmp_path: Path) -> None:
    body = bytearray(zipped({"cat/1.jpg": bytes(20 * 1024 * 1024)}))
    directory = body.find(b"PK\x01\x02")
    body[directory + 24 : directory + 28] = struct.pack("<I", 1000)
    with source_of(tmp_path, bytes(body)) as source, pytest.raises(RefusedError, match="damaged"):
        source.read("cat/1.jpg", MOST)


def test_names_without_the_flag_for_utf_8_are_read_as_utf_8_where_they_are(tmp_path: Path) -> None:
    body = zipped({"Katze_____/1.jpg": b"1"}).replace(b"Katze_____", "Kätzchen_".encode())
    with source_of(tmp_path, body) as source:
        assert keys(source) == ["Kätzchen_/1.jpg"]


@pytest.mark.parametrize("body", [b"", b"not a zip", b"PK\x03\x04", b"\x89PNG\r\n\x1a\n" * 50])
def test_what_is_no_zip_is_refused_by_name(tmp_path: Path, body: bytes) -> None:
    with pytest.raises(RefusedError, match=r"`0\.zip` is no zip file"):
        source_of(tmp_path, body)


def test_too_many_entries_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zips, "MOST_ENTRIES", 3)
    with pytest.raises(RefusedError, match="more than 3 files"):
        source_of(tmp_path, zipped({f"cat/{number}.jpg": b"" for number in range(4)}))


def test_what_is_not_there_is_gone(tmp_path: Path) -> None:
    with source_of(tmp_path, a_zip(x=b"")) as source, pytest.raises(GoneError):
        source.read("y", MOST)


WHOLE = zipped({"cat/1.jpg": b"one" * 50, "dog/2.jpg": b"two" * 50})


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.integers(0, len(WHOLE) - 1), value=st.integers(0, 255))
def test_whatever_byte_is_changed_it_is_read_or_refused(tmp_path: Path, at: int, value: int) -> None:
    body = bytearray(WHOLE)
    body[at] = value
    with suppress(DarkroomError), source_of(tmp_path, bytes(body)) as source:
        bodies = [source.read(key, MOST) for key in keys(source)]

        assert set(bodies) <= {b"one" * 50, b"two" * 50}


class Uploads:
    """Slack's files."""

    def __init__(self, **held: bytes) -> None:
        self.held = held
        self.sizes = {name: len(body) for name, body in held.items()}

    def told(self, file_id: str) -> tuple[str, int]:
        return "pets.zip", self.sizes[file_id]

    def download(self, file_id: str, to: Path) -> None:
        to.write_bytes(self.held[file_id])


def test_uploaded_zips_are_fetched_and_gone_afterwards(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    uploads = Uploads(F1=zipped({"cat/1.jpg": b"1"}), F2=zipped({"dog/2.jpg": b"2"}))
    with UploadedZips(uploads).opened(("F1", "F2")) as source:
        found = keys(source)

    assert (found, list(tmp_path.iterdir())) == (["cat/1.jpg", "dog/2.jpg"], [])


def test_what_was_fetched_is_gone_too_where_one_is_no_zip(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with pytest.raises(RefusedError), UploadedZips(Uploads(F1=a_zip(x=b""), F2=b"?")).opened(("F1", "F2")):
        raise AssertionError("it was opened")

    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_too_large_is_not_fetched() -> None:
    uploads = Uploads(F1=b"")
    uploads.sizes["F1"] = uploaded_zips.MOST_BYTES + 1
    with pytest.raises(RefusedError, match="larger than 2 GB"), UploadedZips(uploads).opened(("F1",)):
        raise AssertionError("it was opened")


def test_without_room_on_the_disk_nothing_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploaded_zips, "SPARE_BYTES", 1 << 60)
    with pytest.raises(RefusedError, match="no room"), UploadedZips(Uploads(F1=b"")).opened(("F1",)):
        raise AssertionError("it was opened")
