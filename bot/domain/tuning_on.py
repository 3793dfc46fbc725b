"""Where a tuning's best values lie in their ranges, and the search that goes on from there."""

from dataclasses import dataclass, replace

from bot.domain.searches import (
    MOST_PARENTS,
    Range,
    Scaling,
    Search,
    Strategy,
    number_at,
    place,
    scale_of,
    share,
)
from bot.domain.tunings import Tuning, TuningStatus
from bot.errors import WrongStateError

_NEAR = 0.05
_DIGITS = 3


@dataclass(frozen=True, slots=True)
class Edge:
    """A hyperparameter whose best value lies at the low or the `high` end of what was searched.

    `open` says that AWS's recommendation reaches further that way.
    """

    name: str
    value: float
    high: bool
    open: bool


def at_edge(tuning: Tuning) -> list[Edge]:
    """The ranges at whose end the best value lies: within a twentieth of their width, on their own scale."""
    edges = []
    for searched in tuning.search.ranges:
        value = _best_value(tuning, searched.name)
        if value is None or _NEAR < share(value, searched) < 1 - _NEAR:
            continue
        high = share(value, searched) > 0.5
        low_limit, high_limit = _limits(searched, tuning)
        reaches = high_limit > searched.high if high else low_limit < searched.low
        edges.append(Edge(searched.name, value, high, reaches))
    return edges


def tuned_on(tuning: Tuning) -> Search:
    """A search around the best values that starts with this tuning's results.

    A range at whose end the best value lies is moved there in its whole width; the others are halved around it. Results
    are not passed on by a tuning that had them from another, so its parents are named again.
    """
    if tuning.active:
        raise WrongStateError(f"*{tuning.name}* is {tuning.status}.", next_step="Wait for its end, or stop it.")
    if tuning.best is None or not tuning.search.ranges:
        why = "It has no best job." if tuning.best is None else "It searched lists only, and they have no around."
        raise WrongStateError(f"*{tuning.name}* can't be tuned on around its best.", why)
    kept = tuning.search.strategy in (Strategy.BAYESIAN, Strategy.RANDOM)
    return replace(
        tuning.search,
        ranges=tuple(_around(searched, tuning) for searched in tuning.search.ranges),
        strategy=tuning.search.strategy if kept else Strategy.BAYESIAN,
        parents=(tuning.name, *tuning.search.parents)[:MOST_PARENTS],
    )


def can_be_tuned_on(tuning: Tuning) -> bool:
    """Whether a button for it makes sense."""
    ended = tuning.status in (TuningStatus.COMPLETED, TuningStatus.STOPPED)
    return ended and tuning.best is not None and bool(tuning.search.ranges)


def _best_value(tuning: Tuning, name: str) -> float | None:
    best = tuning.best
    if best is None:
        return None
    try:
        return float(best.hyperparameters[name])
    except (KeyError, ValueError):
        return None


def _limits(searched: Range, tuning: Tuning) -> tuple[float, float]:
    """As far as AWS recommends, or as was searched already; a batch is at most all the training images."""
    usual = tuning.made_by.tunable[searched.name]
    low, high = min(usual.low, searched.low), max(usual.high, searched.high)
    return low, min(high, tuning.images[0]) if searched.name == tuning.made_by.terms.batch else high


def _around(searched: Range, tuning: Tuning) -> Range:
    value = _best_value(tuning, searched.name)
    if value is None:
        return searched
    scaling = scale_of(searched)
    at_end = not _NEAR < share(value, searched) < 1 - _NEAR
    width = (place(searched.high, scaling) - place(searched.low, scaling)) * (1.0 if at_end else 0.5)
    low_limit, high_limit = _limits(searched, tuning)
    middle = place(value, scaling)
    low = max(_rounded(number_at(middle - width / 2, scaling), searched), low_limit)
    high = min(_rounded(number_at(middle + width / 2, scaling), searched), high_limit)
    # Rounding must not leave out the best value itself.
    low, high = min(low, value), max(high, value)
    fits = low < high and (scaling != Scaling.LOGARITHMIC or low > 0)
    return replace(searched, low=low, high=high) if fits else searched


def _rounded(number: float, searched: Range) -> float:
    return float(round(number)) if searched.whole else float(f"{number:.{_DIGITS}g}")
