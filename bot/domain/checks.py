"""What is checked of a data set's images: the rules, what breaking each one means, and what was found."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Effect(StrEnum):
    """What becomes of an image, or of the whole, that a rule speaks of."""

    REFUSED = "refused"  # the whole cannot become a data set
    LEFT_OUT = "left out"
    WARNING = "warning"
    CONVERTED = "converted"
    NOTE = "note"


class Rule(StrEnum):
    """Each rule by the name that the report gives it."""

    # An image that is left out.
    EMPTY_FILE = "empty-file"
    NO_IMAGE = "no-image"
    FORMAT = "format"
    TOO_MANY_BYTES = "too-many-bytes"
    TOO_SMALL = "too-small"
    TOO_LARGE = "too-large"
    TOO_LONG = "too-long-and-thin"
    DAMAGED = "damaged"
    BOMB = "too-many-pixels"
    ANIMATED = "animated"
    MISSING = "missing"
    DENIED = "denied"
    ENCRYPTED = "encrypted"
    DOUBLE = "double"
    TWO_CLASSES = "two-classes"
    BOTH_SPLITS = "both-splits"
    LABEL = "label"
    # An image that is taken, changed.
    TURNED = "turned"
    CMYK = "cmyk"
    PALETTE = "palette"
    ALPHA = "transparent"
    DEPTH = "16-bit"
    GREY = "grey"
    END = "no-end-marker"
    # An image that is taken, and deserves a word.
    EXTENSION = "extension"
    UNDER_SHAPE = "under-image-shape"
    # The whole.
    STRAY = "stray-file"
    EMPTY_CLASS = "empty-class"
    SINGLE_IMAGE = "single-image-class"
    NO_VALIDATION = "no-validation"
    IMBALANCE = "imbalance"
    CASE = "names-differ-by-case"
    MIXED_TYPES = "mixed-types"
    PUBLIC_BUCKET = "public-bucket"
    OTHER_REGION = "other-region"
    FEW_IMAGES = "few-images"
    MANY_LEFT_OUT = "many-left-out"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found: which rule, about which image (its key; empty: about the whole), and a sentence on it."""

    rule: Rule
    key: str
    said: str

    @property
    def effect(self) -> Effect:
        return EFFECTS[self.rule]


def _effects(**rules: tuple[Rule, ...]) -> Mapping[Rule, Effect]:
    return {rule: Effect[name] for name, of_effect in rules.items() for rule in of_effect}


EFFECTS = _effects(
    LEFT_OUT=(
        Rule.EMPTY_FILE,
        Rule.NO_IMAGE,
        Rule.FORMAT,
        Rule.TOO_MANY_BYTES,
        Rule.TOO_SMALL,
        Rule.TOO_LARGE,
        Rule.TOO_LONG,
        Rule.DAMAGED,
        Rule.BOMB,
        Rule.ANIMATED,
        Rule.MISSING,
        Rule.DENIED,
        Rule.ENCRYPTED,
        Rule.DOUBLE,
        Rule.TWO_CLASSES,
        Rule.BOTH_SPLITS,
        Rule.LABEL,
    ),
    CONVERTED=(Rule.TURNED, Rule.CMYK, Rule.PALETTE, Rule.ALPHA, Rule.DEPTH, Rule.GREY, Rule.END),
    NOTE=(Rule.EXTENSION, Rule.STRAY),
    WARNING=(
        Rule.UNDER_SHAPE,
        Rule.EMPTY_CLASS,
        Rule.SINGLE_IMAGE,
        Rule.NO_VALIDATION,
        Rule.IMBALANCE,
        Rule.CASE,
        Rule.MIXED_TYPES,
        Rule.PUBLIC_BUCKET,
        Rule.FEW_IMAGES,
        Rule.MANY_LEFT_OUT,
    ),
    REFUSED=(Rule.OTHER_REGION,),
)
