"""Why a job or an endpoint failed, told from the words of AWS and its containers."""

import re
from enum import StrEnum


class Trouble(StrEnum):
    """The kinds of failure that need different words, or different help."""

    RULES = "rules closed"
    MEMORY = "memory"
    GPU_MEMORY = "memory of the graphics card"
    CAPACITY = "capacity"
    QUOTA = "quota"
    NOT_HERE = "type not in the region"
    DENIED = "denied"
    NO_DATA = "no data"
    MODEL_UNREAD = "model unread"
    MODEL_GONE = "model gone"
    HEALTH = "health check"
    DIVERGED = "diverged"
    BATCH = "batch over samples"
    CLASSES = "wrong class count"
    SAMPLES = "wrong sample count"
    SMALL_IMAGE = "image smaller than shape"
    RECORDS = "wrong record type"
    HYPERPARAMETER = "hyperparameter"
    WEIGHTS = "no weights"
    INTERNAL = "internal"


# The texts are those that AWS's troubleshooting pages and its containers use; the first that fits is taken.
# https://docs.aws.amazon.com/sagemaker/latest/dg/common-errors.html
_WORDINGS: tuple[tuple[Trouble, str], ...] = (
    # https://docs.aws.amazon.com/sagemaker/latest/dg/debugger-availability-change.html
    (Trouble.RULES, r"(Debugger|Profiler)\b.*(customer|available|longer|closed|allowed|enabled)"),
    (Trouble.RULES, r"(Profiler|Debug)(Rule)?Config"),
    (Trouble.WEIGHTS, r"no ImageNet weights for"),
    (Trouble.GPU_MEMORY, r"CUDA.*out of memory|cudaMalloc.*(failed|out of memory)|GPU.*out of memory"),
    (Trouble.MEMORY, r"out of memory|cannot allocate memory|OutOfMemory|exit code:? ?137|\bOOM\b"),
    (Trouble.CAPACITY, r"CapacityError|insufficient capacity|Unable to provision"),
    (Trouble.QUOTA, r"ResourceLimitExceeded|service limit|quota"),
    (
        Trouble.NOT_HERE,
        r"instance ?type.*(not (available|supported|offered)|satisfy (constraint|enum))|unsupported instance ?type",
    ),
    (Trouble.DENIED, r"AccessDenied|not authorized|Access denied|403 Forbidden|status code: 403"),
    (Trouble.NO_DATA, r"No S3 objects found|NoSuchKey|NoSuchBucket|404 Not Found|Data download failed"),
    (Trouble.NO_DATA, r"Failed to download data"),
    (Trouble.MODEL_UNREAD, r"Failed to download model data"),
    (Trouble.MODEL_GONE, r"Could not find model data|model data .*(not|does not) exist"),
    (Trouble.HEALTH, r"did not pass the ping health check|health check"),
    (Trouble.DIVERGED, r"\bnan\b|diverge"),
    (Trouble.BATCH, r"(mini_batch_size|batch-size)\S* .*(more|larger|greater|exceed)|fewer .*samples than .*batch"),
    (Trouble.CLASSES, r"num[_-]classes.*(match|labels?|range)|label.*(out of|not match|does not match).*(class|range)"),
    (Trouble.SAMPLES, r"num[_-]training[_-]samples.*(match|more|larger|greater|listed|found)"),
    (
        Trouble.SMALL_IMAGE,
        r"(image|picture)s?\b.*smaller than.*image_shape|image_shape.*larger than.*image|input .*smaller than.*crop",
    ),
    (Trouble.RECORDS, r"magic number|Unable to parse record|RecordWrapper|Got empty batch from pipe"),
    (Trouble.HYPERPARAMETER, r"num[_-]classes|label .*(range|invalid)|hyperparameter"),
    (Trouble.INTERNAL, r"InternalServerError|internal error"),
)


def trouble_of(reason: str) -> Trouble | None:
    """The kind that the reason speaks of; None where its words are not known."""
    fitting = (trouble for trouble, words in _WORDINGS if re.search(words, reason, re.IGNORECASE | re.DOTALL))
    return next(fitting, None)
