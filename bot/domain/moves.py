"""The moves of jobs and of tunings, which are the same: from one status to another, and towards a stop."""

from dataclasses import replace
from typing import TypeVar

from bot.domain.jobs import MOVES, Job, JobStatus
from bot.domain.tunings import Tuning
from bot.errors import WrongStateError

Run = TypeVar("Run", Job, Tuning)


def moved(run: Run, status: JobStatus) -> Run:
    """It in its new status; the same status is no move."""
    if status == run.status:
        return run
    if status not in MOVES[run.status]:
        raise WrongStateError(f"*{run.name}* is {run.status} already.")
    return replace(run, status=status)


def stop_asked(run: Run, by: str) -> Run:
    """It on its way to stopping, with who asked for that."""
    if run.status == JobStatus.STOPPING:
        # Somebody may have stopped it in AWS's console, and then nobody here asked.
        asked = f"; <@{run.stopped_by}> asked for it." if run.stopped_by else "."
        raise WrongStateError(f"*{run.name}* is stopping already{asked}")
    return replace(moved(run, JobStatus.STOPPING), stopped_by=by)
