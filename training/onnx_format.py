"""Writes the few protobuf messages that an ONNX file is made of (onnx.proto3, IR version 8, operator set 13).

Reads back no more than constants by name, from files written here.

Messages are plain bytes. A protobuf message is the concatenation of its fields, so the body of a graph can be kept and
a head appended to it later without parsing anything.
"""

import struct
from collections.abc import Iterator, Sequence
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

IR_VERSION = 8
OPSET = 13

VARINT, LENGTH_DELIMITED, FIXED32 = 0, 2, 5


class ElementType(IntEnum):
    """TensorProto.DataType, as far as it is used here."""

    FLOAT = 1
    UINT8 = 2
    INT64 = 7


class AttributeType(IntEnum):
    """AttributeProto.AttributeType, as far as it is used here."""

    FLOAT = 1
    INT = 2
    STRING = 3
    INTS = 7


ELEMENT_TYPES = {np.dtype("<f4"): ElementType.FLOAT, np.dtype("<i8"): ElementType.INT64}

Attribute = int | float | str | Sequence[int]
Dimension = int | str


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes((*out, value))


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3 | VARINT) + _varint(value)


def _nested(field: int, content: bytes) -> bytes:
    return b"".join((_varint(field << 3 | LENGTH_DELIMITED), _varint(len(content)), content))


def _text(field: int, value: str) -> bytes:
    return _nested(field, value.encode())


def _attribute(name: str, value: Attribute) -> bytes:
    match value:
        case int():
            kind, content = AttributeType.INT, _number(3, value)
        case float():
            kind, content = AttributeType.FLOAT, _varint(2 << 3 | FIXED32) + struct.pack("<f", value)
        case str():
            kind, content = AttributeType.STRING, _text(4, value)
        case _:
            kind, content = AttributeType.INTS, b"".join(_number(8, item) for item in value)
    return _text(1, name) + content + _number(20, kind)


def node(operator: str, inputs: Sequence[str], output: str, **attributes: Attribute) -> bytes:
    """One operation, as a field of a graph; it is named after its output."""
    content = b"".join(_text(1, name) for name in inputs) + _text(2, output) + _text(3, output) + _text(4, operator)
    return _nested(1, content + b"".join(_nested(5, _attribute(*item)) for item in attributes.items()))


def constant(name: str, values: NDArray[Any]) -> bytes:
    """A tensor of weights, as a field of a graph."""
    little = np.ascontiguousarray(values, dtype=values.dtype.newbyteorder("<"))
    dims = b"".join(_number(1, size) for size in values.shape)
    head = dims + _number(2, ELEMENT_TYPES[little.dtype]) + _text(8, name)
    return _nested(5, head + _nested(9, little.tobytes()))


def graph_input(name: str, kind: ElementType, shape: Sequence[Dimension]) -> bytes:
    return _nested(11, _value_info(name, kind, shape))


def graph_output(name: str, kind: ElementType, shape: Sequence[Dimension]) -> bytes:
    return _nested(12, _value_info(name, kind, shape))


def _value_info(name: str, kind: ElementType, shape: Sequence[Dimension]) -> bytes:
    tensor = _number(1, kind) + _nested(2, b"".join(_nested(1, _dimension(size)) for size in shape))
    return _text(1, name) + _nested(2, _nested(1, tensor))


def _dimension(size: Dimension) -> bytes:
    return _text(2, size) if isinstance(size, str) else _number(1, size)


def model(graph_fields: bytes, producer: str) -> bytes:
    """The whole file, from the concatenated fields of its graph."""
    opset = _nested(8, _text(1, "") + _number(2, OPSET))
    graph = _nested(7, graph_fields + _text(2, producer))
    return _number(1, IR_VERSION) + _text(2, producer) + graph + opset


def read_constants(model_file: bytes, names: Sequence[str]) -> dict[str, bytes]:
    """The values of the constants with these names, as they are stored. Raises ValueError on anything but a model."""
    found: dict[str, bytes] = {}
    for number, graph in _fields(memoryview(model_file)):
        if number == 7:
            found |= dict(_constants(graph, names))
    return found


def _constants(graph: memoryview, names: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    for number, tensor in _fields(graph):
        if number == 5:
            parts = dict(_fields(tensor))
            name = bytes(parts.get(8, b"")).decode()
            if name in names and 9 in parts:
                yield name, bytes(parts[9])


def _fields(message: memoryview) -> Iterator[tuple[int, memoryview]]:
    """Number and content of each length-delimited field; the numbers between them are passed over."""
    at = 0
    while at < len(message):
        key, at = _read_varint(message, at)
        size, start = _read_varint(message, at)
        if key & 7 == VARINT:
            at = start
        elif key & 7 == LENGTH_DELIMITED and start + size <= len(message):
            at = start + size
            yield key >> 3, message[start:at]
        else:
            raise ValueError("not a model file")


def _read_varint(message: memoryview, at: int) -> tuple[int, int]:
    value = shift = 0
    while at < len(message) and shift < 64:
        value |= (message[at] & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if not message[at - 1] & 0x80:
            return value, at
    raise ValueError("not a model file")
