"""What is counted of answers, billed and told of drift, in memory."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from statistics import fmean, variance

from bot.domain.drift import DriftNote, Sign, Window
from bot.domain.feedback import Opinion, Say, verdict
from bot.domain.in_use import InUse
from bot.domain.jobs import Job
from bot.domain.predictions import Prediction
from bot.domain.retrainings import Retraining
from bot.domain.spending import Service
from bot.domain.tunings import Tuning
from bot.domain.uploads import Upload, UploadStatus
from tests.fakes.feedback import FakeOpinions
from tests.fakes.pictures import FakeUploads

_NEVER = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class FakeRatedAnswers:
    """RatedAnswers, counted one by one."""

    uploads: FakeUploads
    opinions: FakeOpinions

    def in_use(self, releases: Collection[str]) -> Mapping[str, InUse]:
        counted: dict[str, InUse] = {}
        for upload in self.uploads.shelf.rows.values():
            if upload.release in releases and upload.status == UploadStatus.ANSWERED and upload.prediction:
                said = self.opinions.of([upload.id]).get(upload.id, [])
                before = counted.get(upload.release, InUse())
                if (right := _is_right(said, upload.prediction)) is not None:
                    counted[upload.release] = InUse(before.rated + 1, before.right + right)
        return counted

    def answered(self, release: str) -> int:
        return len(self._of(release))

    def first(self, release: str, limit: int) -> Window:
        return _window(self._of(release)[:limit])

    def last(self, release: str, limit: int) -> Window:
        return _window(self._of(release)[-limit:])

    def _of(self, release: str) -> list[Upload]:
        return self.uploads.shelf.where(
            lambda one: one.release == release and one.status == UploadStatus.ANSWERED and one.prediction is not None,
            lambda one: (one.settled_at or _NEVER, one.id),
        )


def _is_right(said: Sequence[Opinion], prediction: Prediction) -> bool | None:
    found = verdict(said)
    if found is None or found.disputed or found.say == Say.UNFAIR:
        return None
    return found.agrees_with(prediction)


def _window(answers: Sequence[Upload]) -> Window:
    predicted: dict[str, int] = {}
    predictions = [one.prediction for one in answers if one.prediction]
    for one in predictions:
        predicted[one.labels[0].name] = predicted.get(one.labels[0].name, 0) + 1
    margins = [one.margin for one in predictions]
    return Window(predicted, fmean(margins or [0.0]), variance(margins) if len(margins) > 1 else 0.0)


@dataclass(slots=True)
class FakeBilledRows:
    """BilledRows, as a test says."""

    all_jobs: list[Job] = field(default_factory=list)
    all_tunings: list[Tuning] = field(default_factory=list)
    all_services: list[Service] = field(default_factory=list)

    def jobs(self, since: datetime) -> list[Job]:
        return [one for one in self.all_jobs if one.active or (one.ended_at is not None and one.ended_at >= since)]

    def tunings(self, since: datetime) -> list[Tuning]:
        return [one for one in self.all_tunings if one.active or (one.ended_at is not None and one.ended_at >= since)]

    def services(self, since: datetime) -> list[Service]:
        return self.all_services


@dataclass(slots=True)
class FakeDriftNotes:
    """DriftNotes."""

    rows: dict[str, DriftNote] = field(default_factory=dict)

    def add(self, notes: Iterable[DriftNote]) -> int:
        new = {one.id: one for one in notes if one.id not in self.rows}
        self.rows |= new
        return len(new)

    def seen(self, release: str) -> set[Sign]:
        return {one.sign for one in self.rows.values() if one.release == release}

    def untold(self) -> list[DriftNote]:
        waiting = [one for one in self.rows.values() if one.told_at is None]
        return sorted(waiting, key=lambda one: (one.seen_at, one.id))

    def tried(self, note: DriftNote) -> DriftNote:
        self.rows[note.id] = replace(note, tries=note.tries + 1)
        return self.rows[note.id]

    def told(self, note: DriftNote, at: datetime) -> None:
        self.rows[note.id] = replace(self.rows[note.id], told_at=at)


@dataclass(slots=True)
class FakeDriftTeller:
    """DriftTeller; `refuses` are raised one after the other."""

    notes: list[DriftNote] = field(default_factory=list)
    refuses: list[Exception] = field(default_factory=list)

    def tell(self, note: DriftNote) -> None:
        if self.refuses:
            raise self.refuses.pop(0)
        self.notes.append(note)


@dataclass(slots=True)
class FakeOffers:
    """Offers, as a test says; the newest first."""

    rows: list[Retraining] = field(default_factory=list)

    def of_endpoint(self, name: str) -> list[Retraining]:
        return [one for one in self.rows if one.endpoint_name.lower() == name.lower()]
