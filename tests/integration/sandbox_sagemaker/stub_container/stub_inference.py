"""Serves the stub's artifact: answers how many epochs it was trained, or fails as the body says."""

import json
import time
from pathlib import Path


class UnsupportedContentTypeError(ValueError):
    """Not a picture."""


def model_fn(model_dir):
    return json.loads((Path(model_dir) / "weights.json").read_text())


def input_fn(body, content_type):
    if content_type not in {"application/x-image", "image/png", "image/jpeg"}:
        raise UnsupportedContentTypeError(f"{content_type} is no picture")
    if body == b"bad":
        raise ValueError("unable to evaluate payload provided")
    return body


def predict_fn(data, model):
    if data == b"crash":
        raise RuntimeError("out of memory")
    if data == b"slow":
        time.sleep(0.3)
    return [model["epochs"], len(data)]


def output_fn(prediction, accept):
    return json.dumps(prediction), "application/json"
