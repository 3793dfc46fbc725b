"""Editions of a digest: what one tells of its period, and whether that is anything at all. All pure."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.approvals import Approval
from bot.domain.digests import Digest
from bot.domain.feedback import Opinion, Say, verdict
from bot.domain.holdings import Holding
from bot.domain.jobs import Job, JobStatus
from bot.domain.predictions import Prediction
from bot.domain.spending import Spend
from bot.domain.tunings import Tuning

Run = Job | Tuning


@dataclass(frozen=True, slots=True)
class Edition:
    """One digest that stands in a channel, or is about to; its id is that of its occasion, so that there is one."""

    id: str
    channel_id: str
    since: datetime
    until: datetime
    asked_by: str = ""


@dataclass(frozen=True, slots=True)
class Pictures:
    """How many pictures were answered in the period, and what people have said of them."""

    answered: int = 0
    right: int = 0
    wrong: int = 0

    @property
    def rated(self) -> int:
        return self.right + self.wrong


@dataclass(frozen=True, slots=True)
class Contents:
    """What concerns the channel: all that ended in the period, and what stands there now.

    `spent` is that of the period for the channel, and `month` that of the month for all of them.
    """

    runs: tuple[Run, ...] = ()
    endpoints: tuple[Holding, ...] = ()
    waiting: tuple[Approval, ...] = ()
    pictures: Pictures = Pictures()
    spent: Spend | None = None
    month: Spend | None = None

    @property
    def news(self) -> bool:
        """Whether anything happened; that an endpoint still stands is none."""
        return bool(self.runs or self.waiting or self.pictures.answered or self.pictures.rated)

    @property
    def empty(self) -> bool:
        """Whether there is nothing to say."""
        return not (self.news or self.endpoints)

    @property
    def done(self) -> tuple[Run, ...]:
        """Those that came to a good end, the best first."""
        ended = [run for run in self.runs if run.status == JobStatus.COMPLETED]
        return tuple(sorted(ended, key=lambda run: (-(accuracy(run) or 0.0), run.name)))

    @property
    def failed(self) -> tuple[Run, ...]:
        return tuple(run for run in self.runs if run.status == JobStatus.FAILED)

    @property
    def stopped(self) -> tuple[Run, ...]:
        return tuple(run for run in self.runs if run.status == JobStatus.STOPPED)

    @property
    def best(self) -> Run | None:
        """Of those that came to a good end, or were stopped and left a model."""
        told = [run for run in (*self.done, *self.stopped) if accuracy(run) is not None]
        return max(told, key=lambda run: accuracy(run) or 0.0, default=None)


@dataclass(frozen=True, slots=True)
class DigestCase:
    """All that an edition's message shows; `digest` is the channel's schedule, if it has one."""

    edition: Edition
    contents: Contents
    digest: Digest | None = None
    approvers: tuple[str, ...] = ()


def accuracy(run: Run) -> float | None:
    """The best on validation images."""
    if isinstance(run, Tuning):
        return run.best.objective if run.best else None
    return run.curve.best_accuracy


def charted(contents: Contents, most: int = 8) -> Sequence[tuple[str, float]]:
    """The names and best accuracies that a chart shows, the best first."""
    told = [(run.name, share) for run in contents.runs if (share := accuracy(run)) is not None]
    return sorted(told, key=lambda one: (-one[1], one[0]))[:most]


def right_and_wrong(said: Iterable[tuple[Prediction | None, Sequence[Opinion]]]) -> tuple[int, int]:
    """How many answers are right, and how many wrong, by what all say of each; where they differ it is neither."""
    found = [(prediction, verdict(opinions)) for prediction, opinions in said]
    settled = [(one, by) for one, by in found if one and by and not by.disputed and by.say != Say.UNFAIR]
    right = sum(by.agrees_with(prediction) for prediction, by in settled)
    return right, len(settled) - right


def edition_of(digest: Digest, now: datetime) -> Edition:
    """What is told on the digest's next occasion, which has an id of its own."""
    occasion = f"{digest.channel_id}.{int(digest.next_at.timestamp())}"
    return Edition(_id(occasion), digest.channel_id, digest.since, now, digest.set_by)


def edition_asked(channel_id: str, request: str, since: datetime, now: datetime, by: str) -> Edition:
    """What somebody asked to see now; asked for again by the same click it is the same one."""
    return Edition(_id(f"{channel_id}.{request}"), channel_id, since, now, by)


def _id(occasion: str) -> str:
    return f"digest-{hashlib.sha256(occasion.encode()).hexdigest()[:12]}"
