"""Images in zip files: the port ImageSource on archives that nobody vouches for. Nothing is unpacked to the disk."""

import struct
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import BinaryIO, Self
from zipfile import BadZipFile, LargeZipFile, ZipFile, ZipInfo

from bot.domain.checks import Finding, Rule
from bot.domain.path_names import may_be_image
from bot.domain.sources import SourceObject
from bot.errors import DeniedError, GoneError, RefusedError
from bot.services.preparation.image_reading import DAMAGED, ENCRYPTED

MOST_ENTRIES = 200_000
_ENCRYPTED_FLAG, _UTF8_FLAG = 0x1, 0x800
# What reading a hostile entry raises.
_BROKEN = (BadZipFile, LargeZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, struct.error)


class ZipSource:
    """Several zip files as one folder. A context manager, for it holds them open.

    Any number of threads may read: a ZipFile guards the file that its entries share.
    """

    address = "zip:"

    def __init__(self, archives: Mapping[str, Path]) -> None:
        """`archives` are the files, by the names that people know them by."""
        self._stack = ExitStack()
        self._findings: list[Finding] = []
        self._entries: dict[str, tuple[ZipFile, ZipInfo]] = {}
        try:
            for name, path in archives.items():
                self._add(name, self._stack.enter_context(_archive(name, path)))
        except BaseException:
            self._stack.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def objects(self) -> Iterator[SourceObject]:
        return iter([SourceObject(key, info.file_size) for key, (_, info) in sorted(self._entries.items())])

    def read(self, key: str, most_bytes: int) -> bytes:
        archive, info = self._found(key)
        if info.file_size > most_bytes:
            raise RefusedError(f"`{key}` is larger than {most_bytes:,} bytes.")
        try:
            with archive.open(info) as stream:
                # What the directory says of an entry's size may be a lie.
                body = stream.read(most_bytes + 1)
        except _BROKEN as error:
            raise RefusedError(f"is damaged within its zip file ({_reason(error)})", code=DAMAGED) from error
        if len(body) > most_bytes:
            raise RefusedError(f"`{key}` is larger than {most_bytes:,} bytes.")
        return body

    def read_into(self, key: str, room: memoryview) -> int:
        """Fill `room` with the entry; how many bytes it has, or as many as `room` where it is that large or larger."""
        if self._found(key)[1].file_size >= len(room):
            return len(room)
        body = self.read(key, len(room))
        room[: len(body)] = body
        return len(body)

    @contextmanager
    def opened(self, key: str) -> Iterator[BinaryIO]:
        archive, info = self._found(key)
        try:
            with archive.open(info) as stream:
                yield stream  # type: ignore[misc]  # it reads bytes, which is what is asked of it
        except _BROKEN as error:
            raise RefusedError(f"`{key}` is damaged within its zip file.", _reason(error)) from error

    def findings(self) -> Sequence[Finding]:
        return self._findings

    def _found(self, key: str) -> tuple[ZipFile, ZipInfo]:
        if key not in self._entries:
            raise GoneError(f"`{key}` is gone.")
        archive, info = self._entries[key]
        if info.flag_bits & _ENCRYPTED_FLAG:
            raise DeniedError("is encrypted: make the zip file without a password", code=ENCRYPTED)
        return archive, info

    def _add(self, name: str, archive: ZipFile) -> None:
        infos = archive.infolist()
        if len(self._entries) + len(infos) > MOST_ENTRIES:
            raise RefusedError(
                f"The zip files hold more than {MOST_ENTRIES:,} files.", next_step="Put the images into S3 instead."
            )
        peeled = _enclosing(infos)
        for info in infos:
            key = _key(info)
            if key is None:
                self._note(f"{name}: {info.filename}", "has a name that leads out of the zip file; it is left alone.")
            elif not _is_folder(info):
                self._keep(key.removeprefix(peeled), name, archive, info)

    def _keep(self, key: str, name: str, archive: ZipFile, info: ZipInfo) -> None:
        if key in self._entries:
            self._note(key, f"is in several zip files, or twice in one; the one in {name} is left alone.")
        elif key.lower().endswith(".zip"):
            self._note(key, "is a zip file within a zip file; it is left alone.")
        else:
            self._entries[key] = (archive, info)

    def _note(self, key: str, said: str) -> None:
        self._findings.append(Finding(Rule.STRAY, key, said))


@contextmanager
def _archive(name: str, path: Path) -> Iterator[ZipFile]:
    try:
        # Names in the writer's own encoding are read by the old standard, as every tool does that knows no better.
        archive = ZipFile(path)
    except _BROKEN as error:
        raise RefusedError(
            f"`{name}` is no zip file that I can read.", f"{_reason(error)}.", "Pack it again and upload it once more."
        ) from error
    with archive:
        yield archive


def _key(info: ZipInfo) -> str | None:
    """The entry's name as a key; None where it would lead elsewhere. Such a name is no accident."""
    name = _decoded(info).replace("\\", "/")
    parts = PurePosixPath(name).parts
    if not parts or name.startswith("/") or ".." in parts or parts[0].endswith(":") or "\x00" in name:
        return None
    return "/".join(parts)


def _is_folder(info: ZipInfo) -> bool:
    # `is_dir` fails on an entry without a name.
    return info.filename.endswith("/")


def _decoded(info: ZipInfo) -> str:
    """Without the flag for it the name was taken for code page 437, though most tools write UTF-8 nowadays."""
    if info.flag_bits & _UTF8_FLAG:
        return info.filename
    try:
        return info.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return info.filename


def _enclosing(infos: Sequence[ZipInfo]) -> str:
    """The one folder that all of a zip lies in, with its slash, where its images lie in folders in turn; or nothing."""
    keys = [key for info in infos if not _is_folder(info) and (key := _key(info)) and not _is_chaff(key)]
    tops = {key.partition("/")[0] for key in keys}
    loose = any(key.count("/") < 2 and may_be_image(key) for key in keys)
    return f"{tops.pop()}/" if len(tops) == 1 and not loose else ""


def _is_chaff(key: str) -> bool:
    return key.startswith("__MACOSX/") or key.rpartition("/")[2].startswith(".")


def _reason(error: Exception) -> str:
    return str(error)[:200] or type(error).__name__
