"""What a decision on a deployment stands on: the traffic so far, and what each kind of endpoint would cost at it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from bot.domain.endpoints import Hosting, Kind
from bot.domain.jobs import Job
from bot.domain.replays import Replay
from bot.domain.uploads import Upload

# Of a channel that has seen an image or two this morning, nothing can be said of a day yet but that.
_LEAST_DAYS = 1.0
# What is older tells of another time.
SEEN_WITHIN = timedelta(days=28)
# How long a model of this size works on an image, where nothing was measured yet.
ASSUMED_SECONDS = 0.5
_MB_A_GB = 1024


@dataclass(frozen=True, slots=True)
class Demand:
    """A channel's images: how many a day, and how long its endpoint works on one, if that is known."""

    images_a_day: float = 0.0
    seconds: float | None = None


def demand_of(count: int, since: datetime | None, latest: Sequence[Upload], now: datetime) -> Demand:
    """From how many images a channel had within SEEN_WITHIN, when the first of those came, and its latest.

    The median time, for a cold start is not what an image takes.
    """
    if since is None:
        return Demand()
    days = max(_LEAST_DAYS, (now - since).total_seconds() / 86_400)
    seconds = [one.prediction.seconds for one in latest if one.prediction and now - one.received_at <= SEEN_WITHIN]
    return Demand(count / days, median(seconds) if seconds else None)


def cost_of_image(hosting: Hosting, demand: Demand, gb_second: float | None) -> float | None:
    """USD for one image on a serverless endpoint, without the data that goes in and out."""
    if gb_second is None:
        return None
    seconds = ASSUMED_SECONDS if demand.seconds is None else demand.seconds
    return hosting.memory_mb / _MB_A_GB * seconds * gb_second


def cost_of_day(hosting: Hosting, demand: Demand, gb_second: float | None) -> float | None:
    """USD a day at this traffic; None where a price is not known."""
    if hosting.kind == Kind.REALTIME:
        return hosting.cost_per_day
    each = cost_of_image(hosting, demand, gb_second)
    return None if each is None else each * demand.images_a_day


def break_even(serverless: Hosting, realtime: Hosting, demand: Demand, gb_second: float | None) -> int | None:
    """From how many images a day on the real-time endpoint is the cheaper one; None where a price is not known."""
    each, day = cost_of_image(serverless, demand, gb_second), realtime.cost_per_day
    return None if not each or day is None else round(day / each)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the card of an open request adds to it: the job behind what is live now, the demand, and the other kind.

    `replayable` is how many of the channel's last images could be put through both models.
    """

    live_job: Job | None = None
    demand: Demand = Demand()
    other: Hosting | None = None
    gb_second: float | None = None
    least_accuracy: float = 0.0
    replay: Replay | None = None
    replayable: int = 0
