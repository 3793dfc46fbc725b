"""On what a job runs and where its output goes: the words for it, with their ranges and the rules between them."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.domain.jobs import Compute
from bot.domain.recipes import (
    ALGORITHM,
    ALGORITHM_FAMILIES,
    CPU_FAMILIES,
    GPU_FAMILIES,
    UNDOCUMENTED_FAMILIES,
    Recipe,
)
from bot.errors import FieldError

DEFAULT_MAX_RUN = 2 * 3600
VOLUME_GB = 50
LARGEST_VOLUME_GB = 16_384

_TYPE = re.compile(r"ml\.(?P<family>[a-z0-9]+)\.(?P<size>large|\d*xlarge)", re.ASCII)
_DURATION = re.compile(r"(\d{1,9})\s*(s|m|min|h|d)")
_SECONDS = {"s": 1, "m": 60, "min": 60, "h": 3600, "d": 86_400}
_SWITCH = {"yes": True, "true": True, "on": True, "1": True, "no": False, "false": False, "off": False, "0": False}
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html; a key in words that any shell takes.
_FOLDER = re.compile(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[\w!.()'-]+)*/?", re.ASCII)
# An id, an alias, or the ARN of one: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_OutputDataConfig.html
_KEY = re.compile(
    r"(arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key/)?(mrk-[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})"
    r"|(arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:)?alias/[\w/-]{1,200}",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a request: which field of Compute it fills in, what it takes in words, and how it is read."""

    name: str
    field: str
    takes: str
    read: Callable[[str, "Word"], Any]
    low: int = 0
    high: int = 0
    form: str = ""


def requested(words: Mapping[str, str], recipe: Recipe = ALGORITHM) -> Compute:
    """The compute that the words ask for, with sane defaults for what they leave out."""
    usual: dict[str, Any] = {
        "instance_type": recipe.default_instance,
        "instance_count": 1,
        "volume_gb": VOLUME_GB,
        "max_run_seconds": DEFAULT_MAX_RUN,
    }
    said = {row.field: row.read(words[name], row) for name, row in TABLE.items() if name in words}
    asked = _checked(Compute(**(usual | said)))
    _check_recipe(asked, recipe)
    return asked


def as_words(compute: Compute) -> dict[str, str]:
    """The words that would ask for the same."""
    values = {name: getattr(compute, row.field) for name, row in TABLE.items()}
    return {name: _written(name, value) for name, value in values.items() if value}


def _written(name: str, value: object) -> str:
    if isinstance(value, tuple):
        return ",".join(value)
    if value is True:
        return "yes"
    return f"{value}s" if name in ("max_run", "max_wait") else str(value)


def _checked(asked: Compute) -> Compute:
    """The rules between the words, as CreateTrainingJob has them."""
    if asked.max_wait_seconds and not asked.spot:
        raise FieldError("max_wait", "`max_wait` is for spot instances.", "Add `spot=yes`, or leave it out.")
    if asked.spot and 0 < asked.max_wait_seconds < asked.max_run_seconds:
        raise FieldError("max_wait", "`max_wait` is shorter than `max_run`, which is part of it.", "Make it longer.")
    if bool(asked.subnets) != bool(asked.security_groups):
        lacking = "security_groups" if asked.subnets else "subnets"
        raise FieldError(lacking, "A VPC needs both `subnets` and `security_groups`.", f"Add `{lacking}=…`.")
    return asked


def _check_recipe(asked: Compute, recipe: Recipe) -> None:
    """What the recipe's program can run on."""
    if not fits(asked.instance_type, recipe) and not _undocumented(asked.instance_type, recipe):
        families, who = ", ".join(recipe.families), f"`{recipe.name}`" if recipe.program else "The algorithm"
        said = asked.instance_type.removeprefix("ml.")
        hint = f"`instance={recipe.default_instance}` is the usual one."
        raise FieldError("instance", f"{who} trains on {families} instances, not on `{said}`.", hint)
    if asked.instance_count > 1 and not recipe.several_instances:
        raise FieldError("count", f"`{recipe.name}` trains on one instance.", "Leave count out.")
    if asked.isolated and not recipe.isolated:
        what = f"`{recipe.name}` gets its packages from the network, and an isolated job has none."
        raise FieldError("isolated", what, "Leave isolated out.")


