"""What is to be said of a data set as a whole once each of its images has been looked at, the most harmful first."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.domain.checks import EFFECTS, Effect, Finding, Rule
from bot.domain.preparations import ClassCount

# Where one class has four times the images of another, guessing the large one is right four times in five between the
# two: accuracy then hides that the small one was not learned.
IMBALANCE = 4.0
# With pretrained weights some tens of images a class are enough to learn from; below that, chance decides much, and
# a fifth of them is too few to measure by.
FEW = 30
MANY_LEFT_OUT = 0.1

_HARM = (
    Rule.OTHER_REGION,
    Rule.PUBLIC_BUCKET,
    Rule.BOTH_SPLITS,
    Rule.TWO_CLASSES,
    Rule.NO_VALIDATION,
    Rule.EMPTY_CLASS,
    Rule.MANY_LEFT_OUT,
    Rule.SINGLE_IMAGE,
    Rule.CASE,
    Rule.IMBALANCE,
    Rule.FEW_IMAGES,
    Rule.UNDER_SHAPE,
    Rule.MIXED_TYPES,
    Rule.STRAY,
)
_NAMED = 3


@dataclass(frozen=True, slots=True)
class Tally:
    """What a pass has counted: `by_rule` the findings on single images, `types` the taken images by their format.

    `image_side` is what an image must have to be trained on without being enlarged.
    """

    classes: Sequence[ClassCount]
    by_rule: Mapping[Rule, int] = field(default_factory=dict)
    types: Mapping[str, int] = field(default_factory=dict)
    image_side: int = 224

    @property
    def taken(self) -> int:
        return sum(one.train + one.validation for one in self.classes)


def concluded(tally: Tally, listed: Iterable[Finding] = ()) -> tuple[Finding, ...]:
    """All that is to be said of the whole: what the pass shows, and `listed`, which the listing and the place did.

    What was listed of single files is not of the whole, and is left out.
    """
    whole = [finding for finding in listed if not finding.key]
    shown = [
        *_under_shape(tally),
        *_same_pictures(tally),
        *_without_validation(tally),
        *_left_out(tally),
        *_small_classes(tally),
        *_imbalance(tally.classes),
        *_mixed_types(tally.types),
    ]
    known = {(finding.rule, finding.said) for finding in whole}
    return in_order_of_harm([*whole, *(one for one in shown if (one.rule, one.said) not in known)])


def in_order_of_harm(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    places = {rule: place for place, rule in enumerate(_HARM)}
    return tuple(sorted(findings, key=lambda finding: places.get(finding.rule, len(places))))


def _of_whole(rule: Rule, said: str) -> list[Finding]:
    return [Finding(rule, "", said)]


def _under_shape(tally: Tally) -> list[Finding]:
    count, side = tally.by_rule.get(Rule.UNDER_SHAPE, 0), tally.image_side
    if not count:
        return []
    few = f"All {count:,} images are" if count == tally.taken > 1 else f"{count:,} images are"
    few = "1 image is" if count == 1 else few
    return _of_whole(
        Rule.UNDER_SHAPE,
        f"{few} smaller than the {side} pixels that the network sees. Training enlarges them (`resize={side}`), which "
        "blurs them; without `resize` a job fails on them. Larger ones teach more.",
    )


def _same_pictures(tally: Tally) -> list[Finding]:
    findings: list[Finding] = []
    both, two = tally.by_rule.get(Rule.BOTH_SPLITS, 0), tally.by_rule.get(Rule.TWO_CLASSES, 0)
    if both:
        findings += _of_whole(
            Rule.BOTH_SPLITS,
            f"{_pictures(both)} in train and in validation alike, which makes accuracy look better than it is. "
            "The copies in train are left out.",
        )
    if two:
        findings += _of_whole(
            Rule.TWO_CLASSES,
            f"{_pictures(two)} in two classes. One copy of each is kept, perhaps the wrong one: see which in "
            "report.csv, keep the right one and add the data set again.",
        )
    return findings


def _pictures(count: int) -> str:
    return "The same picture lies" if count == 1 else f"The same pictures, {count:,} of them, lie"


def _without_validation(tally: Tally) -> list[Finding]:
    without = [one.name for one in tally.classes if one.train > 1 and not one.validation]
    if not without:
        return []
    have = "has" if len(without) == 1 else "have"
    return _of_whole(
        Rule.NO_VALIDATION,
        f"{_listed(without)} {have} no image for validation, so nothing measures how well they are told. "
        "Put some of theirs there.",
    )


def _left_out(tally: Tally) -> list[Finding]:
    left_out = sum(count for rule, count in tally.by_rule.items() if EFFECTS[rule] == Effect.LEFT_OUT)
    found = tally.taken + left_out
    if not left_out or left_out <= MANY_LEFT_OUT * found:
        return []
    return _of_whole(
        Rule.MANY_LEFT_OUT,
        f"{left_out:,} of {found:,} images ({100 * left_out / found:.0f} %) are left out. "
        "report.csv says which and why; mend the source if that is not what you expect.",
    )


def _small_classes(tally: Tally) -> list[Finding]:
    sizes = {one.name: one.train + one.validation for one in tally.classes}
    single = [name for name, size in sizes.items() if size == 1]
    empty = [name for name, size in sizes.items() if size == 0]
    few = [f"{name} ({size})" for name, size in sizes.items() if 1 < size < FEW]
    findings: list[Finding] = []
    if empty:
        said = "no usable image and cannot be learned. Mend the images, or remove the class."
        findings += _of_whole(Rule.EMPTY_CLASS, f"{_having(empty)} {said}")
    if single:
        said = "a single usable image: it is trained on, and nothing validates it. Add more."
        findings += _of_whole(Rule.SINGLE_IMAGE, f"{_having(single)} {said}")
    if few:
        said = f"fewer than {FEW} images. Pretrained weights still learn from so few, less surely. Add more if you can."
        findings += _of_whole(Rule.FEW_IMAGES, f"{_having(few)} {said}")
    return findings


def _imbalance(classes: Sequence[ClassCount]) -> list[Finding]:
    sizes = sorted((one.train, one.name) for one in classes if one.train)
    if len(sizes) < 2 or sizes[-1][0] < IMBALANCE * sizes[0][0]:
        return []
    (least, small), (most, large) = sizes[0], sizes[-1]
    return _of_whole(
        Rule.IMBALANCE,
        f"`{large}` has {_times(most / least)} times as many images to train on as `{small}` ({most:,} and {least:,}): "
        f"accuracy says little of `{small}`. Add images of the small classes, or remove some of the large ones.",
    )


def _times(ratio: float) -> str:
    return f"{ratio:.1f}" if ratio < 10 else f"{ratio:,.0f}"


def _mixed_types(types: Mapping[str, int]) -> list[Finding]:
    present = sorted((name for name, count in types.items() if count), key=lambda name: -types[name])
    if len(present) < 2:
        return []
    counted = " and ".join(f"{types[name]:,} {name}" for name in present)
    return _of_whole(
        Rule.MIXED_TYPES,
        f"The images are of different types ({counted}). If the type goes with the class, the network may learn the "
        "type instead; `resize` makes all of them JPEG.",
    )


def _having(names: Sequence[str]) -> str:
    return f"{_listed(names)} {'has' if len(names) == 1 else 'have'}"


def _listed(names: Sequence[str]) -> str:
    told = [f"`{name}`" for name in names[:_NAMED]]
    more = len(names) - len(told)
    if more:
        told.append(f"{more:,} more {'class' if more == 1 else 'classes'}")
    return told[0] if len(told) == 1 else f"{', '.join(told[:-1])} and {told[-1]}"
