"""Which pictures the card of a tuning wants now: its progress, and its accuracies against what it searched."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from bot.adapters.slack.charting import Picture
from bot.domain.cards import PROGRESS, SCATTERS
from bot.domain.tuning_results import shown_figures
from bot.domain.tunings import Tuning


@dataclass(frozen=True, slots=True)
class TuningDrawing:
    """What draws and describes a tuning's pictures."""

    progress: Callable[[Tuning], bytes]
    progress_alt: Callable[[Tuning], str]
    scatters: Callable[[Tuning], bytes]
    scatters_alt: Callable[[Tuning], str]


def tuning_pictures(tuning: Tuning, drawing: TuningDrawing) -> dict[str, Picture]:
    """By name; none before a job has a result."""
    if tuning.best is None:
        return {}
    digest = hashlib.sha256(repr(shown_figures(tuning)).encode()).hexdigest()[:16]
    progress = Picture(
        digest=digest,
        file_name=f"{tuning.name}-progress.png",
        title=f"{tuning.name}: accuracy of each job",
        alt=drawing.progress_alt(tuning),
        draw=lambda: drawing.progress(tuning),
    )
    scatters = Picture(
        digest=digest,
        file_name=f"{tuning.name}-hyperparameters.png",
        title=f"{tuning.name}: accuracy by hyperparameter",
        alt=drawing.scatters_alt(tuning),
        draw=lambda: drawing.scatters(tuning),
    )
    return {PROGRESS: progress, SCATTERS: scatters}
