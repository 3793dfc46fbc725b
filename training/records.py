"""Reads samples from RecordIO: a channel's one .rec file, the same through a pipe, or an augmented manifest's records.

https://docs.aws.amazon.com/sagemaker/latest/dg/image-classification.html (input/output interface)
"""

import functools
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from threading import Event
from typing import BinaryIO

from training.container import InputChannel
from training.errors import CustomerError
from training.labels import annotated_class, only_class
from training.pipe import PipeReader
from training.recordio import image_record, read_records
from training.samples import Sample

EMPTY_PIPE = (
    "Got empty batch from pipe. Please check if the manifest file contains valid batches and the value of training "
    "job parameter AttributeNames matches attributes names in the augmented manifest."
)


def listed_records(channel: InputChannel, classes: int) -> tuple[Sample, ...]:
    """The samples of a channel's .rec file, whose pictures are read when they are asked for."""
    path = _only_rec(channel)
    with path.open("rb") as stream:
        samples = tuple(
            Sample(place, label, functools.partial(_image_at, path, offset))
            for offset, place, label, _ in _labelled_images(stream, path.name, classes)
        )
    if not samples:
        raise CustomerError(f"Unable to start training. Empty .rec file in {channel.name} channel.")
    return samples


def piped_samples(channel: InputChannel, classes: int, stop: Event) -> Iterator[Sample]:
    """One pass over what comes through a channel's pipe."""
    if channel.wrapped:
        parse = functools.partial(_annotated, channel=channel, classes=classes)
    else:
        parse = functools.partial(_streamed, channel=channel, classes=classes)
    return iter(PipeReader(channel.fifo, parse, stop))


def _only_rec(channel: InputChannel) -> Path:
    found = sorted(path for path in channel.folder.rglob("*.rec") if path.is_file())
    if len(found) != 1:
        raise CustomerError(
            f"Unable to start training. The input channel '{channel.name}' must hold one .rec file and holds "
            f"{len(found)}."
        )
    return found[0]


def _labelled_images(stream: BinaryIO, name: str, classes: int) -> Iterator[tuple[int, str, int, bytes]]:
    """Offset, place, label and picture of each record."""
    for number, (offset, payload) in enumerate(read_records(stream, name)):
        place = f"record {number} of {name}"
        record = image_record(payload, place)
        yield offset, place, only_class(record.labels, classes, place), record.image


def _image_at(path: Path, offset: int) -> bytes:
    with path.open("rb") as stream:
        stream.seek(offset)
        _, payload = next(read_records(stream, path.name))
    return image_record(payload, path.name).image


def _streamed(stream: BinaryIO, channel: InputChannel, classes: int) -> Iterator[Sample]:
    empty = True
    for _, place, label, image in _labelled_images(stream, f"the channel '{channel.name}'", classes):
        empty = False
        yield Sample(place, label, functools.partial(bytes, image))
    if empty:
        raise CustomerError(f"Unable to start training. Empty .rec file in {channel.name} channel.")


def _annotated(stream: BinaryIO, channel: InputChannel, classes: int) -> Iterator[Sample]:
    """Records by turns: a picture, its label. AttributeNames in another number or order is seen here."""
    name = f"the channel '{channel.name}'"
    payloads = (payload for _, payload in read_records(stream, name))
    number = -1
    for number, (image, annotation) in enumerate(zip_longest(payloads, payloads)):
        if annotation is None:
            raise CustomerError(EMPTY_PIPE)
        place = f"image {number} of {name}"
        label = annotated_class(annotation, classes, place, class_ids=channel.class_ids)
        yield Sample(place, label, functools.partial(bytes, image))
    if number < 0:
        raise CustomerError(EMPTY_PIPE)
