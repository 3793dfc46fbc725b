"""The life of one tuning job, in a thread of its own: it chooses, launches, watches and gives up training jobs."""

import contextlib
import logging
import secrets
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sandbox.sagemaker.errors import AwsError
from sandbox.sagemaker.job_record import Status
from sandbox.sagemaker.training_jobs import TrainingJobs
from sandbox.sagemaker.tuning_course import Course, Verdict, verdict
from sandbox.sagemaker.tuning_ranges import ranges_of
from sandbox.sagemaker.tuning_record import (
    OBJECTIVE_HYPERPARAMETER,
    Child,
    Outcome,
    TuningJob,
    TuningStatus,
    outcomes_of,
    tuning_ended,
)
from sandbox.sagemaker.tuning_rules import epochs_of, resource_of
from sandbox.sagemaker.tuning_search import Choice, Search, Strategy, Trial
from sandbox.sagemaker.tuning_stopping import Rungs, median_rule_stops
from sandbox.sagemaker.tuning_warm_start import known_trials

logger = logging.getLogger(__name__)

LOOK_SECONDS = 0.05

Change = Callable[[TuningJob], TuningJob]
# What a training job takes over from the definition as it is.
_TAKEN_OVER = (
    "AlgorithmSpecification",
    "RoleArn",
    "InputDataConfig",
    "VpcConfig",
    "OutputDataConfig",
    "ResourceConfig",
    "StoppingCondition",
    "EnableNetworkIsolation",
    "EnableInterContainerTrafficEncryption",
    "EnableManagedSpotTraining",
    "RetryStrategy",
    "Environment",
)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a tuning run shares with others; `change` applies a move to its record and returns it as it then is."""

    training: TrainingJobs
    change: Callable[[Change], TuningJob]
    closing: threading.Event


class TuningRun:
    """Runs a tuning job to its end; `inherited` is what earlier tuning jobs tried, for a warm start."""

    def __init__(
        self, tuning: TuningJob, tags: list[dict[str, str]], inherited: Sequence[Trial], around: Surroundings
    ) -> None:
        self._name = tuning.name
        self._tags = tags
        self._inherited = list(inherited)
        self._around = around
        self._search = _search(tuning)
        self._judge = _judge(tuning)
        self._judged: dict[str, int] = {}
        self._exhausted = False
        self._broken_off: Verdict | None = None
        self._thread = threading.Thread(target=self._run, name=f"tuning-{tuning.name}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def join(self, seconds: float) -> None:
        self._thread.join(seconds)

    def _run(self) -> None:
        try:
            while not self._over():
                self._around.closing.wait(LOOK_SECONDS)
        except Exception:
            # The guard of the thread: a tuning job whose thread died would be InProgress for ever.
            logger.exception("tuning_run_broke tuning=%s", self._name)
            self._end(TuningStatus.FAILED, "InternalServerError: We encountered an internal error. Please try again.")

    def _over(self) -> bool:
        """One look at the training jobs, and what follows from it; true where nothing is left to do."""
        if self._around.closing.is_set():
            return True
        tuning = self._around.change(lambda one: one)
        outcomes = outcomes_of(tuning, self._around.training.job)
        decided = self._broken_off or verdict(tuning, outcomes, time.time(), exhausted=self._exhausted)
        running = [one for one in outcomes if not one.over]
        match decided.course:
            case Course.GO_ON:
                self._launch_more(tuning, outcomes, len(running))
            case Course.BREAK_OFF:
                self._broken_off = decided
                self._stop(running)
        if decided.course is not Course.GO_ON and not running:
            self._end(decided.status, decided.failure)
            return True
        self._give_up(outcomes)
        return False

    def _launch_more(self, tuning: TuningJob, outcomes: Sequence[Outcome], running: int) -> None:
        trials = self._inherited + known_trials(tuning, outcomes, self._search.ranges)
        parallel = tuning.config["ResourceLimits"]["MaxParallelTrainingJobs"]
        if running >= parallel:
            return
        choice = self._search.next(trials, len(outcomes))
        if choice is None:
            self._exhausted = True
            return
        self._launch(tuning, len(outcomes) + 1, choice)

    def _launch(self, tuning: TuningJob, number: int, choice: Choice) -> None:
        name = f"{tuning.name}-{number:03d}-{secrets.token_hex(4)}"
        self._around.training.launch(child_request(tuning, name, choice, self._tags), tuning.arn)
        logger.info("tuning_job_launched tuning=%s job=%s", tuning.name, name)
        self._around.change(lambda one: replace(one, children=(*one.children, Child(name, choice))))

    def _give_up(self, outcomes: Sequence[Outcome]) -> None:
        """Stops what the judge finds hopeless, looking at each epoch once."""
        for number, one in enumerate(outcomes):
            seen, epochs = self._judged.get(one.job.name, 0), len(one.curve)
            self._judged[one.job.name] = epochs
            if one.over or self._judge is None:
                continue
            if any(self._judge(number, epoch, outcomes) for epoch in range(seen + 1, epochs + 1)):
                logger.info("tuning_job_stops_early tuning=%s job=%s", self._name, one.job.name)
                self._stop([one])

    def _stop(self, running: Sequence[Outcome]) -> None:
        for one in running:
            # A job that ended meanwhile needs no stop.
            with contextlib.suppress(AwsError):
                if one.job.status is not Status.STOPPING:
                    self._around.training.stop({"TrainingJobName": one.job.name})

    def _end(self, status: TuningStatus, failure: str | None) -> None:
        logger.info("tuning_job_ended tuning=%s status=%s", self._name, status)
        self._around.change(lambda one: tuning_ended(one, status, time.time(), failure))


Judge = Callable[[int, int, Sequence[Outcome]], bool]


def child_request(tuning: TuningJob, name: str, choice: Choice, tags: list[dict[str, str]]) -> dict[str, Any]:
    """The CreateTrainingJob request of one of the tuning job's training jobs."""
    definition = tuning.definition
    objective = {OBJECTIVE_HYPERPARAMETER: tuning.objective.metric}
    taken_over = {member: definition[member] for member in _TAKEN_OVER if member in definition}
    chosen = definition.get("StaticHyperParameters", {}) | objective | choice
    own: dict[str, Any] = {"Tags": tags} if tags else {}
    if checkpoints := definition.get("CheckpointConfig"):
        # In one folder the training jobs would go on from each other's checkpoints.
        own["CheckpointConfig"] = checkpoints | {"S3Uri": f"{checkpoints['S3Uri'].rstrip('/')}/{name}"}
    return {"TrainingJobName": name, "HyperParameters": chosen} | taken_over | own


