"""Replays: a channel's last images through the model that is asked for, beside the one that is live."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import islice

from bot.domain.approvals import Approval
from bot.domain.endpoints import Endpoint, Hosting, Kind
from bot.domain.forgetting import is_forgotten
from bot.domain.jobs import Job
from bot.domain.predictions import Label, Prediction
from bot.domain.uploads import Upload, UploadStatus

MOST_IMAGES = 20
# Of so many of a channel's last images those are chosen.
LOOKED_THROUGH = 2 * MOST_IMAGES
# For longer than this a temporary endpoint is not waited for; it is deleted then.
PATIENCE = timedelta(minutes=30)
_HOSTING = Hosting(Kind.SERVERLESS, memory_mb=4096, concurrency=2)


class ReplayStatus(StrEnum):
    """How far it is. Until DONE there may be something of it on AWS."""

    REQUESTED = "requested"
    CREATING = "creating"
    RUNNING = "running"
    CLEARING = "clearing"
    DONE = "done"


MOVES: Mapping[ReplayStatus, frozenset[ReplayStatus]] = {
    ReplayStatus.REQUESTED: frozenset({ReplayStatus.CREATING, ReplayStatus.CLEARING}),
    ReplayStatus.CREATING: frozenset({ReplayStatus.RUNNING, ReplayStatus.CLEARING}),
    ReplayStatus.RUNNING: frozenset({ReplayStatus.CLEARING}),
    ReplayStatus.CLEARING: frozenset({ReplayStatus.DONE}),
    ReplayStatus.DONE: frozenset(),
}


@dataclass(frozen=True, slots=True)
class Measured:
    """How many pictures, whose classes are known, both models were asked about, and how many each had right."""

    images: int
    candidate: int
    live: int


@dataclass(frozen=True, slots=True)
class Results:
    """What was measured; None: not measured, or not to be. `from_use` are the held-out pictures from use."""

    golden: Measured | None = None
    from_use: Measured | None = None


@dataclass(frozen=True, slots=True)
class Replay:
    """The replay for one request, whose id it has."""

    id: str
    requested_by: str
    requested_at: datetime
    status: ReplayStatus = ReplayStatus.REQUESTED
    problem: str = ""
    results: Results = Results()
    version: int = 0

    @property
    def open(self) -> bool:
        return self.status != ReplayStatus.DONE


@dataclass(frozen=True, slots=True)
class Pair:
    """One image as both models see it."""

    image: bytes
    candidate: Label
    live: Label

    @property
    def differs(self) -> bool:
        return self.candidate.name != self.live.name


def temporary(approval: Approval, job: Job, now: datetime) -> Endpoint:
    """The endpoint on which the candidate is tried; its name is the same at every try."""
    name = f"replay-{approval.id[:16]}"
    return Endpoint(
        id=approval.id,
        name=name,
        job_id=job.id,
        job_name=job.name,
        classes=job.classes,
        accuracy=job.curve.best_accuracy,
        hosting=_HOSTING,
        owner=approval.requested_by,
        approved_by="",
        channel_id=approval.channel_id,
        created_at=now,
        recipe=job.recipe,
        data_set=job.data_set,
        release=name,
    )


def moved(replay: Replay, status: ReplayStatus, problem: str = "") -> Replay:
    return (
        replace(replay, status=status, problem=problem or replay.problem) if status in MOVES[replay.status] else replay
    )


def replayable(recent: Sequence[Upload]) -> list[Upload]:
    """Those of a channel's last images, newest first, that are put through both models: the answered ones."""
    answered = (one for one in recent if one.status == UploadStatus.ANSWERED and not is_forgotten(one))
    return list(islice(answered, MOST_IMAGES))


def pair(image: bytes, candidate: Prediction, live: Prediction) -> Pair:
    return Pair(image, candidate.labels[0], live.labels[0])


def disagreements(pairs: Sequence[Pair]) -> dict[str, list[bytes]]:
    """The images on which the models disagree, by what each of them sees."""
    by_words: dict[str, list[bytes]] = {}
    for one in pairs:
        if one.differs:
            by_words.setdefault(f"{one.live.name} → {one.candidate.name}", []).append(one.image)
    return by_words
