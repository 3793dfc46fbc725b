"""The watchdog over a running job: pure, from its curve and its newest lines to what is worth a word to people.

Each threshold stands here once, with why it is what it is. One new sign is told at a look, the gravest first, and none
twice: what was told stands on the job.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.jobs import Job, JobStatus
from bot.domain.metrics import Epoch
from bot.domain.notices import Notice, Sign

TRAINING_PHASE = "Training"
# The algorithm prints a line every few batches; the slowest first batch, over many images, takes minutes.
SILENT_AFTER = timedelta(minutes=15)
# A network that learns at all is above chance within a few epochs. How far above a majority class would bring it
# without learning is not known, so only what hugs chance itself is meant: within 5 % of the way from there to 1.
STALLED_EPOCHS, STALLED_SHARE = 5, 0.05
# Accuracy shakes by some points from epoch to epoch. Ten points below the best for three in a row is no shaking.
FALLING_EPOCHS, FALLING_POINTS = 3, 0.10
# Training gets no worse while validation does: not now and then, but for three epochs since the best.
OVERFITTING_EPOCHS, OVERFITTING_LOSS, OVERFITTING_GAP, OVERFITTING_GROWTH = 3, 0.02, 0.10, 0.05
# Half a point is what an image or two make of it in a small validation set.
PLATEAU_EPOCHS, PLATEAU_POINTS, PLATEAU_LEFT = 8, 0.005, 3
_NOT_A_NUMBER = re.compile(r"(?:accuracy|entropy|loss)\s*[=:]\s*-?(?:nan|inf)\b", re.IGNORECASE)
_Look = Callable[[Job, Sequence[Epoch]], str]


def watched(job: Job, lines: Sequence[str], now: datetime) -> Job:
    """The job after a look at its newest lines: when it printed last, and what the watchdog says of it now."""
    seen = replace(job, printed_at=now) if lines else job
    if job.status != JobStatus.RUNNING:
        return seen
    told = {notice.sign for notice in job.warned}
    signs = (notice for notice in _signs(seen, lines, now) if notice.sign not in told)
    new = next(signs, None)
    return replace(seen, warned=(*seen.warned, new)) if new else seen


def untold(job: Job, announced: str) -> tuple[Notice, ...]:
    """What came after the sign that was announced last."""
    signs = [str(notice.sign) for notice in job.warned]
    return job.warned[signs.index(announced) + 1 :] if announced in signs else job.warned


def _signs(job: Job, lines: Iterable[str], now: datetime) -> Iterable[Notice]:
    # In one piece: a call for each of a long log's lines would take most of the time.
    if _NOT_A_NUMBER.search("\n".join(lines)):
        yield Notice(Sign.NOT_A_NUMBER, _BROKEN.format(rate=job.made_by.terms.rate))
    validated = [epoch for epoch in job.curve.epochs if epoch.validation is not None]
    for sign, look in _LOOKS.items():
        if said := look(job, validated):
            yield Notice(sign, said)
    if said := _silent(job, now):
        yield Notice(Sign.SILENT, said)


_BROKEN = (
    "its log has figures that are no numbers (NaN): the training has diverged and will not recover. Stop it, and train "
    "again with a tenth of the `{rate}`."
)


def _stalled(job: Job, epochs: Sequence[Epoch]) -> str:
    if len(epochs) < STALLED_EPOCHS or len(job.classes) < 2 or job.hyperparameters.get("multi_label") == "1":
        return ""
    chance = 1 / len(job.classes)
    best = max(max(epoch.train or 0.0, epoch.validation or 0.0) for epoch in epochs)
    if best > chance + STALLED_SHARE * (1 - chance):
        return ""
    return (
        f"after {len(epochs)} epochs its accuracy is still about that of guessing ({_percent(chance)} for "
        f"{len(job.classes)} classes), in training too. A smaller `{job.made_by.terms.rate}` or a pretrained model may "
        "help."
    )


def _falling(job: Job, epochs: Sequence[Epoch]) -> str:
    best = job.curve.best
    last = epochs[-FALLING_EPOCHS:]
    if best is None or any(_below(best, epoch) < FALLING_POINTS or epoch.number <= best.number for epoch in last):
        return ""
    return (
        f"its validation accuracy has fallen from {_percent(best.validation)} (epoch {best.number}) to "
        f"{_percent(last[-1].validation)}, and has been at least {FALLING_POINTS * 100:g} points below its best for "
        f"{FALLING_EPOCHS} epochs. A smaller `{job.made_by.terms.rate}` usually helps."
    )


def _overfitting(job: Job, epochs: Sequence[Epoch]) -> str:
    best, last = job.curve.best, epochs[-1] if epochs else None
    if best is None or last is None or last.number - best.number < OVERFITTING_EPOCHS:
        return ""
    before, after = _gap(best), _gap(last)
    if before is None or after is None or (last.train or 0.0) < (best.train or 0.0):
        return ""
    is_wide = after >= OVERFITTING_GAP and after - before >= OVERFITTING_GROWTH
    if not is_wide or any(_below(best, epoch) < OVERFITTING_LOSS for epoch in epochs[-OVERFITTING_EPOCHS:]):
        return ""
    return (
        f"it overfits: since epoch {best.number} training went on to {_percent(last.train)} while validation fell from "
        f"{_percent(best.validation)} to {_percent(last.validation)}. "
        f"{_listed(_helps(job, ('augmentation_type=crop_color', 'early_stopping=True')))}; more epochs do not."
    )


def _plateau(job: Job, epochs: Sequence[Epoch]) -> str:
    left = job.epochs - job.curve.last_number
    if any(notice.sign in _NOT_LEARNING for notice in job.warned):
        return ""
    if len(epochs) <= PLATEAU_EPOCHS or left < PLATEAU_LEFT or job.hyperparameters.get("early_stopping") == "True":
        return ""
    earlier, last = epochs[:-PLATEAU_EPOCHS], epochs[-PLATEAU_EPOCHS:]
    reached = max(epoch.validation or 0.0 for epoch in earlier)
    if max(epoch.validation or 0.0 for epoch in last) > reached + PLATEAU_POINTS:
        return ""
    return (
        f"its validation accuracy has not got better than {_percent(reached)} by more than half a point for "
        f"{PLATEAU_EPOCHS} epochs, and {left:,} are left. {_against_plateau(job)}"
    )


def _against_plateau(job: Job) -> str:
    if "lr_scheduler_step" not in job.made_by.table:
        return f"A smaller `{job.made_by.terms.rate}` may find something better; its best epoch is kept."
    return "`lr_scheduler_step` lowers the learning rate on the way; `early_stopping=True` would have ended it."


def _helps(job: Job, words: Iterable[str]) -> list[str]:
    """Those of the words that the job's recipe knows."""
    return [f"`{word}`" for word in words if word.split("=")[0] in job.made_by.table]


