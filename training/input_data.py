"""Finds out which of the three input formats a job was given, and opens it: .lst files, RecordIO, augmented manifests.

https://docs.aws.amazon.com/sagemaker/latest/dg/image-classification.html (input/output interface)
"""

from collections.abc import Iterable
from enum import StrEnum
from threading import Event
from typing import Protocol

from training.container import Container, InputChannel
from training.errors import CustomerError
from training.listing import read_listing
from training.records import listed_records, piped_samples
from training.samples import InputData, Sample

RECORDIO_CONTENT_TYPE = "application/x-recordio"
IMAGE_CONTENT_TYPES = ("application/x-image", "image/jpeg", "image/png")


class Expected(Protocol):
    """What a recipe's settings say about its input: its classes, and to what pictures are scaled first, if at all."""

    @property
    def num_classes(self) -> int: ...
    @property
    def resize(self) -> int | None: ...


class Format(StrEnum):
    """What a content type stands for."""

    IMAGES = "images"
    RECORDIO = "RecordIO"


def open_input(container: Container, chosen: Expected, stop: Event) -> InputData:
    """Raises CustomerError where the channels are incomplete, contradict each other, or cannot be read."""
    train, validation = container.channel("train"), container.channel("validation")
    formats = {channel.name: _format(channel) for channel in (train, validation)}
    if len(set(formats.values())) > 1:
        raise CustomerError(
            f"the content types of the input channels 'train' ({train.content_type}) and 'validation' "
            f"({validation.content_type}) contradict each other"
        )
    if formats["train"] is Format.IMAGES and chosen.resize is None:
        raise CustomerError("the hyperparameter 'resize' is required when the input is pictures (application/x-image)")
    return InputData(*(_samples(container, channel, chosen, stop) for channel in (train, validation)))


def _format(channel: InputChannel) -> Format:
    if channel.content_type is None:
        return _found_format(channel)
    if channel.content_type in IMAGE_CONTENT_TYPES:
        return Format.IMAGES
    if channel.content_type == RECORDIO_CONTENT_TYPE:
        return Format.RECORDIO
    raise CustomerError(
        f"the content type {channel.content_type!r} of the input channel '{channel.name}' is not supported: it can be "
        f"{', '.join((RECORDIO_CONTENT_TYPE, *IMAGE_CONTENT_TYPES))}"
    )


def _found_format(channel: InputChannel) -> Format:
    """Without a content type: a file with the ending that im2rec gives tells it, and so does a pipe."""
    if channel.piped or any(channel.folder.rglob("*.rec")):
        return Format.RECORDIO
    return Format.IMAGES


def _samples(container: Container, channel: InputChannel, chosen: Expected, stop: Event) -> Iterable[Sample]:
    if channel.piped:
        return piped_samples(channel, chosen.num_classes, stop)
    if _format(channel) is Format.RECORDIO:
        return listed_records(channel, chosen.num_classes)
    _refuse_other_listing(container, channel)
    return read_listing(container, channel.name, chosen.num_classes)


def _refuse_other_listing(container: Container, channel: InputChannel) -> None:
    listing = container.channel(f"{channel.name}_lst")
    if listing.content_type not in (None, *IMAGE_CONTENT_TYPES):
        raise CustomerError(
            f"the content types of the input channels '{channel.name}' ({channel.content_type}) and '{listing.name}' "
            f"({listing.content_type}) contradict each other"
        )
