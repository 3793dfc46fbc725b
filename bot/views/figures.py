"""Figures in words: accuracies, money, durations, counts and times, the same wherever a person reads them."""

import math
from datetime import UTC, datetime

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
UNKNOWN_PRICE = "price unknown"


def percent(share: float | None) -> str:
    """An accuracy of 0..1 as `94.3 %`."""
    if share is None or not math.isfinite(share):
        return "unknown"
    return f"{share * 100:.1f} %"


def probability(share: float) -> str:
    """A probability of 0..1 as `87 %`; what is not certain is not called so."""
    if not math.isfinite(share):
        return "unknown"
    if 0 < share < 0.005:
        return "under 1 %"
    if 0.99 < share < 0.9995:
        return "99 %"
    return f"{share * 100:.0f} %"


def money(usd: float | None) -> str:
    if usd is None or not math.isfinite(usd):
        return UNKNOWN_PRICE
    if 0 < usd < 0.005:
        return "under $0.01"
    return f"${usd:,.2f}"


def count(number: int) -> str:
    return f"{number:,}"


def of_things(number: int, one: str, several: str = "") -> str:
    """`1 image`, `1,000 images`."""
    return f"{count(number)} {one if number == 1 else several or one + 's'}"


def duration(seconds: float, *, coarse: bool = False) -> str:
    """`3 min 12 s`; coarse `3 min`, which changes but once a minute and is empty before the first."""
    whole = max(0, int(seconds))
    if coarse:
        return _joined(whole, ((_DAY, "d"), (_HOUR, "h"), (_MINUTE, "min")))
    return _joined(whole, ((_DAY, "d"), (_HOUR, "h"), (_MINUTE, "min"), (1, "s"))) or "0 s"


def moment(seconds: float) -> str:
    """`0.4 s`: how long an answer took, never none; no line ends within it."""
    return f"{max(seconds, 0.1):.1f}\N{NO-BREAK SPACE}s"


def time_left(seconds: float) -> str:
    """What is left, rounded up so that it does not promise too much."""
    if seconds <= _MINUTE:
        return "under a minute left"
    return f"about {duration(math.ceil(seconds / _MINUTE) * _MINUTE, coarse=True)} left"


def between(began_at: datetime, ended_at: datetime) -> float:
    """Seconds, never less than none: AWS's clock and ours differ."""
    return max(0.0, (ended_at - began_at).total_seconds())


def slack_date(moment: datetime) -> str:
    """A time in the reader's own zone (docs.slack.dev/messaging/formatting-message-text, "Date formatting")."""
    return _dated(moment, "{date_short_pretty} at {time}")


def slack_ago(moment: datetime) -> str:
    """How long ago, told by the reader's Slack, so that a card need not be edited for it."""
    return _dated(moment, "{ago}")


def _dated(moment: datetime, pattern: str) -> str:
    fallback = moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
    return f"<!date^{int(moment.timestamp())}^{pattern}|{fallback}>"


def _joined(seconds: int, units: tuple[tuple[int, str], ...]) -> str:
    """The two largest units that are not nought."""
    parts = []
    for size, name in units:
        number, seconds = divmod(seconds, size)
        if number:
            parts.append(f"{number} {name}")
    return " ".join(parts[:2])
