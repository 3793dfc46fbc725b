"""From what a data set says about a picture to its one class, and whether the classes fit the hyperparameters."""

import json
from collections.abc import Sequence

from training.errors import CustomerError
from training.hyperparameters import Hyperparameters


def class_index(value: float, place: str) -> int:
    """im2rec writes labels as floats (`5.000000`)."""
    if not float(value).is_integer() or value < 0:
        raise CustomerError(f"{place}: the label {value:g} is not a class index counted from 0")
    return int(value)


def only_class(labels: Sequence[float], classes: int, place: str) -> int:
    """The class of a picture with one label, or with a column for each class of which one is 1."""
    if len(labels) == 1:
        return class_index(labels[0], place)
    if len(labels) != classes:
        raise CustomerError(f"{place}: {len(labels)} labels do not match num_classes={classes}")
    return _hot_class(labels, place)


def annotated_class(text: bytes, classes: int, place: str, *, class_ids: bool) -> int:
    """The class in a label of an augmented manifest: a number, or an array (multi-hot, or of class ids)."""
    value = _annotation(text, place)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return class_index(value, place)
    if not isinstance(value, list) or not all(type(item) in (int, float) for item in value):
        raise CustomerError(f"{place}: the label is neither a class index nor an array of numbers")
    if class_ids:
        return class_index(_only(value, place), place)
    if len(value) != classes:
        raise CustomerError(
            f"{place}: the label has {len(value)} values, which does not match num_classes={classes}; "
            "for class ids the content type must say label-format=class-id"
        )
    return _hot_class(value, place)


def _annotation(text: bytes, place: str) -> object:
    """The JSON value; a string holds one more, as in "1" or "[0, 1]"."""
    try:
        # As floats, or a number of hundreds of digits could not be looked at.
        value = json.loads(text, parse_int=float)
        return json.loads(value, parse_int=float) if isinstance(value, str) else value
    except (ValueError, RecursionError):
        raise CustomerError(
            f"{place}: the label is not JSON; AttributeNames must name the picture first and the label second"
        ) from None


def _hot_class(columns: Sequence[float], place: str) -> int:
    if any(value not in (0, 1) for value in columns):
        raise CustomerError(f"{place}: several labels must be 0 or 1 for each class")
    return int(_only([index for index, value in enumerate(columns) if value], place))


def _only(chosen: Sequence[float], place: str) -> float:
    if len(chosen) != 1:
        raise CustomerError(f"{place}: {len(chosen)} classes, but with multi_label=0 a picture has one")
    return chosen[0]


def check_train(labels: Sequence[int], chosen: Hyperparameters) -> list[str]:
    """Refuses training labels that contradict the hyperparameters; returns what deserves a warning."""
    found = set(labels)
    if found != set(range(chosen.num_classes)):
        said = f"{len(found)} labels from {min(found)} to {max(found)}"
        raise CustomerError(f"num_classes={chosen.num_classes} does not match the training data, which has {said}")
    count = len(labels)
    if chosen.mini_batch_size > count:
        raise CustomerError(f"mini_batch_size={chosen.mini_batch_size} is more than the {count} training samples")
    if chosen.num_training_samples != count:
        return [f"num_training_samples={chosen.num_training_samples}, but there are {count}; going on with {count}"]
    return []


def check_validation(labels: Sequence[int], chosen: Hyperparameters) -> None:
    beyond = max(labels)
    if beyond >= chosen.num_classes:
        raise CustomerError(
            f"num_classes={chosen.num_classes} does not match the validation data: it has label {beyond}"
        )
