"""What the built-in image classification algorithm lets a tuning job search, and between which bounds.

https://docs.aws.amazon.com/sagemaker/latest/dg/IC-tuning.html
"""

from collections.abc import Iterator

from sandbox.sagemaker.tuning_ranges import Categories, Range
from sandbox.sagemaker.tuning_record import Objective

OBJECTIVE = Objective("validation:accuracy", maximize=True)

_CONTINUOUS = {
    "beta_1": (1e-6, 0.999),
    "beta_2": (1e-6, 0.999),
    "eps": (1e-8, 1.0),
    "gamma": (1e-8, 0.999),
    "learning_rate": (1e-6, 0.5),
    "momentum": (0.0, 0.999),
    "weight_decay": (0.0, 0.999),
}
_INTEGER = {"mini_batch_size": (8.0, 512.0)}
_CATEGORICAL = {"optimizer": ("sgd", "adam", "rmsprop", "nag")}


def algorithm_objections(objective: Objective, ranges: tuple[Range, ...]) -> Iterator[str]:
    """AWS knows its own algorithms and refuses what they cannot be tuned by; its words are not documented."""
    if objective != OBJECTIVE:
        yield (
            f"The objective metric {objective.metric} ({objective.type}) isn't valid for the image-classification "
            f"algorithm. Choose one of: {OBJECTIVE.metric} ({OBJECTIVE.type})."
        )
    for one in ranges:
        yield from _range_objections(one)


def _range_objections(one: Range) -> Iterator[str]:
    if isinstance(one, Categories):
        yield from _category_objections(one)
        return
    bounds = (_INTEGER if one.whole else _CONTINUOUS).get(one.name)
    if bounds is None:
        yield _NOT_TUNABLE.format(name=one.name, kind="an integer" if one.whole else "a continuous")
    elif not (bounds[0] <= one.low and one.high <= bounds[1]):
        yield (
            f"The range [{one.low:g}, {one.high:g}] of the hyperparameter {one.name} is outside of its tunable range "
            f"[{bounds[0]:g}, {bounds[1]:g}]."
        )


def _category_objections(one: Categories) -> Iterator[str]:
    allowed = _CATEGORICAL.get(one.name)
    if allowed is None:
        yield _NOT_TUNABLE.format(name=one.name, kind="a categorical")
    elif unknown := [value for value in one.values if value not in allowed]:
        yield f"The values {unknown} of the hyperparameter {one.name} aren't valid. Choose from {list(allowed)}."


_NOT_TUNABLE = (
    "The hyperparameter {name} can't be tuned as {kind} hyperparameter of the image-classification algorithm."
)
