"""What a model says of an image: its likeliest classes, and how sure it is of the first."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.errors import RefusedError

# Below this, the second class is so near to the first that the answer says so.
SMALL_MARGIN = 0.2


@dataclass(frozen=True, slots=True)
class Label:
    """One class with its probability, 0..1."""

    name: str
    probability: float


@dataclass(frozen=True, slots=True)
class Prediction:
    """The likeliest classes first; `seconds` is what the endpoint took."""

    labels: tuple[Label, ...]
    seconds: float

    @property
    def margin(self) -> float:
        """By how much the first class is likelier than the second."""
        if not self.labels:
            return 0.0
        second = self.labels[1].probability if len(self.labels) > 1 else 0.0
        return self.labels[0].probability - second

    @property
    def uncertain(self) -> bool:
        return self.margin < SMALL_MARGIN


def ranked(classes: Sequence[str], probabilities: Sequence[float], seconds: float, top: int = 3) -> Prediction:
    """The `top` likeliest classes; a count of probabilities that is not the count of classes is refused."""
    if len(classes) != len(probabilities):
        said = f"it should know {len(classes)} classes, and answered as one of {len(probabilities)} would"
        raise RefusedError(f"The model's answer does not fit: {said}.")
    labels = [Label(name, probability) for name, probability in zip(classes, probabilities, strict=True)]
    labels.sort(key=lambda label: -label.probability)
    return Prediction(tuple(labels[:top]), seconds)