def _search(tuning: TuningJob) -> Search:
    seed = tuning.config.get("RandomSeed", zlib.crc32(tuning.name.encode()))
    return Search(Strategy(tuning.config["Strategy"]), ranges_of(tuning.request), seed)


def _judge(tuning: TuningJob) -> Judge | None:
    """Who decides, for a job's number and the epochs that it has run, whether to stop it."""
    score = tuning.objective.score

    def scores(one: Outcome) -> list[float]:
        return [score(value) for value in one.curve]

    def by_median(number: int, epochs: int, outcomes: Sequence[Outcome]) -> bool:
        ended = [scores(one) for one in outcomes if one.value is not None]
        return median_rule_stops(scores(outcomes[number])[:epochs], ended)

    def by_rungs(number: int, epochs: int, outcomes: Sequence[Outcome]) -> bool:
        others = [scores(one) for one in _without(outcomes, number)]
        return rungs is not None and rungs.stops(number, scores(outcomes[number])[:epochs], others)

    resource = resource_of(tuning.request)
    rungs = Rungs(*resource, epochs_of(tuning.request)) if resource else None
    if Strategy(tuning.config["Strategy"]) is Strategy.HYPERBAND:
        return by_rungs
    return by_median if tuning.config.get("TrainingJobEarlyStoppingType") == "Auto" else None


def _without(outcomes: Sequence[Outcome], number: int) -> Iterator[Outcome]:
    return (one for index, one in enumerate(outcomes) if index != number)
