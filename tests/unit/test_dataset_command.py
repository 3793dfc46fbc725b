"""`python -m bot dataset`: what it prints, what it leaves, and how it ends."""

import io
import json
import os
import random
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from bot.__main__ import main
from bot.adapters.data.folders import FolderTarget
from bot.dataset import command as dataset_command
from bot.formats import recordio

THERE = ("--address", "s3://ours/pets")
Run = Callable[..., tuple[int, str, str]]


def a_picture(number: int, side: int = 80, kind: str = "JPEG") -> bytes:
    chance = random.Random(number)
    image = Image.frombytes("RGB", (4, 4), chance.randbytes(48)).resize((side, side + 10))
    out = io.BytesIO()
    image.save(out, kind)
    return out.getvalue()


@pytest.fixture
def pets(tmp_path: Path) -> Path:
    """Two classes of ten, one image that is none, and a file that does not belong."""
    folder = tmp_path / "pets"
    for place, name in enumerate(("cat", "dog")):
        (folder / name).mkdir(parents=True)
        for number in range(10):
            (folder / name / f"{number}.jpg").write_bytes(a_picture(100 * place + number))
    (folder / "cat" / "broken.jpg").write_bytes(a_picture(5)[:-200])
    (folder / "notes.txt").write_text("our pets")
    return folder


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*arguments: object) -> tuple[int, str, str]:
        try:
            code = main(["dataset", *map(str, arguments)])
        except SystemExit as ended:
            code = int(ended.code or 0)
        told = capsys.readouterr()
        return code, told.out, told.err

    return run


