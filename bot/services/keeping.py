"""Brings the bucket into agreement with what people say of pictures, and with how long their channels keep them."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from bot.domain import feedback, forgetting, image_rules, kept_pictures
from bot.domain.datasets import DataSet
from bot.domain.endpoints import Endpoint
from bot.domain.feedback import Verdict
from bot.domain.image_rules import FORMATS, MOST_BYTES_TO_CONVERT
from bot.domain.kept_pictures import KeptPicture, KeptStatus, Source
from bot.domain.preparations import PreparationStatus
from bot.domain.uploads import Upload
from bot.errors import BusyError, ChatBusyError, ChatError, PlatformError, RefusedError, StaleError
from bot.ports import (
    ChannelRows,
    Clock,
    DataSets,
    Endpoints,
    Images,
    KeptPictures,
    Opinions,
    Preparations,
    TickLock,
    Uploads,
)
from bot.services.differing import Differing
from bot.services.fetching import Fetching
from bot.services.rows import each

# What was cut off on its way to S3 may arrive there later than its removal, which is done once more after this.
LATE = timedelta(minutes=10)
log = logging.getLogger(__name__)


class FeedbackFolder(Protocol):
    """Where pictures are kept: a folder of each data set. Calls may raise BusyError or PlatformError."""

    def put(self, data_set: str, upload_id: str, image: bytes, content_type: str) -> str:
        """Returns the picture's address, which is the same each time."""

    def remove(self, data_set: str, upload_id: str) -> None:
        """Remove the picture and every version of it; where there is none, nothing."""

    def write_manifest(self, data_set: str, pictures: Sequence[KeptPicture], classes: Sequence[str]) -> None:
        """Have the manifest list these, and no version of it anything else."""


@dataclass(frozen=True, slots=True)
class LearningRows:
    """The stores of what is learned from."""

    uploads: Uploads
    opinions: Opinions
    kept_pictures: KeptPictures
    channel_settings: ChannelRows
    endpoints: Endpoints
    data_sets: DataSets
    preparations: Preparations


