"""AWS's failure reasons in a person's words: what happened, why, and what helps."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields

from bot.domain.failures import Trouble, trouble_of
from bot.domain.hyperparameters import Terms
from bot.views.parts import cut


@dataclass(frozen=True, slots=True)
class Failure:
    """`short` ends the card's first line; `why` and `helps` are sentences below it."""

    short: str
    why: str
    helps: str

    @property
    def advice(self) -> str:
        """What stands below the first line; empty where nothing is known."""
        return f"{self.why} {self.helps}".strip()

    @property
    def sentences(self) -> str:
        """What and what helps, for a note of one line."""
        return f"{self.short}. {self.helps}".strip()


_ALGORITHMS = Terms()
_CODE = re.compile(r"^(\w+(Error|Exception|Failure): ?)+")
_SILENT = Failure("AWS gave no reason", "", "Try again; the job's log may say more.")

_TEXTS: Mapping[Trouble, Failure] = {
    Trouble.RULES: Failure(
        "AWS takes no rules from this account",
        "It closed Debugger and Profiler to new customers on 2026-07-30; accounts that used them before keep them.",
        "Leave `rules` out; the curve and the GPU are watched without them.",
    ),
    Trouble.GPU_MEMORY: Failure(
        "the graphics card ran out of memory",
        "A batch of images and the network did not fit together.",
        "Take a smaller `mini_batch_size`, fewer `num_layers`, or a larger `instance`.",
    ),
    Trouble.MEMORY: Failure(
        "the instance type ran out of memory",
        "A batch of images and the network did not fit together.",
        "Take a smaller `mini_batch_size`, fewer `num_layers`, or a larger `instance`.",
    ),
    Trouble.CAPACITY: Failure(
        "AWS has no such instance free right now",
        "The region is short of this instance type.",
        "Try again later, or take another `instance`.",
    ),
    Trouble.QUOTA: Failure(
        "the account's quota for this instance type is used up",
        "AWS limits how many of them an account may run at once.",
        "Take another `instance`, wait until one is free, or ask AWS for a higher quota.",
    ),
    Trouble.NOT_HERE: Failure(
        "AWS has no such instance type here",
        "Not every type is to be had in every region.",
        "Take another `instance`.",
    ),
    Trouble.DENIED: Failure(
        "AWS was not allowed to read or write something",
        "The role of the bot lacks a permission.",
        "The operators must allow it in the role's policy; `python -m bot doctor` names what is missing.",
    ),
    Trouble.NO_DATA: Failure(
        "the data set could not be read",
        "Its files are missing from the bucket, or were changed while the job started.",
        "Check the data set and train again.",
    ),
    Trouble.MODEL_UNREAD: Failure(
        "the model's artifact could not be read",
        "It is no longer in the bucket, or the bot's role may not read it.",
        "Train again and ask for the new model's deployment; `python -m bot doctor` looks at the role.",
    ),
    Trouble.MODEL_GONE: Failure(
        "the model's artifact is gone",
        "It is no longer in the bucket.",
        "Train again and ask for the new model's deployment.",
    ),
    Trouble.HEALTH: Failure(
        "the model did not start",
        "Its container did not answer AWS's health check in time.",
        "Ask again with more memory or a larger instance.",
    ),
    Trouble.DIVERGED: Failure(
        "the training diverged",
        "The figures grew without bound.",
        "Take a smaller `learning_rate`, a tenth of it to begin with.",
    ),
    Trouble.BATCH: Failure(
        "a batch was larger than the data set",
        "There were fewer training images than `mini_batch_size`.",
        "Take a smaller `mini_batch_size`.",
    ),
    Trouble.CLASSES: Failure(
        "the number of classes did not fit the images",
        "The labels of the images and `num_classes` contradict each other.",
        "If the data set has changed since, train again; otherwise its labels are to be put right.",
    ),
    Trouble.SAMPLES: Failure(
        "the number of training images was wrong",
        "There were not as many images as `num_training_samples` says.",
        "If the data set has changed since, train again; otherwise its description is to be put right.",
    ),
    Trouble.SMALL_IMAGE: Failure(
        "an image was smaller than the network's input",
        "Every image must be at least as large as `image_shape`.",
        "Say `resize`, which enlarges them, or take a smaller `image_shape`.",
    ),
    Trouble.RECORDS: Failure(
        "the images could not be read as records",
        "Their format and the way in which they were passed on do not go together, or a file is damaged.",
        "Check the data set, or take `mode=file`.",
    ),
    Trouble.HYPERPARAMETER: Failure(
        "the algorithm refused a hyperparameter",
        "Its value and the data set do not go together.",
        "The small print names it; train again with another value.",
    ),
    Trouble.WEIGHTS: Failure(
        "there were no pretrained weights to start from",
        "The container has none of its own, and could not download them.",
        "Say where a state dict lies, `weights=s3://…`, allow the job the network, or learn from nothing with "
        "`pretrained=0`, which takes many images.",
    ),
    Trouble.INTERNAL: Failure(
        "AWS failed inside", "It is not the job's fault.", "Train again; nothing needs to change."
    ),
}


def explained(reason: str, terms: Terms = _ALGORITHMS) -> Failure:
    """What AWS's reason means for the one who asked; where that is not known, its own first sentence stands.

    `terms` are the names that the failed job's recipe has for its hyperparameters.
    """
    if not reason.strip():
        return _SILENT
    trouble = trouble_of(reason)
    return _in_words_of(terms, _TEXTS[trouble]) if trouble else Failure(_first_sentence(reason), "", "")


def _in_words_of(terms: Terms, failure: Failure) -> Failure:
    if terms == _ALGORITHMS:
        return failure
    why, helps = failure.why, failure.helps
    for one in fields(Terms):
        theirs, ours = getattr(_ALGORITHMS, one.name), getattr(terms, one.name) or getattr(_ALGORITHMS, one.name)
        why, helps = why.replace(f"`{theirs}`", f"`{ours}`"), helps.replace(f"`{theirs}`", f"`{ours}`")
    return Failure(failure.short, why, helps)


def _first_sentence(reason: str) -> str:
    without_code = _CODE.sub("", " ".join(reason.split()))
    return cut(re.split(r"(?<=[.!?])\s", without_code, maxsplit=1)[0].rstrip("."), 150) or reason.strip()
