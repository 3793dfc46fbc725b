"""Make AWS agree with the jobs' rows and the rows with AWS: start, stop, observe, read the log."""

import logging
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from bot.domain import jobs, metrics, moves, rule_findings, watchdog
from bot.domain.jobs import Job, JobStatus
from bot.errors import BusyError, DarkroomError, GoneError
from bot.ports import Clock, DataSets, Jobs, TrainingPlatform
from bot.services.lookout import Lookout
from bot.services.rows import each

LATE_LINES = timedelta(minutes=2)
# The container that prints runs from the phase after these on, so that until then there is no log to look for.
# https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_SecondaryStatusTransition.html
SILENT_PHASES = frozenset({"Starting", "Pending", "Downloading", "DownloadingTrainingImage"})
STOPPING_PHASE = "Stopping"
log = logging.getLogger(__name__)


class JobFollower:
    """Moves every unfinished job one step on, at each tick."""

    def __init__(self, rows: Jobs, data_sets: DataSets, platform: TrainingPlatform, clock: Clock) -> None:
        self._jobs = rows
        self._data_sets = data_sets
        self._platform = platform
        self._clock = clock
        self._lookout = Lookout(platform, clock)

    def advance_all(self) -> None:
        """One step for every job that is due for one."""
        active = self._jobs.active()
        each("job", [job for job in active if is_asked(job)], self._carry_out)
        running = [job for job in active if not is_asked(job)]
        due = self._lookout.due(running)
        each("job", due, self._observe)
        looked_at = {job.id for job in due}
        printing = [job for job in running if job.id not in looked_at and may_print(job)]
        each("log", self._lookout.unread(printing), self._read_on)
        each("late_log", [job for job in self._jobs.recent(50) if self._may_have_more(job)], self._read_late)

    def carry_out_asked(self) -> None:
        """One step for the jobs that people asked for something which AWS has not been told yet."""
        each("job", [job for job in self._jobs.active() if is_asked(job)], self._carry_out)

    def look_at(self, names: Iterable[str]) -> None:
        """A look at those of them that run, before their turn."""
        found = [self._jobs.named(name) for name in dict.fromkeys(names)]
        each("job", [job for job in found if job and job.active and not is_asked(job)], self._observe)

    def _carry_out(self, job: Job) -> None:
        match job.status:
            case JobStatus.REQUESTED:
                self._start(job)
            case JobStatus.STOPPING:
                self._stop(job)
            case _:
                self._observe(job)

    def _start(self, job: Job) -> None:
        data_set = self._data_sets.all().get(job.data_set)
        if data_set is None:
            self._fail(job, f"The data set {job.data_set} has gone from the bucket.")
            return
        try:
            self._platform.start(job, data_set)
        except BusyError:
            raise
        except DarkroomError as error:
            self._fail(job, error.sentences)
        else:
            log.info("job_started id=%s name=%s", job.id, job.name)
            self._jobs.save(moves.moved(job, JobStatus.RUNNING))

    def _stop(self, job: Job) -> None:
        try:
            self._platform.stop(job.name)
        except GoneError:
            # Stopped before AWS was asked to start it.
            self._jobs.save(replace(moves.moved(job, JobStatus.STOPPED), ended_at=self._clock()))
        else:
            self._observe(job)

    def _observe(self, job: Job) -> None:
        self._lookout.looks(job)
        try:
            snapshot = self._platform.observe(job.name)
        except GoneError:
            self._fail(job, "SageMaker no longer knows this job; somebody deleted it there.")
            return
        seen = rule_findings.with_results(jobs.observed(job, snapshot), snapshot.rule_results)
        if may_print(seen):
            seen = self._with_its_log(seen)
        if seen != job:
            self._jobs.save(seen)
        self._lookout.has_seen(seen)
        if seen.status != job.status:
            log.info("job_changed id=%s name=%s from=%s to=%s", job.id, job.name, job.status, seen.status)

    def _read_on(self, job: Job) -> None:
        seen = self._with_its_log(job)
        if seen != job:
            self._jobs.save(seen)

    def _with_its_log(self, job: Job) -> Job:
        self._lookout.reads(job)
        lines, position = self._platform.log_lines(job.name, job.log_position)
        curve = metrics.absorb(job.curve, lines, job.made_by.curve)
        read = replace(job, curve=curve, log_position=position)
        return watchdog.watched(read, lines, self._clock())

    def _may_have_more(self, job: Job) -> bool:
        """CloudWatch may deliver a job's last lines after SageMaker has called it complete."""
        ended = job.ended_at if job.status == JobStatus.COMPLETED else None
        return ended is not None and job.curve.last_number < job.epochs and self._clock() - ended < LATE_LINES

    def _read_late(self, job: Job) -> None:
        lines, position = self._platform.log_lines(job.name, job.log_position)
        curve = metrics.absorb(job.curve, lines, job.made_by.curve)
        if curve != job.curve:
            self._jobs.save(replace(job, curve=curve, log_position=position))

    def _fail(self, job: Job, reason: str) -> None:
        log.warning("job_failed id=%s name=%s", job.id, job.name)
        self._jobs.save(replace(moves.moved(job, JobStatus.FAILED), failure_reason=reason, ended_at=self._clock()))


def is_asked(job: Job) -> bool:
    """Whether people want something of the job that AWS does not know of; that it stops, AWS tells by its phases."""
    match job.status:
        case JobStatus.REQUESTED:
            return True
        case JobStatus.STOPPING:
            return not any(phase.name == STOPPING_PHASE for phase in job.phases)
        case _:
            return False


def may_print(job: Job) -> bool:
    """Whether the job may have printed since its log was last read; what it prints is kept, so later is no loss."""
    return job.status != JobStatus.RUNNING or not job.phases or job.phases[-1].name not in SILENT_PHASES
