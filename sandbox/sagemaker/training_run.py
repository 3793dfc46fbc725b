"""The life of one training job, phase by phase, in a thread of its own; each move is told to the record of jobs."""

import contextlib
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sandbox.sagemaker.channel_source import Storage
from sandbox.sagemaker.container import ContainerExit, ContainerRun, EndedBy, run_container
from sandbox.sagemaker.container_image import ContainerImage, Kind, kind_of
from sandbox.sagemaker.errors import ContainerFailureError
from sandbox.sagemaker.instance_meter import InstanceMeter
from sandbox.sagemaker.job_folder import JobFolder
from sandbox.sagemaker.job_metrics import publish
from sandbox.sagemaker.job_record import (
    Secondary,
    Status,
    TrainingJob,
    ended,
    failed,
    measured,
    metric_definitions,
    moved,
)
from sandbox.sagemaker.logs import TRAINING_GROUP, LogStream, compiled, metrics_in
from sandbox.sagemaker.moto_services import MotoServices, ObjectMissingError, split_s3
from sandbox.sagemaker.pace import Pace
from sandbox.sagemaker.pipe_feed import serving
from sandbox.sagemaker.profiler_rules import evaluated, report
from sandbox.sagemaker.script_mode import command, isolation
from sandbox.sagemaker.spot import Checkpoints, is_spot, seconds_to_wait

logger = logging.getLogger(__name__)

# https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_StoppingCondition.html: one day unless the request says.
DEFAULT_MAX_RUNTIME = 86400

Change = Callable[[TrainingJob], TrainingJob]


class StoppedEarlyError(Exception):
    """The job was stopped before its container ran."""


@dataclass(frozen=True, slots=True)
class Workshop:
    """What all training runs share."""

    root: Path
    region: str
    image: ContainerImage
    pace: Pace
    services: MotoServices
    instances: threading.Semaphore
    closing: threading.Event
    interrupted: Callable[[str], bool]
    rules_closed: Callable[[], bool]


