"""Accuracy in use in words, as it stands beside validation accuracy wherever a release is shown."""

from bot.domain.in_use import InUse
from bot.views import figures

NOT_RATED = "not rated in use yet"


def in_words(in_use: InUse) -> str:
    """`91 % in use (84–95 %, 62 rated)`; of a few ratings only that they are few, and of none nothing."""
    if in_use.accuracy is None:
        return ""
    if not in_use.enough:
        return f"{figures.count(in_use.rated)} rated, too few to say"
    return f"{points(in_use.accuracy)} % in use ({spread(in_use)})"


def spread(in_use: InUse) -> str:
    """`84–95 %, 62 rated`."""
    low, high = in_use.interval
    return f"{points(low)}–{points(high)} %, {figures.count(in_use.rated)} rated"


def points(share: float) -> str:
    """Whole points; what is not all and not nothing is not called so."""
    rounded = round(share * 100)
    return str(min(max(rounded, 1), 99) if 0 < share < 1 else rounded)
