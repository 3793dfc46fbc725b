"""What a job's input comes down to, whichever way it is stored: pictures that can be read, each with its class."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sample:
    """A picture, what to call it in a message, and the index of its class; `read` gives its bytes, or OSError."""

    name: str
    label: int
    read: Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class InputData:
    """A job's samples: tuples where they are known beforehand, iterators where they come through a pipe, once."""

    train: Iterable[Sample]
    validation: Iterable[Sample]
