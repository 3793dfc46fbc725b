"""What the month has cost, against its budget where there is one."""

from bot.domain.spending import Spend
from bot.views import figures, parts
from bot.views.answer_parts import bar

_NAMES = 3
# From here on the bar says so, too.
NEARLY_ALL = 0.8


def in_words(spend: Spend) -> str:
    """`$12.40 of $50.00 (25 %)`; what is not known makes it a least."""
    least = "at least " if spend.unknown else ""
    spent = f"{least}{figures.money(spend.total)}"
    if spend.budget is None or spend.share is None:
        return spent
    return f"{spent} of {figures.money(spend.budget)} ({figures.probability(spend.share)})"


def month(spend: Spend) -> str:
    """Two lines or three: how much, on what, and what is not known."""
    return "\n".join(filter(None, (_first(spend), _on_what(spend), _unknown(spend))))


def _first(spend: Spend) -> str:
    if spend.share is None:
        return f"*{in_words(spend)}*"
    sign = ":warning: " if spend.share >= NEARLY_ALL else ""
    over = f", {figures.money(spend.total - (spend.budget or 0.0))} over the budget" if spend.share > 1 else ""
    return f"{bar(min(spend.share, 1.0))}  {sign}*{in_words(spend)}*{over}"


def _on_what(spend: Spend) -> str:
    told = {"training": spend.training, "tuning": spend.tuning, "endpoints": spend.endpoints}
    return " · ".join(f"{what} {figures.money(usd)}" for what, usd in told.items() if usd > 0)


def _unknown(spend: Spend) -> str:
    """By name, lest somebody takes it for nothing."""
    if not spend.unknown:
        return ""
    names = ", ".join(parts.name(one) for one in spend.unknown[:_NAMES])
    more = len(spend.unknown) - _NAMES
    return f"_Not known: what {names}{f' and {more} more' if more > 0 else ''} cost._"
