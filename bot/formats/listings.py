"""The `.lst` files of MXNet's im2rec, pure: which image has which labels, a line each, separated by tabs."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from bot.errors import RefusedError
from bot.formats.lines import MAX_LINE, Readable, numbered

# What would end the line or the field, and lone surrogates, which UTF-8 cannot hold.
_UNWRITABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_INDEX = re.compile(r"[0-9]{1,20}")
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
_MAX_INDEX = 2**64 - 1  # it becomes the id of a record
_MAX_LABEL = 2**24  # as far as the float32 of a record counts without gaps


@dataclass(frozen=True, slots=True)
class Entry:
    """One image: its `index` is unique in the file; `labels` are one class or a multi-hot row; `path` is relative."""

    index: int
    labels: tuple[int, ...]
    path: str


def line(entry: Entry) -> str:
    """The line as im2rec writes it, with its end; RefusedError where reading it would bring something else."""
    place = f"The entry {entry.index}"
    if not entry.labels:
        raise RefusedError(f"{place}: it has no label.")
    if not 0 <= entry.index <= _MAX_INDEX:
        raise RefusedError(f"{place}: an index is counted from 0.")
    if not all(0 <= label <= _MAX_LABEL for label in entry.labels):
        raise RefusedError(f"{place}: a label is a class index counted from 0.")
    if _path(entry.path, place) != entry.path:
        raise RefusedError(f"{place}: its path would be read as another one.", next_step="Rename the file.")
    labels = "".join(f"{label:f}\t" for label in entry.labels)
    text = f"{entry.index}\t{labels}{entry.path}\n"
    if len(text) > MAX_LINE:
        raise RefusedError(f"{place}: longer than {MAX_LINE} characters.")
    return text


def read(lines: Readable | Iterable[bytes] | Iterable[str], name: str = "The listing") -> Iterator[Entry]:
    """The entries of a `.lst`, one at a time; RefusedError names the line at fault."""
    seen: set[int] = set()
    width = 0
    for number, text in numbered(lines, name):
        place = f"{name}, line {number}"
        entry = _entry(text, place)
        width = width or len(entry.labels)
        if entry.index in seen:
            raise RefusedError(f"{place}: the index {entry.index} is taken.", "Each image needs one of its own.")
        if len(entry.labels) != width:
            raise RefusedError(f"{place}: {len(entry.labels)} labels, where the lines before have {width}.")
        seen.add(entry.index)
        yield entry


def _entry(text: str, place: str) -> Entry:
    # im2rec strips each field too: https://github.com/apache/mxnet/blob/1.9.1/tools/im2rec.py
    fields = [field.strip() for field in text.split("\t")]
    if len(fields) < 3:
        raise RefusedError(f"{place}: expected index, label and path separated by tabs.")
    index, *labels, path = fields
    return Entry(_index(index, place), tuple(_label(label, place) for label in labels), _path(path, place))


def _index(text: str, place: str) -> int:
    if not _INDEX.fullmatch(text) or int(text) > _MAX_INDEX:
        raise RefusedError(f"{place}: the index `{text[:40]}` is not a whole number counted from 0.")
    return int(text)


def _label(text: str, place: str) -> int:
    value = float(text) if _NUMBER.fullmatch(text) else -1.0
    if not 0 <= value <= _MAX_LABEL or value != int(value):
        raise RefusedError(f"{place}: the label `{text[:40]}` is not a class index counted from 0.")
    return int(value)


def _path(text: str, place: str) -> str:
    """The path without what leads nowhere, such as `./`."""
    if _UNWRITABLE.search(text):
        raise RefusedError(f"{place}: the path holds a character that a `.lst` can't.", next_step="Rename the file.")
    path = PurePosixPath(text.strip())
    inside = path.parts and not path.is_absolute() and ".." not in path.parts and not _ADDRESS.match(text.strip())
    if not inside or text.strip().endswith("/"):
        raise RefusedError(f"{place}: the path must lead to a file inside the channel's folder.")
    return str(path)
