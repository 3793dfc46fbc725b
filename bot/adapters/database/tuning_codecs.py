"""Between tunings and their rows: what they search, their trials and AWS's counts become JSON, and come back."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from bot.adapters.database.codecs import MAPPING, NAMES, RECIPE, Codec, Part, flat, read_compute
from bot.domain.jobs import JobStatus
from bot.domain.searches import Choice, Range, Scaling, Search, Strategy, WarmStart
from bot.domain.tunings import Counters, Trial, Tuning, TuningStatus

_MOMENTS = ("created_at", "began_at", "ended_at")


def write_search(search: Search) -> dict[str, Any]:
    return flat(search) | {
        "ranges": [flat(one) | {"scaling": str(one.scaling)} for one in search.ranges],
        "choices": [[one.name, list(one.values)] for one in search.choices],
        "strategy": str(search.strategy),
        "parents": list(search.parents),
        "warm_start": str(search.warm_start),
    }


def read_search(written: dict[str, Any]) -> Search:
    return Search(
        **written
        | {
            "ranges": tuple(Range(**one | {"scaling": Scaling(one["scaling"])}) for one in written["ranges"]),
            "choices": tuple(Choice(name, tuple(values)) for name, values in written["choices"]),
            "strategy": Strategy(written["strategy"]),
            "parents": tuple(written["parents"]),
            "warm_start": WarmStart(written["warm_start"]),
        }
    )


def write_trial(trial: Trial | None) -> dict[str, Any] | None:
    if trial is None:
        return None
    moments = {name: getattr(trial, name) and getattr(trial, name).isoformat() for name in _MOMENTS}
    return flat(trial) | moments | {"status": str(trial.status), "hyperparameters": dict(trial.hyperparameters)}


def read_trial(written: dict[str, Any] | None) -> Trial | None:
    return _trial(written) if written is not None else None


def write_trials(trials: Iterable[Trial]) -> list[dict[str, Any] | None]:
    return [write_trial(trial) for trial in trials]


def read_trials(written: Iterable[dict[str, Any]]) -> tuple[Trial, ...]:
    return tuple(_trial(one) for one in written)


def write_counters(counters: Counters) -> dict[str, Any]:
    return flat(counters) | {"objectives": list(counters.objectives)}


def read_counters(written: dict[str, Any]) -> Counters:
    return Counters(**written | {"objectives": tuple(written["objectives"])})


def _trial(written: dict[str, Any]) -> Trial:
    moments = {name: written[name] and datetime.fromisoformat(written[name]).astimezone(UTC) for name in _MOMENTS}
    return Trial(**written | moments | {"status": JobStatus(written["status"])})


TUNINGS = Codec(
    Tuning,
    {
        "classes": NAMES,
        "images": NAMES,
        "search": Part(write_search, read_search),
        "hyperparameters": MAPPING,
        "compute": Part(flat, read_compute),
        "status": Part(str, TuningStatus),
        "trials": Part(write_trials, read_trials),
        "counters": Part(write_counters, read_counters),
        "overall_best": Part(write_trial, read_trial),
        "recipe": RECIPE,
    },
)
