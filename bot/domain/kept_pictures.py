"""Pictures that are kept to learn from: with whose label, for how long, and which of them are never trained on."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.channel_settings import ChannelSettings
from bot.domain.feedback import Verdict
from bot.domain.uploads import Upload

# One in so many is held out: the feedback set, with which models are compared, and on which none is trained.
HELD_OUT_ONE_IN = 5
# Waiting times between tries of S3 or Slack that are not to be had.
_RETRY_SECONDS = (5, 30, 120, 600, 3600)
# So often a picture is tried to be had before it is let be; what is to go is tried for ever.
MOST_TRIES = 12


class KeptStatus(StrEnum):
    """How far a picture is on its way into the bucket and out of it again. With the last its row goes, too."""

    WANTED = "wanted"
    KEPT = "kept"
    UNKEEPABLE = "unkeepable"
    REMOVING = "removing"
    REMOVED = "removed"


MOVES: Mapping[KeptStatus, frozenset[KeptStatus]] = {
    KeptStatus.WANTED: frozenset({KeptStatus.KEPT, KeptStatus.UNKEEPABLE, KeptStatus.REMOVING}),
    KeptStatus.KEPT: frozenset({KeptStatus.REMOVING}),
    KeptStatus.UNKEEPABLE: frozenset({KeptStatus.WANTED, KeptStatus.REMOVING}),
    KeptStatus.REMOVING: frozenset({KeptStatus.REMOVED}),
    KeptStatus.REMOVED: frozenset(),
}


@dataclass(frozen=True, slots=True)
class Source:
    """Which model said what of it: the endpoint's name, its release, and the job and data set behind that."""

    data_set: str
    class_index: int
    endpoint_name: str
    release: str
    model: str
    predicted: str
    confidence: float


@dataclass(frozen=True, slots=True)
class KeptPicture:
    """One picture with the label that people gave it; its id is its upload's.

    `key` is its S3 address, and empty until it lies there; whether it is `held_out`, and so never trained on, is not
    known before. `confidence` is how sure the model was of `predicted`, and `considered_for` the last data set version
    that took it or left it out. A `disputed` one lies where it is, and counts for nothing until it is settled.
    """

    id: str
    channel_id: str
    data_set: str
    label: str
    class_index: int
    endpoint_name: str
    release: str
    model: str
    predicted: str
    confidence: float
    labelled_by: tuple[str, ...]
    labelled_at: datetime
    keep_days: int
    kept_until: datetime
    due_at: datetime
    held_out: bool = False
    share: float = 1.0
    key: str = ""
    disputed: bool = False
    considered_for: str = ""
    removed_by: str = ""
    problem: str = ""
    tries: int = 0
    status: KeptStatus = KeptStatus.WANTED
    version: int = 0

    @property
    def learned(self) -> bool:
        """Whether it can be learned from now."""
        return self.status == KeptStatus.KEPT and not self.disputed


def is_held_out(image: bytes) -> bool:
    """By the picture as it is kept, so that one that was shared twice is on one side only, and for ever on the same."""
    return int.from_bytes(hashlib.sha256(image).digest()[:8]) % HELD_OUT_ONE_IN == 0


def wanted(upload: Upload, source: Source, verdict: Verdict, settings: ChannelSettings, now: datetime) -> KeptPicture:
    """The picture that is to be kept with the verdict's label."""
    return KeptPicture(
        id=upload.id,
        channel_id=upload.channel_id,
        data_set=source.data_set,
        label=verdict.label,
        class_index=source.class_index,
        endpoint_name=source.endpoint_name,
        release=source.release,
        model=source.model,
        predicted=source.predicted,
        confidence=source.confidence,
        labelled_by=verdict.by,
        labelled_at=now,
        keep_days=settings.keep_days,
        kept_until=now + settings.kept_for,
        due_at=now,
        share=_share(verdict),
    )


def relabelled(picture: KeptPicture, class_index: int, verdict: Verdict, now: datetime) -> KeptPicture:
    """The picture with what people say of it now; its time begins anew with another label only."""
    changed = replace(
        picture,
        label=verdict.label,
        class_index=class_index,
        labelled_by=verdict.by,
        share=_share(verdict),
        disputed=False,
    )
    if picture.status == KeptStatus.UNKEEPABLE:
        # Somebody cares: it may be had by now.
        changed = replace(changed, status=KeptStatus.WANTED, due_at=now, tries=0, problem="")
    if changed.label == picture.label:
        return changed
    return replace(changed, labelled_at=now, kept_until=now + timedelta(days=picture.keep_days))


def held_for(picture: KeptPicture, keep_days: int, now: datetime) -> KeptPicture:
    """The picture as the channel's setting has it now; 0 days: not at all."""
    if not keep_days:
        return leaving(replace(picture, keep_days=0), now)
    return replace(picture, keep_days=keep_days, kept_until=picture.labelled_at + timedelta(days=keep_days))


def leaving(picture: KeptPicture, now: datetime, by: str = "") -> KeptPicture:
    """The picture on its way out; what is on it already goes on."""
    if KeptStatus.REMOVING not in MOVES[picture.status]:
        return picture
    return replace(picture, status=KeptStatus.REMOVING, removed_by=by, due_at=now, tries=0, problem="")


def kept(picture: KeptPicture, key: str, *, held_out: bool = False) -> KeptPicture:
    return replace(picture, status=KeptStatus.KEPT, key=key, held_out=held_out, tries=0, problem="")


def unkeepable(picture: KeptPicture, problem: str) -> KeptPicture:
    return replace(picture, status=KeptStatus.UNKEEPABLE, problem=problem)


def postponed(picture: KeptPicture, problem: str, now: datetime) -> KeptPicture:
    """To be tried again later; what cannot be had after many tries is let be."""
    tries = picture.tries + 1
    if tries >= MOST_TRIES and picture.status == KeptStatus.WANTED:
        return unkeepable(replace(picture, tries=tries), problem)
    seconds = _RETRY_SECONDS[min(tries, len(_RETRY_SECONDS)) - 1]
    return replace(picture, tries=tries, problem=problem, due_at=now + timedelta(seconds=seconds))


def _share(verdict: Verdict) -> float:
    """How many of those who said something say this."""
    return len(verdict.by) / max(1, sum(len(side.by) for side in verdict.sides))