class TrainingRun:
    """Runs a job to its end; `change` applies a move to the job's record and returns it as it then is."""

    def __init__(self, job: TrainingJob, workshop: Workshop, change: Callable[[Change], TrainingJob]) -> None:
        self._job = job
        self._workshop = workshop
        self._change = change
        self._stop = threading.Event()
        self._metrics = compiled(metric_definitions(job.request))
        self._folder = JobFolder(workshop.root / "jobs" / job.name, job.request)
        self._meter = InstanceMeter(workshop.region, job.name, job.request["ResourceConfig"], workshop.pace.speed)
        self._storage = Storage(workshop.services, workshop.region, job.request["RoleArn"])
        self._checkpoints = Checkpoints(self._folder.path / "checkpoints", job.request, workshop.services)
        self._thread = threading.Thread(target=self._run, name=f"training-{job.name}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()

    def join(self, seconds: float) -> None:
        self._thread.join(seconds)

    def _run(self) -> None:
        try:
            self._live()
        except StoppedEarlyError:
            self._change(lambda job: ended(job, Status.STOPPED, "Training job stopped", time.time()))
        except ContainerFailureError as error:
            self._fail(str(error))
        except Exception:
            # The guard of the thread: a job whose thread died would be InProgress for ever.
            logger.exception("training_run_broke job=%s", self._job.name)
            self._fail("InternalServerError: We encountered an internal error. Please try again.")
        finally:
            self._folder.forget_input()
        self._judge()

    def _judge(self) -> None:
        """The rules have their say, some time after the job has ended."""
        if not self._job.rules:
            return
        pace, samples = self._workshop.pace, self._meter.samples
        self._workshop.closing.wait(pace.judging)
        rules = evaluated(self._job.rules, samples, pace.speed, time.time())
        folder = f"{self._job.request['ProfilerConfig']['S3OutputPath'].rstrip('/')}/{self._job.name}/rule-output"
        for rule in rules:
            with contextlib.suppress(ObjectMissingError):
                place = f"{folder}/{rule.name}/profiler-output/profiler-reports/{rule.name}.json"
                self._workshop.services.write(*split_s3(place), report(rule, samples))
        self._change(lambda job: replace(job, rules=rules))

    def _fail(self, reason: str) -> None:
        logger.info("training_job_failed job=%s", self._job.name)
        self._change(lambda job: failed(job, reason, time.time()))

    def _live(self) -> None:
        while (container_exit := self._attempt()).by is EndedBy.INTERRUPTION:
            self._move(Secondary.INTERRUPTED, "Training job interrupted: its spot instance was taken away")
        self._upload(container_exit)

    def _attempt(self) -> ContainerExit:
        """One container on one instance, from the wait for the instance on."""
        pace = self._workshop.pace
        self._rest(pace.starting / 3)
        self._move(Secondary.STARTING, "Preparing the instances for training")
        self._rest(pace.starting * 2 / 3)
        self._take_instance()
        try:
            self._download(pace.downloading)
            container_exit = self._train()
        finally:
            self._workshop.instances.release()
        if not self._checkpoints.keep():
            raise ContainerFailureError("ClientError: Checkpoint upload failed: no bucket for CheckpointConfig.S3Uri")
        return container_exit

    def _take_instance(self) -> None:
        """Waits for a free instance of those that this machine can play; AWS would wait for capacity."""
        while not self._workshop.instances.acquire(timeout=0.2):
            self._rest(0)

    def _download(self, seconds: float) -> None:
        begun = time.time()
        self._change(
            lambda job: replace(
                moved(job, Secondary.DOWNLOADING, "Downloading input data", begun), started=job.started or begun
            )
        )
        self._kind()
        self._folder.lay_out(self._storage)
        self._checkpoints.restore()
        self._move(Secondary.DOWNLOADING, "Downloading the training image")
        self._rest(max(0.0, begun + seconds - time.time()))

    def _kind(self) -> Kind:
        image = self._job.request["AlgorithmSpecification"].get("TrainingImage", "")
        kind = kind_of(image)
        if kind not in (Kind.IMAGE_CLASSIFICATION, Kind.PYTORCH_TRAINING):
            raise ContainerFailureError(
                f"ClientError: image not available in the sandbox: {image!r}. It runs image-classification:1 and "
                "AWS's pytorch-training."
            )
        return kind

    def _train(self) -> ContainerExit:
        self._move(Secondary.TRAINING, "Training image download completed. Training in progress.")
        stream = f"{self._job.name}/algo-1-{int(time.time() * 1000)}"
        log = LogStream(self._workshop.services, TRAINING_GROUP, stream)
        # A pipe whose content cannot go on ends its container as a stop does; leaving the block then fails the job.
        feeds = serving(self._folder.feeds(self._storage, self._stop.set))
        with self._meter.measuring() as started, feeds:
            container = self._container(started)
            container_exit = run_container(
                container, self._stop, lambda lines: self._take_output(log, lines), self._workshop.closing
            )
        logger.info("container_ended job=%s by=%s code=%d", self._job.name, container_exit.by, container_exit.code)
        return container_exit

    def _container(self, started: Callable[[int], None]) -> ContainerRun:
        request = self._job.request
        longest = request.get("StoppingCondition", {}).get("MaxRuntimeInSeconds", DEFAULT_MAX_RUNTIME)
        return ContainerRun(
            command=command(request, self._kind(), self._folder.path, self._workshop.image),
            folder=self._folder.path,
            environment=self._environment(),
            max_runtime=min(longest, seconds_to_wait(request, self._job.created, time.time())),
            grace=self._workshop.pace.stop_grace,
            interrupted=lambda: is_spot(request) and self._workshop.interrupted(self._job.name),
            started=started,
        )

    def _environment(self) -> dict[str, str]:
        given: dict[str, str] = self._job.request.get("Environment", {})
        return (
            given
            | self._folder.environment()
            | isolation(self._job.request)
            | {
                "TRAINING_JOB_NAME": self._job.name,
                "TRAINING_JOB_ARN": self._job.arn,
                "AWS_REGION": self._workshop.region,
                "DARKROOM_CACHE": str(self._workshop.root / "cache"),
                "DARKROOM_EPOCH_SECONDS": f"{self._workshop.pace.epoch:g}",
            }
        )

    def _take_output(self, log: LogStream, lines: list[str]) -> None:
        log.write(lines)
        values = [told for line in lines for told in metrics_in(line, self._metrics)]
        for metric, value in values:
            self._measure(metric, value)
        publish(self._workshop.region, self._job.name, values)

    def _measure(self, metric: str, value: float) -> None:
        self._change(lambda job: measured(job, metric, value, time.time()))

    def _upload(self, container_exit: ContainerExit) -> None:
        if container_exit.by is EndedBy.ITSELF and container_exit.code != 0:
            raise ContainerFailureError(_failure_reason(self._folder.failure(), container_exit.code))
        if container_exit.by is EndedBy.MAX_RUNTIME:
            self._change(lambda job: stopping(job, _overtime(job)[1]))
        begun = time.time()
        self._move(Secondary.UPLOADING, "Uploading generated training model")
        artifact = self._store_model()
        self._workshop.closing.wait(max(0.0, begun + self._workshop.pace.uploading - time.time()))
        self._change(lambda job: _over(replace(job, artifact=artifact), container_exit.by))

    def _store_model(self) -> str | None:
        model = self._folder.packed_model()
        if model is None:
            return None
        base = self._job.request["OutputDataConfig"]["S3OutputPath"].rstrip("/")
        uri = f"{base}/{self._job.name}/output/model.tar.gz"
        try:
            self._workshop.services.write(*split_s3(uri), model)
        except ObjectMissingError as error:
            raise ContainerFailureError(f"ClientError: Artifact upload failed: no bucket for {uri}") from error
        return uri

    def _move(self, secondary: Secondary, message: str) -> None:
        self._change(lambda job: moved(job, secondary, message, time.time()))

    def _rest(self, seconds: float) -> None:
        if self._stop.wait(seconds):
            raise StoppedEarlyError


def _overtime(job: TrainingJob) -> tuple[Secondary, str]:
    """Which of its two limits a job is over."""
    if seconds_to_wait(job.request, job.created, time.time()) <= 0:
        return Secondary.MAX_WAIT_TIME_EXCEEDED, "Training job wait time exceeded MaxWaitTimeInSeconds provided"
    return Secondary.MAX_RUNTIME_EXCEEDED, "Training job runtime exceeded MaxRuntimeInSeconds provided"


def stopping(job: TrainingJob, message: str) -> TrainingJob:
    return replace(moved(job, Secondary.STOPPING, message, time.time()), status=Status.STOPPING)


def _over(job: TrainingJob, by: EndedBy) -> TrainingJob:
    now = time.time()
    if by is EndedBy.MAX_RUNTIME:
        secondary, message = _overtime(job)
        return ended(job, Status.STOPPED, message, now, secondary)
    # A stop that came while the model was uploading found the container ended; the job is stopped all the same.
    if by is EndedBy.STOP or job.status is Status.STOPPING:
        return ended(job, Status.STOPPED, "Training job stopped", now)
    return ended(job, Status.COMPLETED, "Training job completed", now)


def _failure_reason(told: str, code: int) -> str:
    """FailureReason from output/failure, whose first words say whose error it is."""
    if told.startswith("ClientError"):
        return f"{told}, exit code: {code}"
    if told.startswith("Customer Error"):
        return f"ClientError: {told.removeprefix('Customer Error').lstrip(': ')}, exit code: {code}"
    said = told.removeprefix("AlgorithmError").lstrip(": ") or "The algorithm ended without saying why"
    return f"AlgorithmError: {said}, exit code: {code}"


def own_request(params: dict[str, Any]) -> dict[str, Any]:
    """The request with what AWS fills in where it is left out."""
    condition = {"MaxRuntimeInSeconds": DEFAULT_MAX_RUNTIME} | params.get("StoppingCondition", {})
    return params | {"StoppingCondition": condition}
