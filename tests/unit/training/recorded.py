"""Writes the small containers' folders and RecordIO files that the tests of the engine's input read."""

import json
import struct
from collections.abc import Mapping
from pathlib import Path

from sandbox.sagemaker.pipe_content import wrapped
from training.container import Container


def packed(image: bytes, *labels: float, flag: int | None = None) -> bytes:
    """One record as im2rec writes it."""
    if len(labels) == 1 and flag is None:
        return wrapped(struct.pack("<IfQQ", 0, labels[0], 0, 0) + image)
    return wrapped(struct.pack(f"<IfQQ{len(labels)}f", len(labels), 0, 0, 0, *labels) + image)


def container(base: Path, channels: Mapping[str, Mapping[str, str]], files: Mapping[str, bytes]) -> Container:
    """A container with these channels described and these files below its data folder."""
    (base / "input" / "config").mkdir(parents=True)
    (base / "input" / "config" / "inputdataconfig.json").write_text(json.dumps(channels))
    for name, content in files.items():
        path = base / "input" / "data" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return Container.of([], {"SAGEMAKER_BASE_DIR": str(base)})
