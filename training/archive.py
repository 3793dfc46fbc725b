"""Reads an earlier job's artifact from the input channel `model`, so that a job can start from its weights.

https://docs.aws.amazon.com/sagemaker/latest/dg/image-classification.html (incremental training)
"""

import json
import tarfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from training.container import Container
from training.errors import CustomerError

CHANNEL = "model"
CONTENT_TYPE = "application/x-sagemaker-model"
DESCRIPTION = "model.json"
LARGEST_MEMBER = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Archive:
    """The files of an artifact that matter, and what its model.json says."""

    name: str
    members: Mapping[str, bytes]
    about: Mapping[str, Any]

    def foreign(self, why: str) -> CustomerError:
        """What to raise where the model is not one that this job can start from."""
        return _foreign(self.name, why)


def read_archive(container: Container, weights: str, engine: str) -> Archive:
    """The earlier model, with the file of its weights. Raises CustomerError where it is not one of this engine."""
    given = container.channel(CHANNEL)
    if given.content_type not in (None, CONTENT_TYPE):
        raise CustomerError(f"the content type of the input channel 'model' must be {CONTENT_TYPE}")
    path = _only_archive(container.channel_folder(CHANNEL))
    members = _members(path, (DESCRIPTION, weights))
    return Archive(path.name, members, _description(members, path.name, engine))


def refuse_other_settings(archive: Archive, settings: Mapping[str, object]) -> None:
    """Raises CustomerError where the earlier model was trained with others."""
    for setting, value in settings.items():
        if archive.about.get(setting) != value:
            raise CustomerError(
                f"{setting}={value} does not match the model in the input channel 'model', which was trained with "
                f"{setting}={archive.about.get(setting)}"
            )


def _only_archive(folder: Path) -> Path:
    found = sorted(path for path in folder.rglob("*.tar.gz") if path.is_file())
    if len(found) != 1:
        raise CustomerError(f"the input channel 'model' must hold one model.tar.gz and holds {len(found)}")
    return found[0]


def _members(archive: Path, wanted: Sequence[str]) -> Mapping[str, bytes]:
    """The wanted files, read without unpacking anything onto the disk."""
    try:
        with tarfile.open(archive, "r:gz") as tar:
            found = dict(_wanted(tar, wanted))
    except (tarfile.TarError, OSError, EOFError, zlib.error):
        raise CustomerError(f"{archive.name} in the input channel 'model' is not a tar.gz archive") from None
    missing = [name for name in wanted if name not in found]
    if missing:
        raise _foreign(archive.name, f"it has no {missing[0]}")
    return found


def _wanted(tar: tarfile.TarFile, wanted: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    for member in tar:
        name = member.name.removeprefix("./")
        if name in wanted and member.isfile() and member.size <= LARGEST_MEMBER:
            content = tar.extractfile(member)
            if content is not None:
                yield name, content.read()


def _description(members: Mapping[str, bytes], name: str, engine: str) -> Mapping[str, Any]:
    try:
        about = json.loads(members[DESCRIPTION])
    except (ValueError, RecursionError):
        raise _foreign(name, "its model.json is not JSON") from None
    if not isinstance(about, dict) or about.get("engine") != engine:
        raise _foreign(name, "its model.json names another engine")
    return about


def _foreign(name: str, why: str) -> CustomerError:
    return CustomerError(
        f"{name} in the input channel 'model' is not an image classification model of this algorithm: {why}"
    )
