"""What the pass needs that decodes pictures or knows the bucket's files; the composition root hands it in."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.domain.checks import Finding, Rule
from bot.domain.datasets import DataSet
from bot.domain.preparations import Options


class Examined(Protocol):
    """What was found of one image; `payload` is what is to be packed, None where it is left out."""

    @property
    def findings(self) -> tuple[Finding, ...]: ...
    @property
    def payload(self) -> bytes | None: ...
    @property
    def digest(self) -> bytes: ...
    @property
    def format(self) -> str: ...
    @property
    def width(self) -> int: ...
    @property
    def height(self) -> int: ...


Examine = Callable[[bytes, str], Examined]


@dataclass(frozen=True, slots=True)
class Instruments:
    """`examiner` gives what examines an image (bytes and name) for such options.

    `fingerprint` stands for a picture, whatever is written on it; of an image as it is packed, or as people gave it.
    `refused_by_size` tells the rule that a file of so many bytes breaks, whatever is in it, and what is to be said.
    """

    examiner: Callable[[Options], Examine]
    fingerprint: Callable[[bytes], bytes]
    refused_by_size: Callable[[int], tuple[Rule, str] | None]
    thumbnail: Callable[[bytes], bytes]
    contact_sheet: Callable[[Mapping[str, Sequence[bytes]]], bytes]
    descriptor: Callable[[DataSet], bytes]
