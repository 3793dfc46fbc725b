"""On what a job runs: the words `instance`, `count`, `max_run` and `mode`, with the rules of the algorithm."""

import re
from collections.abc import Mapping

from bot.domain.jobs import Compute
from bot.errors import FieldError

DEFAULT_INSTANCE = "ml.g4dn.xlarge"
DEFAULT_MAX_RUN = 2 * 3600
VOLUME_GB = 50
WORDS = ("instance", "count", "max_run", "mode")

# docs.aws.amazon.com/sagemaker/latest/dg/image-classification.html names these families for training, and no others.
_FAMILIES = ("g4dn", "g5", "p2", "p3")
_TYPE = re.compile(rf"ml\.({'|'.join(_FAMILIES)})\.(\d*xlarge)")
_COUNT = re.compile(r"\d{1,2}")
_DURATION = re.compile(r"(\d{1,9})\s*(s|m|min|h|d)")
_SECONDS = {"s": 1, "m": 60, "min": 60, "h": 3600, "d": 86_400}
_LONGEST = 5 * 86_400


def requested(words: Mapping[str, str]) -> Compute:
    """The compute that the words ask for, with sane defaults for what they leave out."""
    return Compute(
        instance_type=_instance(words.get("instance", DEFAULT_INSTANCE)),
        instance_count=_count(words.get("count", "1")),
        volume_gb=VOLUME_GB,
        max_run_seconds=_duration(words["max_run"]) if "max_run" in words else DEFAULT_MAX_RUN,
        input_mode=_mode(words["mode"]) if "mode" in words else "",
    )


def _instance(value: str) -> str:
    name = value if value.startswith("ml.") else f"ml.{value}"
    if not _TYPE.fullmatch(name):
        families = ", ".join(_FAMILIES)
        raise FieldError("instance", f"The algorithm trains on {families} instances, not on `{value}`.")
    return name


def _count(value: str) -> int:
    if not _COUNT.fullmatch(value) or not 1 <= int(value) <= 20:
        raise FieldError("count", f"`count` takes 1 to 20 instances, not `{value}`.")
    return int(value)


def _mode(value: str) -> str:
    mode = value.strip().capitalize()
    if mode not in ("File", "Pipe"):
        raise FieldError("mode", f"`mode` takes file or pipe, not `{value}`.")
    return mode


def _duration(value: str) -> int:
    match = _DURATION.fullmatch(value.lower())
    seconds = int(match[1]) * _SECONDS[match[2]] if match else 0
    if not 60 <= seconds <= _LONGEST:
        raise FieldError(
            "max_run", f"`max_run` takes a time from 1m to 5d, not `{value}`.", "Write it as `90m` or `2h`."
        )
    return seconds
