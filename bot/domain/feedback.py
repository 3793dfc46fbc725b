"""What people say of answers: right, another class, none, or no fair picture; and what comes of it together."""

from collections.abc import Sequence
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
    """What one person says of one answered image; `label` is the class, and empty where it is none."""

    upload_id: str
    user_id: str
    say: Say
    label: str
    given_at: datetime


@dataclass(frozen=True, slots=True)
class Verdict:
    """What all of them say: one thing, or different ones (`disputed`), which is a question and no label."""

    say: Say
    label: str
    by: tuple[str, ...]
    disputed: bool = False

    def agrees_with(self, prediction: Prediction) -> bool:
        """Whether the model was right, by what people say."""
        return not self.disputed and self.say == Say.LABEL and self.label == prediction.labels[0].name


def verdict(opinions: Sequence[Opinion]) -> Verdict | None:
    """What the opinions of one image come to; None: nobody has said anything."""
    if not opinions:
        return None
    said = {(one.say, one.label) for one in opinions}
    first = min(opinions, key=lambda one: (one.given_at, one.user_id))
    people = tuple(sorted(one.user_id for one in opinions))
    return Verdict(first.say, first.label, people, disputed=len(said) > 1)
