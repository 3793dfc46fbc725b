"""What people ask to be started, and what of it waits for their yes: their own words, kept for as long as it takes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.errors import NotAllowedError, WrongStateError

OPEN_FOR = timedelta(hours=1)


class Purpose(StrEnum):
    """What the words ask for. The values are the commands that take them."""

    TRAINING = "train"
    TUNING = "tune"


@dataclass(frozen=True, slots=True)
class JobRequest:
    """What someone asked for. `key` is the same when the same request arrives twice, and then one job results."""

    data_set: str
    words: Mapping[str, str]
    user_id: str
    channel_id: str
    key: str
    purpose: Purpose = Purpose.TRAINING


@dataclass(frozen=True, slots=True)
class Wish:
    """A request that its asker was asked about."""

    id: str
    data_set: str
    words: Mapping[str, str]
    user_id: str
    channel_id: str
    key: str
    asked_at: datetime
    purpose: Purpose = Purpose.TRAINING

    @property
    def request(self) -> JobRequest:
        return JobRequest(self.data_set, self.words, self.user_id, self.channel_id, self.key, self.purpose)

    @classmethod
    def of(cls, request: JobRequest, wish_id: str, asked_at: datetime) -> "Wish":
        asked = request.data_set, request.words, request.user_id, request.channel_id, request.key
        return cls(wish_id, *asked, asked_at, request.purpose)


def check_asker(wish: Wish, by: str) -> None:
    """Whoever asked may answer the question, and nobody else."""
    if by != wish.user_id:
        next_step = f"Ask for your own with `/{wish.purpose}`."
        raise NotAllowedError(f"Only <@{wish.user_id}> can answer this.", next_step=next_step)


def check_open(wish: Wish, by: str, now: datetime) -> None:
    """Whoever asked may say yes, and soon; later, prices and data sets have moved on."""
    check_asker(wish, by)
    if now > wish.asked_at + OPEN_FOR:
        raise WrongStateError("That was asked too long ago.", next_step=f"Ask once more with `/{wish.purpose}`.")
