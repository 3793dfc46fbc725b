"""Images in a folder of this machine, and a data set written into one: the ports ImageSource and Target on files."""

import os
import shutil
import threading
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import BinaryIO

from bot.domain.checks import Finding
from bot.domain.sources import SourceObject
from bot.errors import DeniedError, GoneError, RefusedError

# A folder may hold other people's files, so that nothing but these is ever removed from it.
WRITTEN = (
    *(f"{split}{what}" for split in ("train", "validation") for what in ("", "_idx", "_lst", "_manifest")),
    *("classes.txt", "split.csv", "report.csv", "contact-sheet.jpg", "summary.json", "dataset.json", "work"),
)
_PAGE = os.sysconf("SC_PAGESIZE")


class FolderSource:
    """The port ImageSource: a folder with everything below it."""

    def __init__(self, folder: Path) -> None:
        self._folder = os.fspath(folder)
        self.address = f"{self._folder}/"

    def objects(self) -> Iterator[SourceObject]:
        if not os.path.isdir(self._folder):
            raise GoneError(f"There is no folder `{self._folder}`.")
        return iter(sorted(self._walked(self._folder, ""), key=lambda found: found.key))

    def _walked(self, folder: str, prefix: str) -> Iterator[SourceObject]:
        with self._scanned(folder) as entries:
            for entry in entries:
                # Links to folders are not followed: they may lead in a circle.
                if entry.is_dir(follow_symlinks=False):
                    yield from self._walked(entry.path, f"{prefix}{entry.name}/")
                elif entry.is_file():
                    yield SourceObject(prefix + entry.name, entry.stat().st_size)

    def _scanned(self, folder: str) -> AbstractContextManager[Iterator[os.DirEntry[str]]]:
        try:
            return os.scandir(folder)
        except PermissionError as error:
            raise DeniedError(f"The folder `{folder}` may not be read.") from error

    def read(self, key: str, most_bytes: int) -> bytes:
        descriptor = _opened(self._folder + "/" + key, key)
        try:
            return _read_all(descriptor, key, most_bytes)
        finally:
            os.close(descriptor)

    def read_into(self, key: str, room: memoryview) -> int:
        """Fill `room` with the file; how many bytes it has, or as many as `room` where it is that large or larger."""
        descriptor = _opened(self._folder + "/" + key, key)
        try:
            size = os.readv(descriptor, (room,))
            # A read that ends before the file does ends at a page; to ask again every time would double the cost.
            while not size % _PAGE and size < len(room) and (more := os.readv(descriptor, (room[size:],))):
                size += more
            return size
        except OSError as error:
            raise _unreadable(key, error) from error
        finally:
            os.close(descriptor)

    def opened(self, key: str) -> AbstractContextManager[BinaryIO]:
        return os.fdopen(_opened(self._folder + "/" + key, key), "rb")

    def findings(self) -> Sequence[Finding]:
        return ()


def _opened(path: str, key: str) -> int:
    try:
        return os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise GoneError(f"`{key}` is gone.") from error
    except OSError as error:
        raise DeniedError(f"`{key}` may not be read.", str(error.strerror or error)) from error


def _read_all(descriptor: int, key: str, most_bytes: int) -> bytes:
    """One read where the file is as long as it says, which spares a call and a copy for each of many small files."""
    wanted = os.fstat(descriptor).st_size
    if wanted > most_bytes:
        raise RefusedError(f"`{key}` is larger than {most_bytes:,} bytes.")
    try:
        body = os.read(descriptor, wanted)
        while len(body) < wanted and (more := os.read(descriptor, wanted - len(body))):
            body += more
    except OSError as error:
        raise _unreadable(key, error) from error
    return body


def _unreadable(key: str, error: OSError) -> DeniedError:
    return DeniedError(f"`{key}` cannot be read.", str(error.strerror or error))


class FolderTarget:
    """The port Target in a folder. Each object appears whole or not at all.

    Parts are appended to one file; where each ends is kept beside it. They are to come in their order.
    """

    def __init__(self, folder: Path, address: str = "") -> None:
        self._folder = folder
        self._address = address
        self._lock = threading.Lock()

    @property
    def address(self) -> str:
        """Where it will lie in the end: in the bucket into which somebody is to copy it, or here."""
        return self._address or f"{self._folder}/"

    def put(self, name: str, body: bytes, content_type: str = "application/octet-stream") -> None:  # noqa: ARG002 - files have none
        path = self._made(name)
        new = path.with_name(f".{path.name}.new")
        new.write_bytes(body)
        new.replace(path)

    def read(self, name: str) -> bytes | None:
        try:
            return (self._folder / name).read_bytes()
        except FileNotFoundError:
            return None

    def begin(self, name: str) -> str:
        path = self._made(name)
        _growing(path).write_bytes(b"")
        _ends(path).write_bytes(b"")
        return f"{name}.growing"

    def part(self, name: str, upload_id: str, number: int, body: bytes) -> str:
        path = self._folder / name
        with self._lock, _existing(_ends(path), upload_id) as ends, _existing(_growing(path), upload_id) as growing:
            start = _end_of(ends, number - 1)
            growing.truncate(start)
            growing.seek(start)
            growing.write(body)
            ends.seek((number - 1) * 8)
            ends.write((start + len(body)).to_bytes(8, "little"))
        return f"{start}+{len(body)}"

    def complete(self, name: str, upload_id: str, etags: Sequence[str]) -> None:
        path = self._folder / name
        wanted = sum(int(etag.partition("+")[2]) for etag in etags)
        if _growing(path).exists():
            os.truncate(_growing(path), wanted)
            _growing(path).replace(path)
        elif not path.exists() or path.stat().st_size != wanted:
            raise GoneError(f"`{upload_id}` is gone.")
        _ends(path).unlink(missing_ok=True)

    def remove(self, prefix: str = "") -> None:
        for name in [prefix.rstrip("/")] if prefix else WRITTEN:
            path = self._folder / name
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                with suppress(NotADirectoryError):
                    path.unlink(missing_ok=True)

    def _made(self, name: str) -> Path:
        path = self._folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path


def _growing(path: Path) -> Path:
    return path.with_name(f".{path.name}.growing")


def _ends(path: Path) -> Path:
    return path.with_name(f".{path.name}.ends")


def _existing(path: Path, upload_id: str) -> BinaryIO:
    try:
        return path.open("r+b", buffering=0)
    except FileNotFoundError as error:
        raise GoneError(f"`{upload_id}` is gone.") from error


def _end_of(ends: BinaryIO, number: int) -> int:
    if number == 0:
        return 0
    ends.seek((number - 1) * 8)
    return int.from_bytes(ends.read(8), "little")