def _undocumented(instance_type: str, recipe: Recipe) -> bool:
    """Whether the algorithm may train on it for all that AWS says; who asks for it is told so."""
    found = _TYPE.fullmatch(instance_type)
    return recipe is ALGORITHM and found is not None and found["family"] in UNDOCUMENTED_FAMILIES


def fits(instance_type: str, recipe: Recipe) -> bool:
    """Whether the recipe's program can run on it. Of the GPU families there is none so small as `large`."""
    found = _TYPE.fullmatch(instance_type)
    if not found or found["family"] not in recipe.families:
        return False
    return found["size"] != "large" or found["family"] in CPU_FAMILIES


def _instance(value: str, _: Word) -> str:
    name = value.strip().lower()
    return name if name.startswith("ml.") else f"ml.{name}"


def _whole(value: str, row: Word) -> int:
    if not re.fullmatch(r"\d{1,6}", value, re.ASCII) or not row.low <= int(value) <= row.high:
        raise _refused(value, row)
    return int(value)


def _duration(value: str, row: Word) -> int:
    match = _DURATION.fullmatch(value.lower())
    seconds = int(match[1]) * _SECONDS[match[2]] if match else 0
    if not row.low <= seconds <= row.high:
        raise _refused(value, row, "Write it as `90m` or `2h`.")
    return seconds


def _mode(value: str, row: Word) -> str:
    mode = value.strip().capitalize()
    if mode not in ("File", "Pipe"):
        raise _refused(value, row)
    return mode


def _switch(value: str, row: Word) -> bool:
    if value.lower() not in _SWITCH:
        raise _refused(value, row)
    return _SWITCH[value.lower()]


def _folder(value: str, row: Word) -> str:
    # Slack may have made a link of it.
    plain = value.strip("<>").split("|")[0]
    if len(plain) > 900 or not _FOLDER.fullmatch(plain):
        raise _refused(value, row)
    return plain


def _key(value: str, row: Word) -> str:
    if not _KEY.fullmatch(value):
        raise _refused(value, row)
    return value


def _ids(value: str, row: Word) -> tuple[str, ...]:
    ids = tuple(dict.fromkeys(one.strip() for one in value.split(",") if one.strip()))
    if not row.low <= len(ids) <= row.high or not all(re.fullmatch(row.form, one) for one in ids):
        raise _refused(value, row)
    return ids


def _refused(value: str, row: Word, next_step: str = "") -> FieldError:
    return FieldError(row.name, f"`{row.name}` takes {row.takes}, not `{value}`.", next_step)


_DAYS = 86_400
_SCRIPTS = ", ".join(one for one in (*GPU_FAMILIES, *CPU_FAMILIES) if one not in ALGORITHM_FAMILIES)
_ROWS = (
    Word("instance", "instance_type", f"a type of {', '.join(ALGORITHM_FAMILIES)}; scripts also {_SCRIPTS}", _instance),
    Word("count", "instance_count", "1 to 20 instances", _whole, 1, 20),
    Word("volume", "volume_gb", f"1 to {LARGEST_VOLUME_GB:,} GB", _whole, 1, LARGEST_VOLUME_GB),
    Word("max_run", "max_run_seconds", "a time from 1m to 5d", _duration, 60, 5 * _DAYS),
    Word("mode", "input_mode", "file or pipe", _mode),
    Word("spot", "spot", "yes or no", _switch),
    Word("max_wait", "max_wait_seconds", "a time from 1m to 10d", _duration, 60, 10 * _DAYS),
    Word("output", "output", "a folder as `s3://bucket/folder`", _folder),
    Word("kms", "kms_key", "a KMS key's id, alias or ARN", _key),
    Word("isolated", "isolated", "yes or no", _switch),
    Word("subnets", "subnets", "1 to 16 subnets as `subnet-0a1b2c3d`", _ids, 1, 16, r"subnet-[0-9a-f]{8,17}"),
    Word("security_groups", "security_groups", "1 to 5 groups as `sg-0a1b2c3d`", _ids, 1, 5, r"sg-[0-9a-f]{8,17}"),
)
TABLE: Mapping[str, Word] = {row.name: row for row in _ROWS}
WORDS = tuple(TABLE)
