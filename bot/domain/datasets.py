"""Data sets as the bot knows them: where their images lie, their classes, and what they demand of a job."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.hyperparameters import nearest
from bot.errors import FieldError, NotFoundError


@dataclass(frozen=True, slots=True)
class DataSet:
    """A data set in the bucket. `classes` are in label order; the model's artifact does not hold them."""

    name: str
    s3_prefix: str
    classes: tuple[str, ...]
    train_images: int
    validation_images: int
    resize: int | None = None
    smallest_side: int | None = None

    @property
    def images(self) -> int:
        return self.train_images + self.validation_images


def named(name: str, known: Mapping[str, DataSet]) -> DataSet:
    """The data set of this name, or a NotFoundError with the nearest one."""
    if name in known:
        return known[name]
    if not known:
        raise NotFoundError("There is no data set yet.", next_step="The README says how to put one into the bucket.")
    like = nearest(name, list(known))
    listed = ", ".join(f"`{one}`" for one in sorted(known)[:5])
    raise NotFoundError(
        f"I don't know a data set `{name}`.",
        next_step=f"Did you mean `{like}`?" if like else f"I know {listed}.",
    )


def filled(values: Mapping[str, str], data_set: DataSet) -> dict[str, str]:
    """The hyperparameters with what the data set decides, or a FieldError where they contradict it."""
    facts = {"num_classes": len(data_set.classes), "num_training_samples": data_set.train_images}
    for name, fact in facts.items():
        if name in values and int(values[name]) != fact:
            raise FieldError(name, f"`{data_set.name}` has {name}={fact}, not {values[name]}.", f"Leave {name} out.")
    if int(values["mini_batch_size"]) > data_set.train_images:
        raise FieldError(
            "mini_batch_size",
            f"mini_batch_size={values['mini_batch_size']} is more than the {data_set.train_images} training images.",
            f"Take {data_set.train_images} or less.",
        )
    side = max(int(part) for part in values["image_shape"].split(",")[1:])
    resize = values.get("resize") or str(max(side, data_set.resize or side))
    if int(resize) < side:
        raise FieldError(
            "resize",
            f"resize={resize} is smaller than the {side} pixels of image_shape.",
            f"Take {side} or more.",
        )
    return {**values, **{name: str(fact) for name, fact in facts.items()}, "resize": resize}
