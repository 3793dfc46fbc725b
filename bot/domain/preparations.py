"""Preparations: someone's wish to make a data set of a source, how far it is, and what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from bot.domain.checks import Finding, Rule
from bot.domain.datasets import Format
from bot.domain.versions import UsedPicture
from bot.errors import WrongStateError


class PreparationStatus(StrEnum):
    """Where a preparation stands. READY is a data set that can be trained on, until it is removed."""

    REQUESTED = "requested"
    PREPARING = "preparing"
    STOPPING = "stopping"
    READY = "ready"
    FAILED = "failed"
    STOPPED = "stopped"
    REMOVING = "removing"
    REMOVED = "removed"


MOVES: Mapping[PreparationStatus, frozenset[PreparationStatus]] = {
    PreparationStatus.REQUESTED: frozenset({PreparationStatus.PREPARING, PreparationStatus.STOPPING}),
    PreparationStatus.PREPARING: frozenset(
        {PreparationStatus.READY, PreparationStatus.FAILED, PreparationStatus.STOPPING}
    ),
    PreparationStatus.STOPPING: frozenset({PreparationStatus.STOPPED}),
    PreparationStatus.READY: frozenset({PreparationStatus.REMOVING}),
    PreparationStatus.REMOVING: frozenset({PreparationStatus.REMOVED}),
    PreparationStatus.FAILED: frozenset(),
    PreparationStatus.STOPPED: frozenset(),
    PreparationStatus.REMOVED: frozenset(),
}
# What the worker still has to do something about.
OPEN = frozenset(
    {
        PreparationStatus.REQUESTED,
        PreparationStatus.PREPARING,
        PreparationStatus.STOPPING,
        PreparationStatus.REMOVING,
    }
)


@dataclass(frozen=True, slots=True)
class Options:
    """How a data set is to be made. `resize` is the shortest side in pixels (none: the bytes as they are).

    `min_accuracy` is what a model of it must reach to be deployed (none: what the operators ask of all).
    """

    validation_share: float = 0.2
    seed: int = 1
    format: Format = Format.REC
    resize: int | None = None
    quality: int = 95
    classes: tuple[str, ...] = ()
    min_accuracy: float | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it is, in images; `found` is unknown until all of the source has been listed."""

    found: int | None = None
    checked: int = 0
    left_out: int = 0
    packed: int = 0
    began_at: datetime | None = None
    packed_bytes: int = 0


@dataclass(frozen=True, slots=True)
class ClassCount:
    """One class: its images that are trained on and validated with, and those that were left out."""

    name: str
    train: int
    validation: int
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Summary:
    """What came of it. `by_rule` counts the findings on single images, `warnings` are those on the whole."""

    classes: tuple[ClassCount, ...] = ()
    by_rule: Mapping[Rule, int] = field(default_factory=dict)
    warnings: tuple[Finding, ...] = ()
    locations: Mapping[str, str] = field(default_factory=dict)
    smallest_side: int | None = None
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Preparation:
    """A data set in the making. `source` is an S3 address; or, where `file_ids` are of uploaded zips, their names.

    One that is `based_on` another data set is a version of it: that one's images, and these `pictures` from use.
    """

    id: str
    name: str
    source: str
    file_ids: tuple[str, ...]
    options: Options
    requested_by: str
    channel_id: str
    requested_at: datetime
    status: PreparationStatus = PreparationStatus.REQUESTED
    progress: Progress = field(default_factory=Progress)
    summary: Summary = field(default_factory=Summary)
    problem: str = ""
    ended_at: datetime | None = None
    tries: int = 0
    stopped_by: str = ""
    based_on: str = ""
    pictures: tuple[UsedPicture, ...] = ()
    version: int = 0

    @property
    def open(self) -> bool:
        return self.status in OPEN

    @property
    def stoppable(self) -> bool:
        return PreparationStatus.STOPPING in MOVES[self.status]

    @property
    def contained(self) -> tuple[str, ...]:
        """Those from use that it holds copies of once it is ready, by their uploads' ids."""
        return tuple(one.upload_id for one in self.pictures if not one.held_out and not one.left_out)

    @property
    def pictures_packed(self) -> int:
        """How many of those from use it trains on."""
        return sum(not one.held_out for one in self.pictures) - self.progress.left_out

    @property
    def folder(self) -> str:
        """Where in the bucket it writes, below the data sets' folder: a place that no other preparation shares."""
        return f"{self.name}/{self.id}/"


def moved(preparation: Preparation, status: PreparationStatus) -> Preparation:
    """The preparation in its new status; the same status is no move."""
    if status == preparation.status:
        return preparation
    if status not in MOVES[preparation.status]:
        raise WrongStateError(f"*{preparation.name}* is {preparation.status} already.")
    return replace(preparation, status=status)


def stop_asked(preparation: Preparation, by: str) -> Preparation:
    """The preparation on its way to being stopped, with who asked for it."""
    if preparation.status == PreparationStatus.STOPPING:
        raise WrongStateError(
            f"*{preparation.name}* is being stopped already; <@{preparation.stopped_by}> asked for it."
        )
    return replace(moved(preparation, PreparationStatus.STOPPING), stopped_by=by)


def removal_asked(preparation: Preparation, by: str) -> Preparation:
    """The data set on its way to being removed, with who asked for it."""
    return replace(moved(preparation, PreparationStatus.REMOVING), stopped_by=by)
