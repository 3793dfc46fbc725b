"""The course of a pytorch-resnet job: its lines, its best epoch, stops, checkpoints, and what it leaves out."""

import json
import re
import shutil
import threading
from functools import partial
from pathlib import Path
from threading import Event

import pytest
from recorded import packed
from resnet_job import carry_out, job, photo, records, shrink, torch

from training.errors import AlgorithmError, CustomerError, JobStoppedError
from training.resnet import course
from training.resnet.best import Best, Figures, better
from training.resnet.course import learning_rate, train
from training.resnet.descent import Descent
from training.resnet.settings import Settings, read_settings
from training.resnet.squares import Spool, chunks
from training.samples import Sample


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    shrink(monkeypatch)


def weights_of(container: object) -> dict[str, object]:
    return torch.load(container.model_folder / "model.pth", weights_only=True)


def test_each_epoch_prints_what_the_metric_expressions_look_for(tmp_path: Path, caplog) -> None:
    with caplog.at_level("INFO"):
        about = carry_out(job(tmp_path))
    told = "\n".join(caplog.messages)

    assert [float(one) for one in re.findall(r"Test set: Average accuracy: ([0-9\.]+)", told)][
        about["best_epoch"] - 1
    ] == pytest.approx(about["validation_accuracy"], abs=1e-6)
    assert len(re.findall(r"Train set: Average accuracy: ([0-9\.]+)", told)) == 2
    assert re.findall(r"Epoch: ([0-9]+), Time: [0-9]+(?:\.[0-9]+)?", told) == ["1", "2"]


def test_the_same_request_gives_the_same_weights_and_another_seed_others(tmp_path: Path) -> None:
    made = [job(tmp_path / name, {"seed": seed}) for name, seed in (("a", "1"), ("b", "1"), ("c", "2"))]
    for one in made:
        carry_out(one)
    first, again, other = (weights_of(one)["fc.weight"] for one in made)

    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_a_job_goes_on_from_its_checkpoint_as_if_nothing_had_happened(tmp_path: Path, monkeypatch) -> None:
    whole, cut = job(tmp_path / "whole", {"epochs": "3"}), job(tmp_path / "cut", {"epochs": "3"})
    (cut.base / "checkpoints").mkdir()
    monkeypatch.setattr(course.Checkpoints, "write", interrupting(course.Checkpoints.write))
    with pytest.raises(KeyboardInterrupt):
        carry_out(cut)
    monkeypatch.undo()
    shrink(monkeypatch)

    assert carry_out(cut) == carry_out(whole)
    assert torch.equal(weights_of(cut)["fc.weight"], weights_of(whole)["fc.weight"])


def interrupting(write):
    def once(*arguments: object) -> None:
        write(*arguments)
        raise KeyboardInterrupt

    return once


@pytest.mark.parametrize("content", [b"", b"damaged", b"\x80\x02.", b"\x80\x02J\x01"])
def test_a_damaged_checkpoint_is_passed_over(tmp_path: Path, content: bytes, caplog) -> None:
    made = job(tmp_path, {"epochs": "1"})
    (made.base / "checkpoints").mkdir()
    (made.base / "checkpoints/resnet.pt").write_bytes(content)

    assert carry_out(made)["epochs_run"] == 1
    assert "The checkpoint cannot be read: starting anew" in caplog.text


def test_another_requests_checkpoint_is_passed_over(tmp_path: Path, caplog) -> None:
    first = job(tmp_path / "one", {"epochs": "1"})
    (first.base / "checkpoints").mkdir()
    carry_out(first)
    second = job(tmp_path / "two", {"epochs": "2"})
    (first.base / "checkpoints").rename(second.base / "checkpoints")

    assert carry_out(second)["epochs_run"] == 2
    assert "The checkpoint is another request's: starting anew" in caplog.text


def test_a_stop_keeps_the_best_so_far(tmp_path: Path, monkeypatch) -> None:
    stop = Event()
    monkeypatch.setattr(course, "_log_epoch", lambda epoch, *_: stop.set() if epoch == 2 else None)

    assert carry_out(job(tmp_path, {"epochs": "1000"}), stop)["epochs_run"] == 2


def test_a_job_that_is_killed_leaves_its_best_so_far_also_after_an_interruption(tmp_path: Path, monkeypatch) -> None:
    made = job(tmp_path, {"epochs": "1000"})
    (made.base / "checkpoints").mkdir()
    for _ in range(2):
        monkeypatch.setattr(course.Checkpoints, "write", interrupting(course.Checkpoints.write))
        with pytest.raises(KeyboardInterrupt):
            carry_out(made)
        monkeypatch.undo()
        shrink(monkeypatch)

        assert "fc.weight" in weights_of(made)
        assert json.loads((made.model_folder / "model.json").read_text())["best_epoch"] in (1, 2)
        shutil.rmtree(made.model_folder)


def test_a_stop_before_the_first_epoch_ends_leaves_no_model(tmp_path: Path) -> None:
    made, stop = job(tmp_path), Event()
    stop.set()
    with pytest.raises(JobStoppedError):
        train(made, read_settings(made.given_hyperparameters()), stop)
    assert not made.model_folder.exists()


