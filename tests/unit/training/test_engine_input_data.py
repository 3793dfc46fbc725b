"""Which format a job was given, what it holds, and what is refused before anything is trained."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event

import pytest
from recorded import container, packed

from sandbox.sagemaker.pipe_content import wrapped
from training.container import Container
from training.errors import CustomerError, JobStoppedError
from training.hyperparameters import Hyperparameters
from training.input_data import open_input
from training.samples import InputData, Sample

REC = {"ContentType": "application/x-recordio", "TrainingInputMode": "File"}
PIPED_REC = {"ContentType": "application/x-recordio", "TrainingInputMode": "Pipe"}
MANIFEST = PIPED_REC | {"RecordWrapperType": "RecordIO"}
IMAGE = {"ContentType": "application/x-image"}
ONE = packed(b"cat", 0)


def opened(given: Container, resize: int | None = 224, stop: Event | None = None) -> InputData:
    chosen = Hyperparameters(num_classes=2, num_training_samples=2, resize=resize)
    return open_input(given, chosen, stop or Event())


def refusal(given: Container, resize: int | None = 224) -> str:
    with pytest.raises(CustomerError) as refused:
        list(opened(given, resize).train)
    return str(refused.value)


def seen(samples: Iterator[Sample]) -> list[tuple[str, int, bytes]]:
    return [(sample.name, sample.label, sample.read()) for sample in samples]


@contextmanager
def piped(path: Path, content: bytes) -> Iterator[None]:
    """A FIFO that is filled as soon as somebody reads it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    os.mkfifo(path)
    writer = threading.Thread(target=path.write_bytes, args=(content,))
    writer.start()
    yield
    writer.join()


def test_a_rec_file_holds_pictures_with_their_labels(tmp_path: Path) -> None:
    files = {"train/data.rec": ONE + packed(b"dogs", 1.0) + packed(b"x", 0, 1), "validation/data.rec": ONE}
    data = opened(container(tmp_path, {"train": REC, "validation": REC}, files))

    assert seen(data.train) == [
        ("record 0 of data.rec", 0, b"cat"),
        ("record 1 of data.rec", 1, b"dogs"),
        ("record 2 of data.rec", 1, b"x"),
    ]


def test_a_rec_file_may_have_its_index_beside_it(tmp_path: Path) -> None:
    files = {"train/data.rec": ONE, "train/data.idx": b"0\t0\n", "validation/data.rec": ONE}

    assert len(opened(container(tmp_path, {"train": REC, "validation": REC}, files)).train) == 1


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"train/a.txt": b""}, "'train' must hold one .rec file and holds 0."),
        ({"train/a.rec": ONE, "train/b.rec": ONE}, "'train' must hold one .rec file and holds 2."),
        ({"train/a.rec": b""}, "Unable to start training. Empty .rec file in train channel."),
        ({"train/a.rec": b"\xff\xd8 picture"}, "does not start with the magic number (a.rec, byte 0)"),
        ({"train/a.rec": ONE[:-1]}, "The record is cut short (a.rec, byte 0)"),
        ({"train/a.rec": ONE + packed(b"", 1, 1)}, "record 1 of a.rec: 2 classes, but with multi_label=0"),
        ({"train/a.rec": packed(b"", 0, 1, 0)}, "record 0 of a.rec: 3 labels do not match num_classes=2"),
        ({"train/a.rec": wrapped(b"raw")}, "record 0 of a.rec has no image header"),
    ],
)
def test_a_channel_that_is_no_single_rec_file_is_refused(tmp_path: Path, files: dict[str, bytes], said: str) -> None:
    given = container(tmp_path, {"train": REC, "validation": REC}, files | {"validation/v.rec": ONE})

    assert said in refusal(given)


def test_a_rec_file_through_a_pipe_is_the_same_samples(tmp_path: Path) -> None:
    data = opened(container(tmp_path, {"train": PIPED_REC, "validation": PIPED_REC}, {}))
    with piped(tmp_path / "input/data/train_0", ONE + packed(b"dogs", 1.0)):
        samples = seen(data.train)

    assert samples == [
        ("record 0 of the channel 'train'", 0, b"cat"),
        ("record 1 of the channel 'train'", 1, b"dogs"),
    ]


def test_a_manifests_records_are_pictures_and_labels_by_turns(tmp_path: Path) -> None:
    data = opened(container(tmp_path, {"train": MANIFEST, "validation": MANIFEST}, {}))
    with piped(tmp_path / "input/data/train_0", b"".join(map(wrapped, [b"cat", b'"0"', b"dogs", b"[0, 1]"]))):
        samples = seen(data.train)

    assert [(label, image) for _, label, image in samples] == [(0, b"cat"), (1, b"dogs")]


def test_class_ids_are_read_where_the_content_type_says_so(tmp_path: Path) -> None:
    channel = MANIFEST | {"ContentType": "application/x-recordio; label-format=class-id"}
    data = opened(container(tmp_path, {"train": channel, "validation": channel}, {}))
    with piped(tmp_path / "input/data/train_0", wrapped(b"dogs") + wrapped(b"[1]")):
        samples = seen(data.train)

    assert samples[0][1:] == (1, b"dogs")


