"""One person's saying something of one answered image: what they are asked, and what came of it."""

from dataclasses import dataclass

from bot.domain import typeahead
from bot.domain.endpoints import Endpoint
from bot.domain.feedback import Opinion, Verdict, class_key
from bot.domain.predictions import Prediction
from bot.domain.uploads import Upload

# The field of the form in which the class is chosen.
CLASS = "class"


@dataclass(frozen=True, slots=True)
class Asked:
    """An answered image of which somebody wants to say something: what the model said, and the classes it knows.

    `mine` is what they said before. `in_service`: its endpoint is there still.
    """

    upload: Upload
    prediction: Prediction
    endpoint: Endpoint
    in_service: bool
    thread_ts: str
    mine: Opinion | None = None

    @property
    def classes(self) -> tuple[str, ...]:
        """What the model thought likely first, and then all others in their order."""
        likely = [label.name for label in self.prediction.labels if label.name in self.endpoint.classes]
        return tuple(dict.fromkeys([*likely, *self.endpoint.classes]))

    def classes_like(self, typed: str) -> list[str]:
        """The classes whose names fit what was typed."""
        return typeahead.ranked(typed, self.classes, str)

    def class_of(self, key: str) -> str | None:
        """The class for which this key stands."""
        return next((name for name in self.classes if class_key(name) == key), None)


@dataclass(frozen=True, slots=True)
class Said:
    """What came of an opinion. `is_new`: they had not said just that before; `hint`: they are to be told of keeping."""

    asked: Asked
    opinion: Opinion
    verdict: Verdict
    is_new: bool
    hint: bool = False