def _listed(words: Sequence[str]) -> str:
    """What helps against overfitting, more images above all."""
    return f"More images, {' or '.join(words)} help" if words else "More images help"


def _silent(job: Job, now: datetime) -> str:
    phase = job.phases[-1] if job.phases else None
    if phase is None or phase.name != TRAINING_PHASE or phase.ended_at is not None:
        return ""
    since = max(filter(None, (job.printed_at, phase.began_at)))
    if now - since < SILENT_AFTER:
        return ""
    minutes = int((now - since).total_seconds() // 60)
    return f"it trains, and has printed nothing for {minutes} minutes. It may hang; AWS bills it until it ends."


# Each of these says already that nothing gets better.
_NOT_LEARNING = frozenset({Sign.STALLED, Sign.FALLING, Sign.OVERFITTING})
_LOOKS: dict[Sign, _Look] = {
    Sign.STALLED: _stalled,
    Sign.FALLING: _falling,
    Sign.OVERFITTING: _overfitting,
    Sign.PLATEAU: _plateau,
}


def _below(best: Epoch, epoch: Epoch) -> float:
    # Rounded, for 0.9 - 0.8 is a little less than 0.1.
    return round((best.validation or 0.0) - (epoch.validation or 0.0), 6)


def _gap(epoch: Epoch) -> float | None:
    if epoch.train is None or epoch.validation is None:
        return None
    return round(epoch.train - epoch.validation, 6)


def _percent(share: float | None) -> str:
    return f"{(share or 0.0) * 100:.1f} %"
