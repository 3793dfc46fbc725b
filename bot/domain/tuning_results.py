"""What a tuning's jobs found, in the order and with the digits in which people compare it."""

from bot.domain.searches import written
from bot.domain.tunings import Trial, Tuning

_DIGITS = 3


def number_of(tuning: Tuning, trial: Trial) -> int:
    """Which of the tuning's jobs it is, counted as they were begun."""
    return next((number for number, one in enumerate(tuning.trials, start=1) if one.name == trial.name), 0)


def shown_value(text: str) -> str:
    """A hyperparameter's value with as many digits as matter: `0.0123` for `0.012345678`."""
    try:
        number = float(text)
    except ValueError:
        return text
    return written(number if number.is_integer() else float(f"{number:.{_DIGITS}g}"))


def searched_values(tuning: Tuning, trial: Trial) -> list[tuple[str, str]]:
    """What the search gave the job, in the search's order."""
    given = trial.hyperparameters
    return [(name, shown_value(given[name])) for name in tuning.search.names if name in given]


def best_first(tuning: Tuning) -> list[Trial]:
    """The jobs that have a result, the best first, and the earlier of two that are alike."""
    with_result = [trial for trial in tuning.trials if trial.objective is not None]
    return sorted(with_result, key=lambda trial: (-(trial.objective or 0.0), trial.created_at, trial.name))


def shown_figures(tuning: Tuning) -> tuple[object, ...]:
    """All that the pictures show: the same while nothing in them changes."""
    return tuple(
        (trial.name, str(trial.status), trial.settled, trial.objective, trial.ended_at, *searched_values(tuning, trial))
        for trial in tuning.trials
    )
