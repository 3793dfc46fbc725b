"""Zips that people uploaded to Slack: fetched into a folder that is gone afterwards, and read there."""

import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from bot.adapters.data.zips import ZipSource
from bot.errors import RefusedError

MOST_BYTES = 2 * 1024 * 1024 * 1024
# The disk is not ours alone.
SPARE_BYTES = 512 * 1024 * 1024


class Downloads(Protocol):
    """Files of Slack's by their ids."""

    def told(self, file_id: str) -> tuple[str, int]:
        """The file's name and size."""

    def download(self, file_id: str, to: Path) -> None: ...


class UploadedZips:
    """Opens them as one source of images."""

    def __init__(self, files: Downloads) -> None:
        self._files = files

    @contextmanager
    def opened(self, file_ids: Sequence[str]) -> Iterator[ZipSource]:
        """RefusedError: one of them is no zip, or they are too large for us."""
        with (
            tempfile.TemporaryDirectory(prefix="darkroom-zips-") as folder,
            ZipSource(self._fetched(file_ids, Path(folder))) as source,
        ):
            yield source

    def _fetched(self, file_ids: Sequence[str], folder: Path) -> dict[str, Path]:
        told = {file_id: self._files.told(file_id) for file_id in file_ids}
        self._refuse_too_large(told.values(), folder)
        archives: dict[str, Path] = {}
        for file_id, (name, _) in told.items():
            path = folder / file_id
            self._files.download(file_id, path)
            archives[name if name not in archives else f"{name} ({file_id})"] = path
        return archives

    def _refuse_too_large(self, told: Iterable[tuple[str, int]], folder: Path) -> None:
        whole = 0
        for name, size in told:
            whole += size
            if size > MOST_BYTES:
                raise RefusedError(
                    f"`{name}` is larger than {MOST_BYTES // 1024**3} GB.", next_step="Put the images into S3 instead."
                )
        if whole + SPARE_BYTES > shutil.disk_usage(folder).free:
            raise RefusedError(
                "There is no room for these zip files where the bot runs.", "", "Put the images into S3."
            )
