"""Samples on their way through the network: in order, each read once, and only a few in memory at a time."""

import io
from collections.abc import Iterator
from threading import Event
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from training.backbone import FEATURES
from training.cache import Cache
from training.errors import CustomerError, JobStoppedError
from training.features import BATCH, CHUNKS_AHEAD, Extractor, worker_count
from training.hyperparameters import Augmentation
from training.samples import Sample
from training.views import View, training_views

PLAIN = (View(224),)


def mean_of(_: object, given: dict[str, np.ndarray]) -> list[np.ndarray]:
    """Plays the network: each picture's features are its mean."""
    means = given["images"].reshape(len(given["images"]), -1).mean(axis=1)
    return [np.repeat(means[:, None], FEATURES, axis=1).astype("<f4")]


def extractor(stop: Event | None = None) -> Extractor:
    return Extractor(SimpleNamespace(run=mean_of), Cache(None), stop or Event())


def grey(level: int, side: int = 240) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (side, side), (level, level, level)).save(out, "PNG")
    return out.getvalue()


def sample(number: int, content: bytes | None = None) -> Sample:
    return Sample(f"record {number}", number, lambda: grey(number) if content is None else content)


def test_samples_keep_their_order_and_labels() -> None:
    described = list(extractor().extract((sample(number) for number in range(30)), PLAIN))

    assert [one.label for one in described] == list(range(30))
    assert [round(float(one.rows[0][0])) for one in described] == list(range(30))


def test_each_view_has_its_features() -> None:
    (described,) = extractor().extract([sample(7)], training_views(240, Augmentation.CROP))

    assert len(described.rows) == 4


def test_a_sample_that_cannot_be_read_keeps_its_place_without_features() -> None:
    def vanished() -> bytes:
        raise FileNotFoundError

    given = [sample(0), sample(1, b"no picture"), Sample("gone", 2, vanished), sample(3)]

    assert [one.rows is None for one in extractor().extract(given, PLAIN)] == [False, True, True, False]


def test_only_a_few_samples_are_drawn_ahead() -> None:
    drawn: list[int] = []

    def endless() -> Iterator[Sample]:
        while True:
            drawn.append(len(drawn))
            yield sample(0)

    described = extractor().extract(endless(), PLAIN)
    next(described)
    described.close()

    assert len(drawn) <= BATCH * (CHUNKS_AHEAD * worker_count() + 1)


def test_each_sample_is_read_once_for_all_its_views() -> None:
    reads: list[bytes] = []

    def read() -> bytes:
        reads.append(grey(9))
        return reads[-1]

    list(extractor().extract([Sample("record 0", 0, read)], training_views(240, Augmentation.CROP)))

    assert len(reads) == 1


def test_a_picture_too_small_to_crop_from_fails_the_job_by_name() -> None:
    with pytest.raises(CustomerError, match=r"^record 1 is 200x200 pixels, which is smaller than image_shape"):
        list(extractor().extract([sample(0), sample(1, grey(1, side=200))], (View(None),)))


def test_a_stop_ends_the_extraction() -> None:
    stop = Event()
    stop.set()
    with pytest.raises(JobStoppedError):
        list(extractor(stop).extract([sample(0)], PLAIN))
