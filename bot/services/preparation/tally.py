"""Counts what became of the images so far, and knows which pictures have been taken already."""

import base64
from collections import Counter
from collections.abc import Mapping

from bot.domain.checks import Finding, Rule
from bot.domain.preparations import ClassCount
from bot.services.preparation.image_reading import Verdict
from bot.services.preparation.journal import Entry
from bot.services.preparation.plan_file import SPLITS, Plan

SHEET_CLASSES, SHEET_IMAGES = 16, 6


class Tally:
    """Fed with every entry in the plan's order, in a new run first with those of the run before."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._taken: dict[bytes, int] = {}
        self._counts = [[0, 0, 0] for _ in plan.classes]
        self._sheet: dict[int, list[bytes]] = {}
        self.by_rule: Counter[Rule] = Counter()
        self.kinds: Counter[str] = Counter()
        self.checked = self.packed = self.packed_bytes = 0
        self.smallest_side: int | None = None

    @property
    def left_out(self) -> int:
        return self.checked - self.packed

    def double(self, index: int, verdict: Verdict) -> Finding | None:
        """What is to be said of an image whose picture has been taken already."""
        if verdict.payload is None or verdict.digest not in self._taken:
            return None
        image, other = self._plan.images[index], self._plan.images[self._taken[verdict.digest]]
        if image.label != other.label:
            first = self._plan.classes[other.label]
            return Finding(Rule.TWO_CLASSES, image.key, f"is the same picture as `{other.key}` of class `{first}`")
        if self._plan.given and image.split != other.split:
            return Finding(Rule.BOTH_SPLITS, image.key, f"is the same picture as `{other.key}` of the validation split")
        return Finding(Rule.DOUBLE, image.key, f"is the same picture as `{other.key}`")

    def wants_thumbnail(self, index: int) -> bool:
        label = self._plan.images[index].label
        return label < SHEET_CLASSES and len(self._sheet.get(label, ())) < SHEET_IMAGES

    def add(self, entry: Entry) -> None:
        """Count one image."""
        self.checked += 1
        label, split = self._plan.images[entry.position][1:3]
        self.by_rule.update({Rule(rule) for rule, _ in entry.findings})
        if not entry.packed:
            self._counts[label][2] += 1
            return
        self._counts[label][split] += 1
        self._taken[bytes.fromhex(entry.digest)] = entry.position
        self.kinds[entry.kind] += 1
        self.packed += 1
        self.packed_bytes += entry.size
        self.smallest_side = min(entry.side, self.smallest_side or entry.side)
        if entry.thumbnail:
            self._sheet.setdefault(label, []).append(base64.b64decode(entry.thumbnail))

    def classes(self) -> tuple[ClassCount, ...]:
        """By label of the plan."""
        validation, train = SPLITS.index("validation"), SPLITS.index("train")
        return tuple(
            ClassCount(name, count[train], count[validation], count[2])
            for name, count in zip(self._plan.classes, self._counts, strict=True)
        )

    def sheet(self) -> Mapping[str, list[bytes]]:
        """The thumbnails of each class that has images; only the first classes have any."""
        return {
            name: self._sheet.get(label, [])
            for label, (name, count) in enumerate(zip(self._plan.classes, self._counts, strict=True))
            if any(count[:2])
        }


def entry_of(
    index: int, verdict: Verdict, double: Finding | None, place: tuple[int, int] | None, thumbnail: bytes
) -> Entry:
    """The journal's line on an image; `place` is its number and place where it was packed."""
    # What else there is to say of a copy is said of the picture that was taken.
    findings = (double,) if double else verdict.findings
    told = tuple((str(one.rule), one.said) for one in findings)
    if place is None or verdict.payload is None:
        return Entry(index, told)
    return Entry(
        index,
        told,
        verdict.digest.hex(),
        *place,
        verdict.format,
        verdict.side,
        len(verdict.payload),
        base64.b64encode(thumbnail).decode(),
    )
