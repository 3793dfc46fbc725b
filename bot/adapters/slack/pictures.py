"""Which pictures the card of a subject wants now: a job its curves, a data set its bars and its contact sheet."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bot.adapters.slack.charting import Picture
from bot.adapters.slack.tuning_pictures import TuningDrawing, tuning_pictures
from bot.domain.cards import ACCURACY, BARS, BEST, CONTACT_SHEET, CURVES, DeploymentCase, Subject
from bot.domain.comparisons import Compared
from bot.domain.editions import DigestCase, charted
from bot.domain.jobs import Job
from bot.domain.metrics import Curve
from bot.domain.preparations import ClassCount, Preparation, PreparationStatus
from bot.domain.tunings import Tuning
from bot.views import datasets as data_set_views
from bot.views import evidence as evidence_views

Named = tuple[str, Curve]
CONTACT_SHEET_FILE = "contact-sheet.jpg"
_WITH_PICTURES = frozenset({PreparationStatus.READY, PreparationStatus.REMOVING})


@dataclass(frozen=True, slots=True)
class Drawing:
    """What draws and describes the pictures. `kept` reads a file that a preparation left, None where there is none."""

    accuracy: Callable[[Curve, str], bytes]
    accuracy_alt: Callable[[Curve], str]
    bars: Callable[[Sequence[ClassCount]], bytes]
    bars_alt: Callable[[Sequence[ClassCount]], str]
    kept: Callable[[Preparation, str], bytes | None]
    compared: Callable[[Sequence[Named]], bytes]
    compared_alt: Callable[[Sequence[Named]], str]
    tuning: TuningDrawing
    best: Callable[[Sequence[tuple[str, float]]], bytes]
    best_alt: Callable[[Sequence[tuple[str, float]]], str]


def wanted(subject: Subject, drawing: Drawing) -> dict[str, Picture]:
    """By name; nothing is drawn before it is known that it changed."""
    match subject:
        case Job() if subject.curve:
            return {ACCURACY: _accuracy(subject, drawing)}
        case Preparation() if subject.status in _WITH_PICTURES and subject.summary.classes:
            return {BARS: _bars(subject, drawing), CONTACT_SHEET: _contact_sheet(subject, drawing)}
        case Compared() | DeploymentCase():
            return _curves(subject, drawing)
        case Tuning():
            return tuning_pictures(subject, drawing.tuning)
        case DigestCase() if charted(subject.contents):
            return {BEST: _best(subject, drawing)}
        case _:
            return {}


def _curves(subject: Compared | DeploymentCase, drawing: Drawing) -> dict[str, Picture]:
    if isinstance(subject, Compared):
        return {CURVES: _compared(subject, drawing)} if any(job.curve for job in subject.jobs) else {}
    return {CURVES: _candidate(subject, drawing)} if subject.job.curve else {}


def curve_digest(curve: Curve) -> str:
    """The same for the same figures."""
    return _digest([(epoch.number, epoch.train, epoch.validation) for epoch in curve.epochs])


def _accuracy(job: Job, drawing: Drawing) -> Picture:
    return Picture(
        digest=curve_digest(job.curve),
        file_name=f"{job.name}.png",
        title=job.name,
        alt=drawing.accuracy_alt(job.curve),
        draw=lambda: drawing.accuracy(job.curve, job.name),
    )


def _compared(compared: Compared, drawing: Drawing) -> Picture:
    named = [(job.name, job.curve) for job in compared.jobs]
    return Picture(
        digest=_digest([curve_digest(curve) for _, curve in named]),
        file_name="comparison.png",
        title=f"{', '.join(name for name, _ in named)}: validation accuracy",
        alt=drawing.compared_alt(named),
        draw=lambda: drawing.compared(named),
    )


def _candidate(case: DeploymentCase, drawing: Drawing) -> Picture:
    """Its curve, beside that of what is live; a decided request keeps the picture that it was decided on."""
    live = case.evidence.live_job
    if not case.approval.pending:
        return replace(_accuracy(case.job, drawing), digest="decided", draw=lambda: None)
    if live is None or not live.curve:
        return replace(_accuracy(case.job, drawing), file_name=f"{case.job.name}-candidate.png")
    named = [(case.job.name, case.job.curve), (live.name, live.curve)]
    return Picture(
        digest=_digest([curve_digest(curve) for _, curve in named]),
        file_name=f"{case.job.name}-candidate.png",
        title=f"{case.job.name}, and {live.name}, which is live",
        alt=evidence_views.picture_alt(case, drawing.compared_alt(named)),
        draw=lambda: drawing.compared(named),
    )


def _best(case: DigestCase, drawing: Drawing) -> Picture:
    best = charted(case.contents)
    return Picture(
        digest=_digest(best),
        file_name=f"{case.edition.id}.png",
        title="Best validation accuracies",
        alt=drawing.best_alt(best),
        draw=lambda: drawing.best(best),
    )


def _bars(preparation: Preparation, drawing: Drawing) -> Picture:
    classes = preparation.summary.classes
    return Picture(
        digest=_digest([(one.name, one.train, one.validation, one.left_out) for one in classes]),
        file_name=f"{preparation.name}-classes.png",
        title=f"{preparation.name}: images in each class",
        alt=drawing.bars_alt(classes),
        draw=lambda: drawing.bars(classes),
    )


def _contact_sheet(preparation: Preparation, drawing: Drawing) -> Picture:
    return Picture(
        digest=_digest(preparation.id),
        file_name=f"{preparation.name}-images.jpg",
        title=f"{preparation.name}: a few images of each class",
        alt=data_set_views.contact_sheet_alt(preparation),
        draw=lambda: drawing.kept(preparation, CONTACT_SHEET_FILE),
    )


def _digest(figures: object) -> str:
    return hashlib.sha256(repr(figures).encode()).hexdigest()[:16]
