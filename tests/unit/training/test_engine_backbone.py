"""The pretrained network: read without running anything, always the same graph, and only from the pinned file."""

import hashlib
import io
import os
import pickle
from pathlib import Path

import numpy as np
import pytest

from training import backbone
from training.cache import Cache
from training.errors import AlgorithmError
from training.inference import open_session
from training.torch_weights import LEGACY_MAGIC, LEGACY_PROTOCOL, read_state_dict


class Malicious:
    def __init__(self, marker: Path) -> None:
        self._marker = marker

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (str(self._marker),)


def checkpoint(*parts: object, storages: bytes = b"") -> io.BytesIO:
    return io.BytesIO(b"".join(pickle.dumps(part, protocol=2) for part in parts) + storages)


def test_a_malicious_checkpoint_is_refused_and_runs_nothing(tmp_path: Path) -> None:
    marker = tmp_path / "ran"
    with pytest.raises(pickle.UnpicklingError, match="may not name"):
        read_state_dict(checkpoint(LEGACY_MAGIC, LEGACY_PROTOCOL, {}, Malicious(marker), []))

    assert not marker.exists()


@pytest.mark.parametrize("name", ["builtins.eval", "builtins.getattr", "torch.load", "collections.Counter"])
def test_no_name_beyond_a_state_dicts_can_be_looked_up(name: str) -> None:
    module, function = name.rsplit(".", 1)
    with pytest.raises(pickle.UnpicklingError, match=f"may not name {name}"):
        read_state_dict(io.BytesIO(f"c{module}\n{function}\n.".encode()))


def test_another_format_is_refused() -> None:
    with pytest.raises(pickle.UnpicklingError, match="legacy format"):
        read_state_dict(checkpoint(1, LEGACY_PROTOCOL, {}, {}, []))


def test_a_checkpoint_that_is_cut_short_is_refused() -> None:
    whole = backbone.weights_path().read_bytes()
    with pytest.raises(pickle.UnpicklingError, match="cut short"):
        read_state_dict(io.BytesIO(whole[:-1000]))


def test_a_file_with_another_digest_is_not_loaded(tmp_path: Path) -> None:
    changed = bytearray(backbone.weights_path().read_bytes())
    changed[-1] ^= 1
    (tmp_path / "weights.pth").write_bytes(changed)
    with pytest.raises(AlgorithmError, match="digest"):
        backbone.checked_weights(tmp_path / "weights.pth")


def test_converting_twice_gives_the_same_bytes(body: bytes) -> None:
    again = backbone.graph_body(Cache(None))

    assert hashlib.sha256(again).digest() == hashlib.sha256(body).digest()


def test_folded_batch_norm_gives_what_convolution_and_norm_give() -> None:
    draw = np.random.default_rng(0)
    weights = {"c.weight": draw.normal(size=(4, 3, 1, 1)).astype("<f4")}
    weights |= {f"n.{name}": draw.uniform(0.5, 2, 4).astype("<f4") for name in ("weight", "bias", "running_mean")}
    weights["n.running_var"] = draw.uniform(0.5, 2, 4).astype("<f4")
    pixel = draw.normal(size=3).astype("<f4")
    kernel, bias = backbone.fold(weights, "c", "n")

    plain = weights["c.weight"][:, :, 0, 0] @ pixel
    normed = (plain - weights["n.running_mean"]) / np.sqrt(weights["n.running_var"] + 1e-3)
    expected = normed * weights["n.weight"] + weights["n.bias"]
    assert np.allclose(kernel[:, :, 0, 0] @ pixel + bias, expected, atol=1e-5)


def test_the_graph_takes_any_number_of_pictures_of_any_size(body: bytes) -> None:
    session = open_session(backbone.features_model(body), threads=1)
    shapes = [(1, 224, 224, 3), (3, 96, 128, 3)]

    found = [session.run(None, {"images": np.zeros(shape, np.uint8)})[0].shape for shape in shapes]
    assert found == [(1, 1280), (3, 1280)]


def test_features_do_not_depend_on_a_pictures_neighbours(body: bytes) -> None:
    session = open_session(backbone.features_model(body), threads=1)
    pictures = np.random.default_rng(0).integers(0, 256, (4, 224, 224, 3), dtype=np.uint8)
    together = session.run(None, {"images": pictures})[0]

    assert np.array_equal(session.run(None, {"images": pictures[2:3]})[0], together[2:3])


def test_the_classifier_adds_a_softmax_layer_to_the_features(body: bytes) -> None:
    draw = np.random.default_rng(1)
    weights, bias = draw.normal(0, 0.1, (1280, 3)).astype("<f4"), np.array([0.5, 0, -0.5], "<f4")
    picture = draw.integers(0, 256, (1, 224, 224, 3), dtype=np.uint8)
    features = open_session(backbone.features_model(body), threads=1).run(None, {"images": picture})[0]
    (found,) = open_session(backbone.classifier_model(body, weights, bias), threads=1).run(None, {"images": picture})

    scores = np.exp(features @ weights + bias)
    assert np.allclose(found, scores / scores.sum(), atol=1e-5)


def test_a_damaged_kept_backbone_is_made_anew(tmp_path: Path, body: bytes) -> None:
    cache = Cache(tmp_path)
    cache.write("backbone", backbone.CACHE_KEY, body)
    (kept,) = (path for path in (tmp_path / "backbone").rglob("*") if path.is_file())
    damaged = bytearray(kept.read_bytes())
    damaged[1000] ^= 255
    kept.write_bytes(damaged)

    assert backbone.graph_body(cache) == body
    assert cache.read("backbone", backbone.CACHE_KEY) == body