@pytest.mark.parametrize("channel", [PIPED_REC, MANIFEST])
def test_pictures_that_are_not_wrapped_are_refused_in_the_algorithms_words(
    tmp_path: Path, channel: dict[str, str]
) -> None:
    given = container(tmp_path, {"train": channel, "validation": channel}, {})
    with piped(tmp_path / "input/data/train_0", b"\xff\xd8\xff\xe0 a picture0"):
        assert "The Record IO header does not start with the magic number" in refusal(given)


@pytest.mark.parametrize("content", [b"", wrapped(b"cat"), wrapped(b"cat") + wrapped(b"0") + wrapped(b"dog")])
def test_a_pipe_without_whole_pairs_is_an_empty_batch(tmp_path: Path, content: bytes) -> None:
    given = container(tmp_path, {"train": MANIFEST, "validation": MANIFEST}, {})
    with piped(tmp_path / "input/data/train_0", content):
        assert refusal(given).startswith("Got empty batch from pipe. Please check")


def test_an_empty_rec_through_a_pipe_is_refused(tmp_path: Path) -> None:
    given = container(tmp_path, {"train": PIPED_REC, "validation": PIPED_REC}, {})
    with piped(tmp_path / "input/data/train_0", b""):
        assert refusal(given) == "Unable to start training. Empty .rec file in train channel."


def test_a_pipe_may_appear_late(tmp_path: Path) -> None:
    data = opened(container(tmp_path, {"train": PIPED_REC, "validation": PIPED_REC}, {}))
    found: list[list[tuple[str, int, bytes]]] = []
    reader = threading.Thread(target=lambda: found.append(seen(data.train)))
    reader.start()
    with piped(tmp_path / "input/data/train_0", ONE):
        reader.join()

    assert [image for _, _, image in found[0]] == [b"cat"]


def test_a_stop_is_heard_while_a_pipe_keeps_waiting(tmp_path: Path) -> None:
    stop = Event()
    data = opened(container(tmp_path, {"train": PIPED_REC, "validation": PIPED_REC}, {}), stop=stop)
    (tmp_path / "input/data").mkdir()
    os.mkfifo(tmp_path / "input/data/train_0")
    # Open in both directions at once, so that neither side waits for the other.
    with open(os.open(tmp_path / "input/data/train_0", os.O_RDWR), "wb", buffering=0) as held:
        held.write(ONE)
        samples = iter(data.train)
        next(samples)
        stop.set()
        with pytest.raises(JobStoppedError):
            next(samples)


def test_content_types_that_contradict_each_other_are_refused(tmp_path: Path) -> None:
    files = {"train/a.rec": ONE, "validation/a.png": b"", "validation_lst/v.lst": b"0\t0\ta.png"}
    given = container(tmp_path, {"train": REC, "validation": IMAGE, "validation_lst": IMAGE}, files)

    assert refusal(given) == (
        "the content types of the input channels 'train' (application/x-recordio) and 'validation' "
        "(application/x-image) contradict each other"
    )


def test_a_listing_under_another_content_type_is_refused(tmp_path: Path) -> None:
    channels = {"train": IMAGE, "validation": IMAGE, "train_lst": REC, "validation_lst": IMAGE}
    files = {f"{name}/a.lst": b"0\t0\ta.png" for name in channels}

    assert "'train_lst' (application/x-recordio) contradict" in refusal(container(tmp_path, channels, files))


def test_a_content_type_that_no_format_has_is_named(tmp_path: Path) -> None:
    text = {"ContentType": "text/csv"}
    given = container(tmp_path, {"train": text, "validation": text}, {"train/a.csv": b"", "validation/a.csv": b""})

    assert "the content type 'text/csv' of the input channel 'train' is not supported" in refusal(given)


@pytest.mark.parametrize("content_type", ["application/x-image", "image/png", "IMAGE/JPEG; charset=utf-8"])
def test_pictures_need_a_resize(tmp_path: Path, content_type: str) -> None:
    channel = {"ContentType": content_type}
    files = {"train/a.png": b"", "validation/a.png": b""}
    given = container(tmp_path, {"train": channel, "validation": channel}, files)

    assert "'resize' is required" in refusal(given, resize=None)


def test_record_io_needs_no_resize(tmp_path: Path) -> None:
    files = {"train/a.rec": ONE, "validation/a.rec": ONE}

    assert opened(container(tmp_path, {"train": REC, "validation": REC}, files), None)


def test_without_a_content_type_the_files_tell_the_format(tmp_path: Path) -> None:
    files = {"train/a.rec": ONE, "validation/a.rec": ONE}

    assert len(opened(container(tmp_path, {}, files)).train) == 1


def test_a_missing_channel_is_named(tmp_path: Path) -> None:
    assert refusal(container(tmp_path, {"train": REC}, {"train/a.rec": ONE})) == (
        "the input channel 'validation' is missing"
    )
