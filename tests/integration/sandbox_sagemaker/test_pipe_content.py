"""The bytes of one pass over a channel, and what keeps it from going on."""

import gzip
import json
import struct

import pytest

from sandbox.sagemaker.channel_source import Channel, Storage, channels_of
from sandbox.sagemaker.errors import ContainerFailureError
from sandbox.sagemaker.moto_services import ObjectMissingError
from sandbox.sagemaker.pipe_content import one_pass, wrapped

MANIFEST = "s3://here/train.manifest"
MAGIC = struct.pack("<I", 0xCED7230A)


class Bucket:
    """Plays S3: one bucket here, one abroad."""

    def __init__(self, **objects: bytes) -> None:
        self._objects = {name.replace("_", "."): content for name, content in objects.items()}

    def bucket_region(self, bucket: str) -> str | None:
        return {"here": "us-east-1", "abroad": "eu-west-1"}.get(bucket)

    def keys(self, bucket: str, prefix: str) -> list[str]:
        return sorted(name for name in self._objects if name.startswith(prefix))

    def read(self, bucket: str, key: str) -> bytes:
        if bucket != "here" or key not in self._objects:
            raise ObjectMissingError
        return self._objects[key]


def channel(uri: str = MANIFEST, kind: str = "AugmentedManifestFile", **members: object) -> Channel:
    source = {"S3Uri": uri, "S3DataType": kind, "AttributeNames": ["source-ref", "class"]}
    described = {"ChannelName": "train", "InputMode": "Pipe", "DataSource": {"S3DataSource": source}, **members}
    (found,) = channels_of({"InputDataConfig": [described]})
    return found


def streamed(given: Channel, **objects: bytes) -> bytes:
    return b"".join(one_pass(given, Storage(Bucket(**objects), "us-east-1", "role"), 0))


def failure(given: Channel, **objects: bytes) -> str:
    with pytest.raises(ContainerFailureError) as failed:
        streamed(given, **objects)
    return str(failed.value)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ({"source-ref": "s3://here/cat.png"}, f'line 2 of {MANIFEST} has no attribute "class"'),
        ({"source-ref": "s3://here/none.png", "class": 0}, 'No S3 object found at "s3://here/none.png"'),
        ({"source-ref": "s3://nowhere/cat.png", "class": 0}, "No S3 object found"),
        ({"source-ref": "s3://abroad/cat.png", "class": 0}, "The bucket abroad is in this region: eu-west-1"),
        ({"source-ref": "cat.png", "class": 0}, "is not an S3 URI: 'cat.png'"),
        ({"source-ref": 5, "class": 0}, "is not an S3 URI: 5"),
        ({"x": "y" * 100_000}, f"line 2 of {MANIFEST} has 100,009 characters, more than the 100,000 allowed"),
        (["source-ref"], f"line 2 of {MANIFEST} is not a JSON object"),
    ],
)
def test_a_line_that_cannot_be_streamed_is_named(line: object, words: str) -> None:
    good = {"source-ref": "s3://here/cat.png", "class": 0}
    told = failure(channel(), cat_png=b"CAT", train_manifest=f"{json.dumps(good)}\n{json.dumps(line)}\n".encode())

    assert told.startswith("ClientError: ")
    assert words in told


@pytest.mark.parametrize("line", [b"{", b"\xff\xfe", b"[" * 50_000, b"null"])
def test_a_line_that_is_not_json_is_named(line: bytes) -> None:
    assert f"line 1 of {MANIFEST} is not a JSON object" in failure(channel(), train_manifest=line)


@pytest.mark.parametrize(
    ("value", "text"), [("0", b"0"), (0, b"0"), ([0, 1], b"[0, 1]"), ("[0,1]", b"[0,1]"), (None, b"null")]
)
def test_a_value_flows_as_its_text(value: object, text: bytes) -> None:
    line = json.dumps({"source-ref": "s3://here/cat.png", "class": value}).encode()

    assert streamed(channel(), cat_png=b"CAT:", train_manifest=line) == b"CAT:" + text


def test_a_missing_manifest_is_named() -> None:
    assert f'No S3 object found at "{MANIFEST}"' in failure(channel())


@pytest.mark.parametrize("content", [b"records", gzip.compress(b"records")[:-3]], ids=["plain", "cut"])
def test_objects_that_are_not_compressed_as_said_are_named(content: bytes) -> None:
    given = channel("s3://here/train", "S3Prefix", CompressionType="Gzip")

    assert "train.gz is not compressed with Gzip" in failure(given, train_gz=content)


@pytest.mark.parametrize(
    ("content", "frames"),
    [
        (b"", [(0, b"")]),
        (b"abc", [(0, b"abc")]),
        (b"abcd" + MAGIC + b"e", [(1, b"abcd"), (3, b"e")]),
        (MAGIC, [(1, b""), (3, b"")]),
        (MAGIC * 3, [(1, b""), (2, b""), (2, b""), (3, b"")]),
        (b"a" + MAGIC + b"bcd", [(0, b"a" + MAGIC + b"bcd")]),
        (b"a" + MAGIC + b"bcd" + MAGIC, [(1, b"a" + MAGIC + b"bcd"), (3, b"")]),
    ],
)
def test_a_record_is_cut_where_its_content_holds_the_magic_aligned(
    content: bytes, frames: list[tuple[int, bytes]]
) -> None:
    expected = [
        MAGIC + struct.pack("<I", flag << 29 | len(part)) + part + bytes(-len(part) % 4) for flag, part in frames
    ]

    assert wrapped(content) == b"".join(expected)
