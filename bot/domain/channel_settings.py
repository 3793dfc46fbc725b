"""What a channel has decided about its pictures: whether they are converted unasked, and for how long they are kept."""

from dataclasses import dataclass
from datetime import timedelta


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