class Keeping:
    """One worker at a time: it is told, or looks now and then, what is to be kept and what is to go."""

    def __init__(
        self,
        rows: LearningRows,
        vendors: tuple[Fetching, Images, FeedbackFolder],
        differing: Differing,
        lock: TickLock,
        clock: Clock,
    ) -> None:
        self._rows = rows
        self._kept = rows.kept_pictures
        self._files, self._images, self._folder = vendors
        self._differing = differing
        self._lock = lock
        self._clock = clock
        # No row, for with this process ends whatever it was sending.
        self._removed: dict[str, tuple[str, datetime]] = {}

    def work_once(self) -> bool:
        """A step for everything that is due for one. True: there is more to do soon."""
        with self._lock.held() as mine:
            if not mine:
                return False
            unweighed = self._rows.opinions.unweighed()
            each("opinion", unweighed, self._weigh)
            each("held_question", self._differing.held(), self._ask)
            each("kept_setting", self._kept.out_of_step(), self._hold)
            each("kept_data_set", self._kept.data_sets(), self._mind_data_set)
            due = self._kept.due(self._clock())
            each("kept_picture", [one for one in due if one.status != KeptStatus.REMOVING], self._advance)
            # First the lines and then the pictures: nobody reads of one that is gone.
            each("feedback_manifest", self._kept.behind(), self._write_manifest)
            each("kept_picture", self._leaving(), self._remove)
            each("late_picture", list(self._removed), self._remove_again)
            # What could not be weighed now is not tried again at once.
            return bool(due) or self._rows.opinions.unweighed() not in ([], unweighed)

    def _weigh(self, upload_id: str) -> None:
        said = self._rows.opinions.of([upload_id]).get(upload_id, [])
        upload, verdict = self._rows.uploads.get(upload_id), feedback.verdict(said)
        if verdict is not None and not forgetting.is_forgotten(upload):
            self._bring(upload, verdict)
            self._differing.follow(upload, verdict)
        self._rows.opinions.weighed(said)

    def _ask(self, upload_id: str) -> None:
        """What a thread was not told when it was weighed, as people see it now."""
        upload = self._rows.uploads.get(upload_id)
        verdict = feedback.verdict(self._rows.opinions.of([upload_id]).get(upload_id, []))
        if verdict is None or forgetting.is_forgotten(upload):
            self._differing.drop(upload_id)
        else:
            self._differing.follow(upload, verdict)

    def _bring(self, upload: Upload, verdict: Verdict) -> None:
        """Have the picture's row be what the verdict wants."""
        picture, now = self._kept.find(upload.id), self._clock()
        settings = self._rows.channel_settings.of(upload.channel_id)
        if picture is None:
            source = self._source(upload, verdict) if verdict.is_label and settings.keeps else None
            if source is not None:
                self._kept.add(kept_pictures.wanted(upload, source, verdict, settings, now))
                log.info("picture_wanted upload=%s data_set=%s", upload.id, source.data_set)
        elif picture.status == KeptStatus.REMOVING:
            if verdict.is_label and settings.keeps:
                raise StaleError("It is on its way out, and is kept anew once that is done.")
        elif verdict.is_label:
            source = self._source(upload, verdict)
            index = source.class_index if source else picture.class_index
            self._kept.save(kept_pictures.relabelled(picture, index, verdict, now))
        elif verdict.disputed and picture.status != KeptStatus.WANTED:
            self._kept.save(replace(picture, disputed=True))
        else:
            self._kept.save(kept_pictures.leaving(picture, now))

    def _source(self, upload: Upload, verdict: Verdict) -> Source | None:
        """None: its data set is gone, or knows no such class, or a picture of it has several."""
        endpoint = self._rows.endpoints.find(upload.release) or self._rows.endpoints.named(upload.endpoint_name)
        data_set = self._rows.data_sets.all().get(endpoint.data_set) if endpoint else None
        if endpoint is None or data_set is None or data_set.multi_label or verdict.label not in data_set.classes:
            log.info("picture_not_learned upload=%s", upload.id)
            return None
        return _source(upload, endpoint, data_set, verdict.label)

    def _hold(self, out_of_step: tuple[KeptPicture, int]) -> None:
        self._kept.save(kept_pictures.held_for(*out_of_step, self._clock()))

    def _mind_data_set(self, name: str) -> None:
        """With a data set that somebody removed goes what was kept for it, or was to be."""
        preparation = self._rows.preparations.named(name)
        if preparation is not None and preparation.status == PreparationStatus.REMOVED:
            now = self._clock()
            each("kept_picture", self._kept.all_of(name), lambda one: self._kept.save(kept_pictures.leaving(one, now)))

    def _advance(self, picture: KeptPicture) -> None:
        if picture.status == KeptStatus.WANTED:
            self._keep(picture)
        else:
            self._kept.save(kept_pictures.leaving(picture, self._clock()))
            log.info("picture_kept_long_enough upload=%s", picture.id)

    def _keep(self, picture: KeptPicture) -> None:
        upload, now = self._rows.uploads.get(picture.id), self._clock()
        if forgetting.is_forgotten(upload):
            self._kept.save(kept_pictures.leaving(picture, now))
            return
        try:
            image, content_type = self._cleaned(upload)
            key = self._folder.put(picture.data_set, picture.id, image, content_type)
        except (BusyError, ChatBusyError, PlatformError) as error:
            self._kept.save(kept_pictures.postponed(picture, error.what, now))
            log.warning("picture_postponed upload=%s code=%s", picture.id, error.code)
        except (RefusedError, ChatError) as error:
            self._kept.save(kept_pictures.unkeepable(picture, error.what))
            log.info("picture_unkeepable upload=%s code=%s", picture.id, error.code)
        else:
            self._kept.save(kept_pictures.kept(picture, key, held_out=kept_pictures.is_held_out(image)))
            log.info("picture_kept upload=%s", picture.id)

    def _cleaned(self, upload: Upload) -> tuple[bytes, str]:
        """The picture without its metadata and upright, as the model saw it, and its content type."""
        image = self._files.fetch(upload, MOST_BYTES_TO_CONVERT)
        keeps_all = image_rules.keeps_all(self._images.look(image))
        clean = self._images.cleaned(image) if keeps_all else self._images.converted(image)
        return clean, FORMATS[self._images.look(clean).format]

    def _write_manifest(self, behind: tuple[str, int]) -> None:
        name, number = behind
        data_set = self._rows.data_sets.all().get(name)
        self._folder.write_manifest(name, self._kept.learned(name), data_set.classes if data_set else ())
        self._kept.written(name, number)

    def _leaving(self) -> list[tuple[KeptPicture, bool]]:
        """Those on their way out, and whether their line may still stand in the manifest."""
        listed = {name for name, _ in self._kept.behind()}
        due = self._kept.due(self._clock())
        return [(one, one.data_set in listed) for one in due if one.status == KeptStatus.REMOVING]

    def _remove(self, leaving: tuple[KeptPicture, bool]) -> None:
        picture, listed = leaving
        if listed:
            # It makes room for the pictures of other data sets.
            self._kept.save(kept_pictures.postponed(picture, "The manifest is not written yet.", self._clock()))
            return
        try:
            self._folder.remove(picture.data_set, picture.id)
        except PlatformError as error:
            self._kept.save(kept_pictures.postponed(picture, error.what, self._clock()))
            log.warning("picture_not_removed upload=%s code=%s", picture.id, error.code)
        else:
            self._kept.drop(picture)
            self._removed[picture.id] = picture.data_set, self._clock() + LATE
            log.info("picture_removed upload=%s by=%s", picture.id, picture.removed_by)

    def _remove_again(self, upload_id: str) -> None:
        data_set, due_at = self._removed[upload_id]
        if self._clock() < due_at:
            return
        if self._kept.find(upload_id) is None:
            self._folder.remove(data_set, upload_id)
        del self._removed[upload_id]


def _source(upload: Upload, endpoint: Endpoint, data_set: DataSet, label: str) -> Source:
    labels = upload.prediction.labels if upload.prediction else ()
    return Source(
        data_set=data_set.name,
        class_index=data_set.classes.index(label),
        endpoint_name=endpoint.name,
        release=endpoint.id,
        model=endpoint.job_name,
        predicted=labels[0].name if labels else "",
        confidence=labels[0].probability if labels else 0.0,
    )
