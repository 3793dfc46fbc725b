"""The bytes of one pass over a channel in Pipe mode: whole objects in a row, or the attributes of a manifest's lines.

https://docs.aws.amazon.com/sagemaker/latest/dg/augmented-manifest-stream.html
"""

import gzip
import json
import struct
import zlib
from collections.abc import Iterator
from typing import Any

from sandbox.sagemaker.channel_source import AUGMENTED_MANIFEST, Channel, Storage
from sandbox.sagemaker.errors import ContainerFailureError
from sandbox.sagemaker.moto_services import split_s3

LONGEST_LINE = 100_000  # characters; Ground Truth's limit for a manifest's line
REFERENCE = "-ref"

# https://github.com/dmlc/dmlc-core/blob/main/include/dmlc/recordio.h
MAGIC = 0xCED7230A
MAGIC_BYTES = struct.pack("<I", MAGIC)
WHOLE, FIRST, MIDDLE, LAST = range(4)
LENGTH_BITS = 29


def one_pass(channel: Channel, storage: Storage, epoch: int) -> Iterator[bytes]:
    """Raises ContainerFailureError, while it runs, at the first thing that cannot be streamed."""
    pieces = _attributes if channel.kind == AUGMENTED_MANIFEST else _objects
    for content in pieces(channel, storage, epoch):
        yield wrapped(content) if channel.wrapped else content


def _objects(channel: Channel, storage: Storage, epoch: int) -> Iterator[bytes]:
    bucket, _ = split_s3(channel.uri)
    for key in channel.shuffled(storage.keys(channel.uri), epoch):
        yield _plain(channel, storage.read(f"s3://{bucket}/{key}"), key)


def _attributes(channel: Channel, storage: Storage, epoch: int) -> Iterator[bytes]:
    lines = storage.read(channel.uri).decode("utf-8", "replace").split("\n")
    numbered = [(number, line) for number, line in enumerate(lines, start=1) if line.strip()]
    for number, line in channel.shuffled(numbered, epoch):
        described = _parsed(line, f"line {number} of {channel.uri}")
        for name in channel.attributes:
            yield _value(channel, storage, name, _member(described, name, f"line {number} of {channel.uri}"))


def _parsed(line: str, place: str) -> dict[str, Any]:
    if len(line) > LONGEST_LINE:
        raise _failure(f"{place} has {len(line):,} characters, more than the {LONGEST_LINE:,} allowed")
    try:
        described = json.loads(line)
    except (ValueError, RecursionError):
        raise _failure(f"{place} is not a JSON object") from None
    if not isinstance(described, dict):
        raise _failure(f"{place} is not a JSON object")
    return described


def _member(described: dict[str, Any], name: str, place: str) -> Any:
    if name not in described:
        raise _failure(f'{place} has no attribute "{name}", which AttributeNames lists')
    return described[name]


def _value(channel: Channel, storage: Storage, name: str, value: Any) -> bytes:
    if name.endswith(REFERENCE):
        if not isinstance(value, str) or not value.startswith("s3://"):
            raise _failure(f'the value of the attribute "{name}" is not an S3 URI: {value!r:.200}')
        return _plain(channel, storage.read(value), value)
    return (value if isinstance(value, str) else json.dumps(value)).encode()


def _plain(channel: Channel, content: bytes, name: str) -> bytes:
    if not channel.gzipped:
        return content
    try:
        return gzip.decompress(content)
    except (OSError, EOFError, zlib.error):
        raise ContainerFailureError(
            f"ClientError: Data download failed: {name} is not compressed with Gzip, which CompressionType says"
        ) from None


def _failure(fault: str) -> ContainerFailureError:
    return ContainerFailureError(f"ClientError: Unable to process the augmented manifest file: {fault}.")


def wrapped(content: bytes) -> bytes:
    """One RecordIO record; where the content holds the magic at a multiple of four, it is cut there."""
    parts = _cut(content)
    if len(parts) == 1:
        return _frame(WHOLE, content)
    middle = b"".join(_frame(MIDDLE, part) for part in parts[1:-1])
    return _frame(FIRST, parts[0]) + middle + _frame(LAST, parts[-1])


def _cut(content: bytes) -> list[bytes]:
    parts, start = [], 0
    at = content.find(MAGIC_BYTES)
    while 0 <= at < len(content) & ~3:
        if at % 4 == 0:
            parts.append(content[start:at])
            start = at + 4
        at = content.find(MAGIC_BYTES, start if at % 4 == 0 else at + 1)
    return [*parts, content[start:]]


def _frame(part: int, content: bytes) -> bytes:
    return struct.pack("<II", MAGIC, part << LENGTH_BITS | len(content)) + content + bytes(-len(content) % 4)
