"""What a channel has decided about its pictures: whether they are converted unasked, and for how long they are kept."""

import re
from dataclasses import dataclass
from datetime import timedelta

from bot.errors import UsageError

MOST_DAYS = 730
_LENGTH = re.compile(r"(?P<number>\d{1,4})(?P<unit>d|days?|w|weeks?)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ChannelSettings:
    """A channel's own. Feedback pictures are kept for `keep_days` days; 0: not at all."""

    channel_id: str
    converts: bool = False
    keep_days: int = 0

    @property
    def keeps(self) -> bool:
        return self.keep_days > 0

    @property
    def kept_for(self) -> timedelta:
        return timedelta(days=self.keep_days)

    @property
    def words(self) -> str:
        """As the audit has it."""
        return f"convert={'on' if self.converts else 'off'} keep={f'{self.keep_days}d' if self.keeps else 'off'}"


def switched_on(word: str) -> bool:
    """What `on` and `off` say."""
    match word.lower():
        case "on" | "yes":
            return True
        case "off" | "no":
            return False
    raise UsageError("On or off?", next_step="Write `/classify convert on` or `/classify convert off`.")


def days_kept(word: str) -> int:
    """What `90d`, `12w`, a plain number of days or `off` say; 0: not at all."""
    if word.lower() in ("off", "no"):
        return 0
    match = _LENGTH.fullmatch(word)
    if match is None:
        raise UsageError("For how long?", next_step="Write `/classify keep 90d`, or `/classify keep off`.")
    days = int(match["number"]) * (7 if (match["unit"] or "d").lower().startswith("w") else 1)
    if not 1 <= days <= MOST_DAYS:
        raise UsageError(f"Pictures are kept for 1 to {MOST_DAYS} days, not `{word}`.")
    return days