def written(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_checking_tells_counts_and_what_would_be_left_out(pets: Path, run: Run) -> None:
    code, out, _ = run("check", pets)

    assert code == 0
    assert "2 classes        16           4         1" in out
    assert "cat/broken.jpg is " in out
    assert "notes.txt" in out


def test_checking_writes_nothing_beside_the_images(pets: Path, run: Run) -> None:
    before = written(pets.parent)
    run("check", pets)

    assert written(pets.parent) == before


def test_the_report_as_json_is_for_programs(pets: Path, run: Run) -> None:
    code, out, _ = run("check", pets, "--json", "--share", "30%")
    told = json.loads(out)

    assert (code, told["usable"]) == (0, True)
    assert told["classes"][0] == {"name": "cat", "train": 7, "validation": 3, "left_out": 1}
    assert [one["rule"] for one in told["findings"] if one["image"] == "cat/broken.jpg"] == ["damaged"]


def test_packing_writes_record_files(pets: Path, run: Run, tmp_path: Path) -> None:
    code, out, _ = run("pack", pets, "--format", "rec", "--out", tmp_path / "out")
    records = list(recordio.read(io.BytesIO((tmp_path / "out/train/train.rec").read_bytes())))

    assert code == 0
    assert len(records) == 16
    assert f"Written to {tmp_path / 'out'}" in out


def test_packing_leaves_nothing_but_the_data_set(pets: Path, run: Run, tmp_path: Path) -> None:
    run("pack", pets, "--format", "rec", "--out", tmp_path / "out")

    assert set(written(tmp_path / "out")) == {
        "classes.txt",
        "contact-sheet.jpg",
        "dataset.json",
        "report.csv",
        "split.csv",
        "summary.json",
        *(f"{split}{what}/{split}.{end}" for split in ("train", "validation") for what, end in
          (("", "rec"), ("_idx", "idx"), ("_lst", "lst"))),
    }  # fmt: skip


def test_resizing_makes_the_short_side_as_asked(pets: Path, run: Run, tmp_path: Path) -> None:
    run("pack", pets, "--format", "lst", "--out", tmp_path / "out", "--resize", 64, "--quality", 80)
    sides = set()
    for path in (tmp_path / "out/train").rglob("*.jpg"):
        with Image.open(path) as image:
            sides.add(image.size)

    assert sides == {(64, 72)}


def test_a_manifest_names_the_place_that_it_will_lie_in(pets: Path, run: Run, tmp_path: Path) -> None:
    run("pack", pets, "--format", "manifest", "--out", tmp_path / "out", "--address", "s3://ours/data")
    line = json.loads((tmp_path / "out/train_manifest/train.manifest").read_text().splitlines()[0])

    assert line["source-ref"].startswith("s3://ours/data/train/")
    assert (tmp_path / "out" / line["source-ref"].removeprefix("s3://ours/data/")).exists()


def test_the_same_images_make_the_same_bytes(pets: Path, run: Run, tmp_path: Path) -> None:
    run("pack", pets, "--format", "rec", "--out", tmp_path / "one" / "set", *THERE)
    run("pack", pets, "--format", "rec", "--out", tmp_path / "two" / "set", *THERE)

    assert written(tmp_path / "one") == written(tmp_path / "two")


def test_a_zip_is_packed_like_its_folder(pets: Path, run: Run, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "pets.zip", "w") as archive:
        for name, body in written(pets).items():
            archive.writestr(f"pets/{name}", body)
    run("pack", pets, "--format", "rec", "--out", tmp_path / "one" / "set", *THERE)
    code, _, _ = run("pack", tmp_path / "pets.zip", "--format", "rec", "--out", tmp_path / "two" / "set", *THERE)

    assert code == 0
    assert written(tmp_path / "one") == written(tmp_path / "two")


def test_interrupted_it_goes_on_where_it_was(
    pets: Path, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("pack", pets, "--format", "lst", "--out", tmp_path / "whole" / "set", *THERE)
    complete = FolderTarget.put

    def interrupted(self: FolderTarget, name: str, body: bytes, content_type: str = "") -> None:
        if name == "split.csv":
            raise KeyboardInterrupt
        complete(self, name, body, content_type)

    out = tmp_path / "again" / "set"
    monkeypatch.setattr(FolderTarget, "put", interrupted)
    code, _, err = run("pack", pets, "--format", "lst", "--out", out, *THERE)
    monkeypatch.setattr(FolderTarget, "put", complete)
    stamp = next((out / "train").rglob("*.jpg")).stat().st_mtime_ns

    assert (code, "goes on" in err) == (130, True)
    assert run("pack", pets, "--format", "lst", "--out", out, *THERE)[0] == 0
    assert next((out / "train").rglob("*.jpg")).stat().st_mtime_ns == stamp
    assert written(tmp_path / "whole") == written(tmp_path / "again")


def test_other_arguments_do_not_go_on_with_what_lies_there(
    pets: Path, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    with monkeypatch.context() as patched:
        patched.setattr(dataset_command, "clean_up", lambda _: (_ for _ in ()).throw(KeyboardInterrupt()))
        run("pack", pets, "--format", "rec", "--out", out)
    code, _, _ = run("pack", pets, "--format", "lst", "--out", out)

    assert code == 0
    assert not (out / "train/train.rec").exists()


def test_packing_again_keeps_each_image_in_its_split(pets: Path, run: Run, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run("pack", pets, "--format", "rec", "--out", out)
    before = (out / "split.csv").read_text().splitlines()
    for number in range(20):
        (pets / "cat" / f"new{number}.jpg").write_bytes(a_picture(900 + number))
    run("pack", pets, "--format", "rec", "--out", out)

    assert set(before) <= set((out / "split.csv").read_text().splitlines())


def test_one_class_is_refused(pets: Path, run: Run) -> None:
    for path in (pets / "dog").iterdir():
        path.unlink()
    code, out, _ = run("check", pets)

    assert code == 1
    assert "REFUSED: I found only one class, `cat`" in out.replace("\n", " ")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("check", "{tmp}/none"), "There is no"),
        (("pack", "{pets}", "--format", "rec", "--out", "{pets}/out"), "lies in the folder that is read"),
        (("pack", "{pets}", "--format", "rec", "--out", "{tmp}"), "holds something else"),
        (("pack", "{pets}", "--format", "jpg", "--out", "{tmp}/out"), "invalid choice"),
        (("pack", "{pets}", "--format", "rec", "--out", "{tmp}/out", "--resize", "9"), "resize=9"),
        (("check", "{pets}", "--share", "95%"), "share=95%"),
        (("pack", "{pets}", "--format", "lst", "--out", "{tmp}/out", "--lst", "{tmp}/x.lst"), "goes with"),
        (("pack", "{pets}", "--format", "rec", "--out", "{tmp}/out", "--lst", "{tmp}/x.lst"), "cannot be read"),
        ((), "required"),
    ],
)
def test_arguments_that_are_off_are_said_and_end_with_2(
    pets: Path, run: Run, tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    code, _, err = run(*(one.format(tmp=tmp_path, pets=pets) for one in arguments))

    assert code == 2
    assert said in err


def test_a_list_is_packed_in_its_order_byte_for_byte(pets: Path, run: Run, tmp_path: Path) -> None:
    (tmp_path / "mine.lst").write_text("7\t1.0\tdog/3.jpg\n2\t0.0\tcat/broken.jpg\n5\t0.0\tcat/1.jpg\n")
    code, out, _ = run("pack", pets, "--format", "rec", "--out", tmp_path / "out", "--lst", tmp_path / "mine.lst")
    records = list(recordio.read(io.BytesIO((tmp_path / "out/mine.rec").read_bytes())))

    assert (code, "Packed 3 of 3 images" in out) == (0, True)
    assert [(one.id, one.labels) for _, one in records] == [(7, (1.0,)), (2, (0.0,)), (5, (0.0,))]
    assert records[1][1].image == (pets / "cat/broken.jpg").read_bytes()
    assert (tmp_path / "out/mine.idx").read_text() == "".join(f"{one.id}\t{offset}\n" for offset, one in records)


def test_what_a_list_names_and_is_not_there_is_a_line_and_not_the_end(pets: Path, run: Run, tmp_path: Path) -> None:
    (tmp_path / "mine.lst").write_text("1\t1.0\tdog/3.jpg\n2\t0.0\tcat/none.jpg\n3\t0.0\tcat/1.jpg\n")
    code, out, _ = run("pack", pets, "--format", "rec", "--out", tmp_path / "out", "--lst", tmp_path / "mine.lst")

    assert (code, "Packed 2 of 3 images" in out) == (0, True)
    assert "cat/none.jpg is named in the list, and is not there" in out


def test_a_packed_set_is_checked(pets: Path, run: Run, tmp_path: Path) -> None:
    run("pack", pets, "--format", "rec", "--out", tmp_path / "out")
    code, out, _ = run("check", tmp_path / "out")

    assert code == 0
    assert "2 classes        16           4" in out


def test_a_packed_set_is_not_packed_again(pets: Path, run: Run, tmp_path: Path) -> None:
    run("pack", pets, "--format", "rec", "--out", tmp_path / "out")
    code, out, _ = run("pack", tmp_path / "out", "--format", "lst", "--out", tmp_path / "twice")

    assert code == 1
    assert "packed already" in out


def test_the_source_is_never_changed(pets: Path, run: Run, tmp_path: Path) -> None:
    before = written(pets)
    run("pack", pets, "--format", "lst", "--out", tmp_path / "out", "--resize", 64)

    assert written(pets) == before


def test_names_that_are_no_text_do_not_stop_it(pets: Path, run: Run, tmp_path: Path) -> None:
    folder = os.fsencode(pets) + b"/caf\xe9"
    os.mkdir(folder)
    for number in range(3):
        Path(os.fsdecode(folder + b"/x\xff\t%d.jpg" % number)).write_bytes(a_picture(500 + number))
    Path(os.fsdecode(folder + b"/\xe9.jpg")).write_bytes(b"no image")
    code, out, _ = run("pack", pets, "--format", "lst", "--out", tmp_path / "out")

    assert code == 0
    assert r"caf\udce9" in out
    assert len(list((tmp_path / "out").rglob("*-x*_*.jpg"))) == 3
