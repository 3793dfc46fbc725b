"""What people say of answers: right, another class, none, or no fair picture; and what comes of it together."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.predictions import Prediction


class Say(StrEnum):
    """What one can say of an image: that it shows this class, none of the model's, or nothing that is fair to ask."""

    LABEL = "label"
    NONE = "none"
    UNFAIR = "unfair"


@dataclass(frozen=True, slots=True)
class Opinion:
    """What one person says of one answered image; `label` is the class, and empty where it is none.

    `decides`: it was given by the endpoint's owner or an approver, whose word settles what others differ about.
    """

    upload_id: str
    user_id: str
    say: Say
    label: str
    given_at: datetime
    decides: bool = False


@dataclass(frozen=True, slots=True)
class Side:
    """One of the things that are said of an image, and by whom."""

    say: Say
    label: str
    by: tuple[str, ...]

    @property
    def key(self) -> str:
        """Stands for what is said where Slack takes no long texts."""
        return class_key(self.label) if self.say == Say.LABEL else self.say.value


@dataclass(frozen=True, slots=True)
class Verdict:
    """What all of them say: one thing, or different ones (`disputed`), which is a question and no label.

    `by` are those who say it, or all where it is disputed. `settled_by` are those who decided where others differ, and
    `sides` all that is said, what was said first before the rest.
    """

    say: Say
    label: str
    by: tuple[str, ...]
    disputed: bool = False
    settled_by: tuple[str, ...] = ()
    sides: tuple[Side, ...] = ()

    @property
    def is_label(self) -> bool:
        """Whether it is something to learn from."""
        return not self.disputed and self.say == Say.LABEL

    def agrees_with(self, prediction: Prediction) -> bool:
        """Whether the model was right, by what people say."""
        return self.is_label and bool(prediction.labels) and self.label == prediction.labels[0].name


def class_key(name: str) -> str:
    """Stands for a class where Slack takes no long texts: the value of an option has 150 characters at most."""
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def verdict(opinions: Sequence[Opinion]) -> Verdict | None:
    """What the opinions of one image come to; None: nobody has said anything.

    Where they differ, those of the people who may decide count alone; where even they differ, it stays a question.
    """
    sides = _sides(opinions)
    if not sides:
        return None
    if len(sides) == 1:
        return Verdict(sides[0].say, sides[0].label, sides[0].by, sides=sides)
    decided = _sides([one for one in opinions if one.decides])
    if len(decided) != 1:
        return Verdict(sides[0].say, sides[0].label, tuple(sorted(one.user_id for one in opinions)), True, (), sides)
    say, label = decided[0].say, decided[0].label
    agreeing = next(side.by for side in sides if (side.say, side.label) == (say, label))
    return Verdict(say, label, agreeing, settled_by=decided[0].by, sides=sides)


def _sides(opinions: Iterable[Opinion]) -> tuple[Side, ...]:
    said: dict[tuple[Say, str], list[str]] = {}
    for one in sorted(opinions, key=lambda one: (one.given_at, one.user_id)):
        said.setdefault((one.say, one.label), []).append(one.user_id)
    return tuple(Side(say, label, tuple(sorted(people))) for (say, label), people in said.items())
