"""Numbered lines of text files that other programs wrote: byte order marks, CRLF and blank lines are forgiven."""

import io
from collections.abc import Iterable, Iterator
from typing import Protocol

from bot.errors import RefusedError

# The longest line that an augmented manifest may have; a listing's are far shorter.
# https://docs.aws.amazon.com/sagemaker/latest/dg/sms-input-data-input-manifest.html
MAX_LINE = 100_000
_MAX_BYTES = 4 * MAX_LINE + 2  # four bytes are the most that a character takes in UTF-8; and the line's end
_CHUNK = 64 * 1024


class Readable(Protocol):
    """A stream of bytes; it may give fewer than asked for, and gives none at its end only."""

    def read(self, size: int, /) -> bytes: ...


def numbered(lines: Readable | Iterable[bytes] | Iterable[str], name: str) -> Iterator[tuple[int, str]]:
    """Each line that is not blank, without its ending, and its number from 1; RefusedError for what is no text."""
    for number, line in enumerate(_bounded(lines), start=1):
        text = (line if isinstance(line, str) else _decoded(line, name, number)).rstrip("\r\n")
        text = text.removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}") if number == 1 else text
        if len(text) > MAX_LINE:
            raise RefusedError(f"{name}, line {number}: longer than {MAX_LINE} characters.")
        if "\0" in text:
            raise RefusedError(f"{name}, line {number}: this is no text.")
        if text.strip():
            yield number, text


def _bounded(lines: Readable | Iterable[bytes] | Iterable[str]) -> Iterator[bytes | str]:
    if isinstance(lines, io.TextIOBase) or not hasattr(lines, "read"):
        yield from lines
        return
    # Not by `readline`: the body of an S3 object reads each byte by itself, and a file without line ends comes whole.
    rest = b""
    while len(rest) <= _MAX_BYTES and (chunk := lines.read(_CHUNK)):
        *whole, rest = (rest + chunk).split(b"\n")
        yield from whole
    if rest:
        yield rest


def _decoded(line: bytes, name: str, number: int) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        # What was too long to be read at once may end within a character.
        if len(line) > _MAX_BYTES:
            raise RefusedError(f"{name}, line {number}: longer than {MAX_LINE} characters.") from None
        raise RefusedError(
            f"{name}, line {number}: this is no UTF-8 text.", next_step="Save the file as UTF-8."
        ) from None