def test_a_loss_that_is_no_number_ends_the_job_with_advice(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(course, "_trained", lambda *_: (0.5, float("nan")))
    with pytest.raises(AlgorithmError, match="a smaller lr helps"):
        carry_out(job(tmp_path))


def test_the_first_of_equal_epochs_is_kept_and_never_one_with_broken_weights() -> None:
    network = torch.nn.Linear(2, 2)
    figures = Figures(0.5, 0.5, finite=True)
    first = better(None, network, 1, figures)

    assert better(first, network, 2, figures) is first
    network.weight.data[0] = float("nan")
    assert better(None, network, 1, figures) is None


def test_too_little_memory_on_the_gpu_is_told_with_what_helps(tmp_path: Path, monkeypatch) -> None:
    def crammed(*_: object) -> None:
        raise torch.cuda.OutOfMemoryError("CUDA out of memory. Tried to allocate")

    monkeypatch.setattr(course, "_epoch", crammed)
    with pytest.raises(AlgorithmError, match="CUDA out of memory: a batch-size smaller than 4"):
        carry_out(job(tmp_path))


@pytest.mark.parametrize(
    ("files", "given", "sentence"),
    [
        ({}, {"num-classes": "3"}, "num-classes=3 does not match the training data, which has 2 labels from 0 to 1"),
        (
            {"validation/validation.rec": packed(photo(0, 1), 5.0)},
            {},
            "num-classes=2 does not match the validation data: it has label 5",
        ),
        (
            {"train/train.rec": packed(b"x", 0.0) + packed(b"y", 1.0)},
            {},
            "none of the 2 pictures can be read, record 0 of train.rec for one",
        ),
    ],
)
def test_data_that_contradicts_the_request_is_refused(tmp_path: Path, files, given, sentence: str) -> None:
    with pytest.raises(CustomerError, match=sentence):
        carry_out(job(tmp_path, given, files))


def test_pictures_that_cannot_be_read_are_named_and_left_out(tmp_path: Path, caplog) -> None:
    broken = {"train/train.rec": records(8) + packed(b"no picture", 1.0)}

    assert carry_out(job(tmp_path, files=broken))["epochs_run"] == 2
    assert "Left out, because it cannot be read as a picture: record 8 of train.rec" in caplog.text


def test_what_comes_through_a_pipe_once_can_be_read_in_every_epoch(tmp_path: Path) -> None:
    contents = [b"first", b"", b"the third"]
    with (tmp_path / "spool").open("w+b") as file:
        spool = Spool(file)
        kept = [spool.samples(Sample("", 0, partial(bytes, one)) for one in contents) for _ in range(2)]

        assert [[one.read() for one in (*kept[0], *kept[1])] for _ in range(2)] == [contents * 2, contents * 2]


def test_pictures_that_do_not_fit_into_memory_are_decoded_anew_alike(tmp_path: Path, monkeypatch) -> None:
    kept, anew = job(tmp_path / "kept"), job(tmp_path / "anew")
    carry_out(kept)
    monkeypatch.setattr(course, "KEPT_BYTES", 4 * 40 * 40 * 3)
    carry_out(anew)

    assert torch.equal(weights_of(kept)["fc.weight"], weights_of(anew)["fc.weight"])


@pytest.mark.parametrize(("count", "sizes"), [(8, [4, 4]), (10, [4, 4, 2]), (9, [4, 5]), (1, [1]), (3, [3])])
def test_no_batch_is_a_single_picture_unless_there_is_no_other(count: int, sizes: list[int]) -> None:
    assert [len(one) for one in chunks(range(count), 4)] == sizes


def test_the_rate_falls_along_a_cosine() -> None:
    rates = [learning_rate(Settings(2, epochs=4, lr=0.1), epoch) for epoch in (1, 3, 4)]

    assert rates == pytest.approx([0.1, 0.05, 0.01464], abs=1e-4)


def test_no_thread_of_the_decoder_outlives_the_job(tmp_path: Path) -> None:
    carry_out(job(tmp_path))

    assert [one.name for one in threading.enumerate() if one.name.startswith("decode")] == []


def test_the_best_of_a_checkpoint_survives(tmp_path: Path) -> None:
    best = Best(1, 0.5, 0.5, {"a": torch.ones(1)})
    assert better(best, torch.nn.Linear(1, 1), 2, Figures(1, 0.4, finite=True)) is best


def test_the_descent_is_torchs_own() -> None:
    ours, theirs = torch.nn.Linear(3, 2), torch.nn.Linear(3, 2)
    theirs.load_state_dict(ours.state_dict())
    descent = Descent.of(ours, momentum=0.9, decay=0.1)
    reference = torch.optim.SGD(theirs.parameters(), lr=0.05, momentum=0.9, weight_decay=0.1)
    for step in range(3):
        for network in (ours, theirs):
            network(torch.full((4, 3), float(step))).square().sum().backward()
        descent.step(0.05)
        reference.step()
        descent.forget_gradients()
        reference.zero_grad()

    assert torch.allclose(ours.weight, theirs.weight, atol=1e-6)
