"""A folder of computed things that several jobs may read and write at once and that damage cannot mislead.

Each entry is a file of a digest and the content. It appears by renaming, so a reader sees it whole or not at all; one
whose digest does not hold counts as absent and is written anew.
"""

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

DIGEST_BYTES = 16


def _digest(content: bytes) -> bytes:
    return hashlib.blake2b(content, digest_size=DIGEST_BYTES).digest()


@dataclass(frozen=True, slots=True)
class Cache:
    """Entries under `folder`, or nothing kept at all where it is None."""

    folder: Path | None

    def read(self, kind: str, key: str) -> bytes | None:
        if self.folder is None:
            return None
        try:
            stored = self._path(self.folder, kind, key).read_bytes()
        except OSError:
            return None
        digest, content = stored[:DIGEST_BYTES], stored[DIGEST_BYTES:]
        return content if digest == _digest(content) else None

    def write(self, kind: str, key: str, content: bytes) -> None:
        """Keeps the content where it can; a full or read-only disk costs time later, never the job."""
        if self.folder is None:
            return
        path = self._path(self.folder, kind, key)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            _replace(path, _digest(content) + content)
        except OSError:
            return

    @staticmethod
    def _path(folder: Path, kind: str, key: str) -> Path:
        return folder / kind / key[:2] / key


def _replace(path: Path, content: bytes) -> None:
    descriptor, unfinished = tempfile.mkstemp(dir=path.parent, prefix=".unfinished-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        Path(unfinished).replace(path)
    except BaseException:
        Path(unfinished).unlink(missing_ok=True)
        raise
