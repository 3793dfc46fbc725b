"""What somebody was asked about before it starts: their words, kept until they say yes or no."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.errors import NotAllowedError, WrongStateError

OPEN_FOR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Wish:
    """The words of a request for training; `key` makes the same job of them however often they are confirmed."""

    id: str
    data_set: str
    words: Mapping[str, str]
    user_id: str
    channel_id: str
    key: str
    asked_at: datetime


def check_asker(wish: Wish, by: str) -> None:
    """Whoever asked may answer the question, and nobody else."""
    if by != wish.user_id:
        raise NotAllowedError(f"Only <@{wish.user_id}> can answer this.", next_step="Ask for your own with `/train`.")


def check_open(wish: Wish, by: str, now: datetime) -> None:
    """Whoever asked may say yes, and soon; later, prices and data sets have moved on."""
    check_asker(wish, by)
    if now > wish.asked_at + OPEN_FOR:
        raise WrongStateError("That was asked too long ago.", next_step="Ask once more with `/train`.")
