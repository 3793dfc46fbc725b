"""AWS's failure reasons in a person's words: what happened, why, and what helps."""

import re
from dataclasses import dataclass

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


_CODE = re.compile(r"^(\w+(Error|Exception|Failure): ?)+")
_SILENT = Failure("AWS gave no reason", "", "Try again; the job's log may say more.")

# The texts are those that AWS's troubleshooting pages and its containers use; the first that fits is taken.
_REASONS: tuple[tuple[str, Failure], ...] = (
    (
        r"out of memory|cannot allocate memory|OutOfMemory|exit code:? ?137|\bOOM\b",
        Failure(
            "the instance type ran out of memory",
            "A batch of images and the network did not fit together.",
            "Take a smaller `mini_batch_size`, fewer `num_layers`, or a larger `instance`.",
        ),
    ),
    (
        r"CapacityError|insufficient capacity|Unable to provision",
        Failure(
            "AWS has no such instance free right now",
            "The region is short of this instance type.",
            "Try again later, or take another `instance`.",
        ),
    ),
    (
        r"ResourceLimitExceeded|service limit|quota",
        Failure(
            "the account's quota for this instance type is used up",
            "AWS limits how many of them an account may run at once.",
            "Take another `instance`, wait until one is free, or ask AWS for a higher quota.",
        ),
    ),
    (
        r"AccessDenied|not authorized|Access denied|403 Forbidden|status code: 403",
        Failure(
            "AWS was not allowed to read or write something",
            "The role of the bot lacks a permission.",
            "The operators can run `python -m bot doctor`, which names what is missing.",
        ),
    ),
    (
        r"No S3 objects found|NoSuchKey|NoSuchBucket|404 Not Found|Data download failed|Failed to download data",
        Failure(
            "the data set could not be read",
            "Its files are missing from the bucket, or were changed while the job started.",
            "Check the data set and train again.",
        ),
    ),
    (
        r"Failed to download model data",
        Failure(
            "the model's artifact could not be read",
            "It is no longer in the bucket, or the bot's role may not read it.",
            "Train again and ask for the new model's deployment; `python -m bot doctor` looks at the role.",
        ),
    ),
    (
        r"Could not find model data|model data .*(not|does not) exist",
        Failure(
            "the model's artifact is gone",
            "It is no longer in the bucket.",
            "Train again and ask for the new model's deployment.",
        ),
    ),
    (
        r"did not pass the ping health check|health check",
        Failure(
            "the model did not start",
            "Its container did not answer AWS's health check in time.",
            "Ask again with more memory or a larger instance.",
        ),
    ),
    (
        r"\bnan\b|diverge",
        Failure(
            "the training diverged",
            "The figures grew without bound.",
            "Take a smaller `learning_rate`, a tenth of it to begin with.",
        ),
    ),
    (
        r"num_classes|label .*(range|invalid)|hyperparameter",
        Failure(
            "the algorithm refused a hyperparameter",
            "Its value and the data set do not go together.",
            "The small print names it; train again with another value.",
        ),
    ),
    (
        r"InternalServerError|internal error",
        Failure("AWS failed inside", "It is not the job's fault.", "Train again; nothing needs to change."),
    ),
)


def explained(reason: str) -> Failure:
    """What AWS's reason means for the one who asked; where that is not known, its own first sentence stands."""
    if not reason.strip():
        return _SILENT
    fitting = (failure for pattern, failure in _REASONS if re.search(pattern, reason, re.IGNORECASE))
    return next(fitting, None) or Failure(_first_sentence(reason), "", "")


def _first_sentence(reason: str) -> str:
    without_code = _CODE.sub("", " ".join(reason.split()))
    return cut(re.split(r"(?<=[.!?])\s", without_code, maxsplit=1)[0].rstrip("."), 150) or reason.strip()
