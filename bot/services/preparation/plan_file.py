"""The plan of a pass: which image goes where, in the order in which they are packed; kept, so that a restart has it."""

import gzip
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bot.domain.checks import Finding, Rule

SPLITS = ("validation", "train")


class Planned(NamedTuple):
    """One image: its key in the source, its label, its split (an index in SPLITS), and its size in bytes."""

    key: str
    label: int
    split: int
    size: int


@dataclass(frozen=True, slots=True)
class Plan:
    """All images, validation first. `folders` are the classes' folders; `given` says that the source decided the split.

    A label beyond the classes belongs to a class that is given up: none of its images can be used.
    """

    classes: tuple[str, ...]
    folders: tuple[str, ...]
    given: bool
    findings: tuple[Finding, ...]
    images: Sequence[Planned]


def written(plan: Plan) -> bytes:
    """The plan in lines of JSON, compressed."""
    head = [plan.classes, plan.folders, plan.given, [(one.rule, one.key, one.said) for one in plan.findings]]
    lines = "\n".join(json.dumps(one, separators=(",", ":")) for one in (head, *plan.images))
    return gzip.compress(lines.encode(), 5, mtime=0)


def read(body: bytes) -> Plan:
    lines = iter(gzip.decompress(body).splitlines())
    classes, folders, given, findings = json.loads(next(lines))
    return Plan(
        classes=tuple(classes),
        folders=tuple(folders),
        given=given,
        findings=tuple(Finding(Rule(rule), key, said) for rule, key, said in findings),
        images=list(_images(lines)),
    )


def _images(lines: Iterator[bytes]) -> Iterator[Planned]:
    for line in lines:
        yield Planned(*json.loads(line))
