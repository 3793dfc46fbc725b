"""Example domain objects that all tests share; every builder takes the fields that a test is about."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.answers import Answer, AnswerCase
from bot.domain.approvals import OPEN_FOR, Approval, ApprovalStatus, Vote
from bot.domain.cards import DeploymentCase
from bot.domain.checks import Finding, Rule
from bot.domain.datasets import DataSet, filled
from bot.domain.endpoints import Endpoint, EndpointStatus, Hosting, Kind
from bot.domain.hyperparameters import completed
from bot.domain.jobs import Compute, Job, JobStatus, Phase
from bot.domain.kept_pictures import KeptPicture, KeptStatus
from bot.domain.leases import Lease
from bot.domain.metrics import Curve, Epoch
from bot.domain.packages import PackageStatus
from bot.domain.predictions import Label, Prediction
from bot.domain.preparations import ClassCount, Options, Preparation, PreparationStatus, Progress, Summary
from bot.domain.searches import Choice, Range, Scaling, Search
from bot.domain.tunings import Counters, Trial, Tuning, TuningStatus
from bot.domain.uploads import Upload, UploadStatus
from bot.domain.usage import Usage

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
CLASSES = ("animals", "buildings", "clothing", "faces", "flags", "food", "vehicles")
REQUESTER, APPROVER, CHANNEL, APPROVALS_CHANNEL = "U0ADA00001", "U0GRACE001", "C0EMOJI0001", "C0APPROVE01"
ARTIFACT = "s3://darkroom-artifacts/jobs/emoji-7f3a2c/output/model.tar.gz"
PACKAGE = "arn:aws:sagemaker:us-east-1:123456789012:model-package/emoji/4"
DIGEST = "version 3f9c0a77c1d24e5b8a6d9f1e2c3b4a5d"
BEST_AT_NINE = (0.412, 0.655, 0.742, 0.801, 0.832, 0.861, 0.873, 0.886, 0.892, 0.889, 0.886, 0.89)


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def a_curve(validation: tuple[float | None, ...] = BEST_AT_NINE, seconds: float = 12.0) -> Curve:
    """Epochs from 1 with these validation accuracies; the training accuracy is a little above each."""
    return Curve(
        tuple(
            Epoch(number, None if share is None else min(1.0, share + 0.04), share, seconds)
            for number, share in enumerate(validation, start=1)
        )
    )


def a_data_set(**changes: Any) -> DataSet:
    return replace(DataSet("emoji", "s3://darkroom-artifacts/datasets/emoji", CLASSES, 638, 158), **changes)


def a_preparation(**changes: Any) -> Preparation:
    """A data set that somebody has just asked for."""
    preparation = Preparation(
        id="c25b1e0f77a94d13",
        name="pets",
        source="s3://team-pictures/pets/",
        file_ids=(),
        options=Options(),
        requested_by=REQUESTER,
        channel_id=CHANNEL,
        requested_at=NOW,
    )
    return replace(preparation, **changes)


def a_ready_preparation(**changes: Any) -> Preparation:
    """Two classes, some images left out, and something to warn of."""
    summary = Summary(
        classes=(ClassCount("cat", 412, 103, 3), ClassCount("dog", 96, 24, 9)),
        by_rule={Rule.DAMAGED: 2, Rule.TOO_SMALL: 4, Rule.DOUBLE: 6, Rule.TURNED: 31},
        warnings=(Finding(Rule.IMBALANCE, "", "`cat` has 4.3 times as many images as `dog`."),),
        locations={"train": "s3://darkroom-artifacts/datasets/pets/c25b1e0f77a94d13/train/"},
        smallest_side=120,
        seconds=42.0,
    )
    progress = Progress(found=647, checked=647, left_out=12, packed=635, began_at=NOW, packed_bytes=21_400_000)
    ready = a_preparation(
        status=PreparationStatus.READY, progress=progress, summary=summary, ended_at=NOW + minutes(0.7)
    )
    return replace(ready, **changes)


def a_job(**changes: Any) -> Job:
    """A job that was just asked for."""
    job = Job(
        id="7f3a2c9e51d04b68",
        name="emoji-7f3a2c",
        data_set="emoji",
        classes=CLASSES,
        images=(638, 158),
        s3_prefix="s3://darkroom-artifacts/datasets/emoji",
        hyperparameters=filled(completed({}), a_data_set()),
        compute=Compute("ml.g4dn.xlarge", 1, 50, 7200, 0.736),
        requested_by=REQUESTER,
        channel_id=CHANNEL,
        requested_at=NOW,
    )
    return replace(job, **changes)


def phases(*, ended: bool = False) -> tuple[Phase, ...]:
    """AWS's secondary statuses: up to Training, or to the end."""
    at = [NOW + timedelta(seconds=seconds) for seconds in (5, 45, 57, 361, 372)]
    names = ("Starting", "Downloading", "Training", "Uploading")
    done = tuple(Phase(name, began, end) for name, began, end in zip(names, at, at[1:], strict=False))
    return (*done, Phase("Completed", at[4], at[4])) if ended else (*done[:2], Phase("Training", at[2]))


def a_running_job(**changes: Any) -> Job:
    """Twelve epochs of thirty are done."""
    running = a_job(status=JobStatus.RUNNING, phases=phases(), started_at=NOW + minutes(0.75), curve=a_curve())
    return replace(running, **changes)


def a_finished_job(**changes: Any) -> Job:
    """Trained, with an artifact."""
    done = a_running_job(
        status=JobStatus.COMPLETED,
        phases=phases(ended=True),
        ended_at=NOW + minutes(6.78),
        billable_seconds=362,
        artifact=ARTIFACT,
        curve=a_curve((*BEST_AT_NINE, *(0.888,) * 18)),
    )
    return replace(done, **changes)


def a_search(**changes: Any) -> Search:
    """Six jobs over a range of learning rates and two optimizers."""
    ranges = (Range("learning_rate", 1e-6, 0.5, scaling=Scaling.LOGARITHMIC),)
    return replace(Search(ranges, (Choice("optimizer", ("sgd", "adam")),), parallel=2), **changes)


def a_trial(number: int = 1, objective: float | None = 0.8, **changes: Any) -> Trial:
    """A job of the tuning that has ended, half a minute after it began."""
    begun = NOW + minutes(number)
    trial = Trial(
        name=f"emoji-tune-5d1e0b-{number:03}-0a1b2c3d",
        status=JobStatus.COMPLETED,
        created_at=begun,
        hyperparameters={"learning_rate": "0.01", "optimizer": "sgd"},
        objective=objective,
        began_at=begun,
        ended_at=begun + minutes(0.5),
    )
    return replace(trial, **changes)


def a_running_trial(number: int = 1, **changes: Any) -> Trial:
    running = a_trial(number, None, status=JobStatus.RUNNING, ended_at=None, objective_pending=True)
    return replace(running, **changes)


def a_tuning(**changes: Any) -> Tuning:
    """A tuning that was just asked for."""
    fixed = filled(completed({}), a_data_set())
    tuning = Tuning(
        id="5d1e0b7a94c34f16",
        name="emoji-tune-5d1e0b",
        data_set="emoji",
        classes=CLASSES,
        images=(638, 158),
        s3_prefix="s3://darkroom-artifacts/datasets/emoji",
        search=a_search(),
        hyperparameters={name: value for name, value in fixed.items() if name not in a_search().names},
        compute=Compute("ml.g4dn.xlarge", 1, 50, 7200, 0.736),
        requested_by=REQUESTER,
        channel_id=CHANNEL,
        requested_at=NOW,
    )
    return replace(tuning, **changes)


def a_running_tuning(**changes: Any) -> Tuning:
    """Two of six jobs have ended, and two run."""
    running = a_tuning(
        status=TuningStatus.RUNNING,
        aws_status="running",
        trials=(a_trial(1, 0.71), a_trial(2, 0.83), a_running_trial(3), a_running_trial(4)),
        counters=Counters(completed=2, running=2, objectives=(2, 2, 0)),
        best_name=a_trial(2).name,
    )
    return replace(running, **changes)


def a_finished_tuning(**changes: Any) -> Tuning:
    """Six jobs, the fourth of which is the best."""
    accuracies = (0.71, 0.83, 0.64, 0.91, 0.88, 0.9)
    done = a_tuning(
        status=TuningStatus.COMPLETED,
        aws_status="completed",
        trials=tuple(a_trial(number, accuracy) for number, accuracy in enumerate(accuracies, start=1)),
        counters=Counters(completed=6, objectives=(6, 0, 0)),
        best_name=a_trial(4).name,
        ended_at=NOW + minutes(8),
    )
    return replace(done, **changes)


def serverless_hosting(**changes: Any) -> Hosting:
    return replace(Hosting(Kind.SERVERLESS, memory_mb=2048, concurrency=5), **changes)


def realtime_hosting(**changes: Any) -> Hosting:
    return replace(Hosting(Kind.REALTIME, instance_type="ml.m5.large", instance_count=1, usd_per_hour=0.115), **changes)


def an_approval(**changes: Any) -> Approval:
    """A request for a serverless endpoint that waits for its decision."""
    approval = Approval(
        id="a41c77d09b3e4f25",
        job_id="7f3a2c9e51d04b68",
        endpoint_name="emoji-live",
        hosting=serverless_hosting(),
        requested_by=REQUESTER,
        channel_id=APPROVALS_CHANNEL,
        serves_channel_id=CHANNEL,
        requested_at=NOW + minutes(10),
        expires_at=NOW + minutes(10) + OPEN_FOR,
    )
    return replace(approval, **changes)


def a_registered_approval(**changes: Any) -> Approval:
    """The same, once the worker has registered the model."""
    registered = an_approval(package_arn=PACKAGE, package_status=PackageStatus.PENDING, digest=DIGEST)
    return replace(registered, **changes)


def an_approved(**changes: Any) -> Approval:
    decided_at = NOW + minutes(12)
    approved = a_registered_approval(
        status=ApprovalStatus.APPROVED,
        decided_by=APPROVER,
        decided_at=decided_at,
        votes=(Vote(APPROVER, decided_at),),
        package_status=PackageStatus.APPROVED,
    )
    return replace(approved, **changes)


def an_endpoint(**changes: Any) -> Endpoint:
    """A serverless endpoint in service."""
    endpoint = Endpoint(
        id="a41c77d09b3e4f25",
        name="emoji-live",
        job_id="7f3a2c9e51d04b68",
        job_name="emoji-7f3a2c",
        classes=CLASSES,
        accuracy=0.892,
        hosting=serverless_hosting(),
        owner=REQUESTER,
        approved_by=APPROVER,
        channel_id=CHANNEL,
        created_at=NOW + minutes(12),
        status=EndpointStatus.IN_SERVICE,
        step="endpoint",
        in_service_at=NOW + minutes(15),
    )
    return replace(endpoint, **changes)


def a_case(approval: Approval | None = None, endpoint: Endpoint | None = None, **changes: Any) -> DeploymentCase:
    return replace(DeploymentCase(approval or an_approval(), a_finished_job(), endpoint), **changes)


def a_prediction(*labels: tuple[str, float], seconds: float = 0.42) -> Prediction:
    chosen = labels or (("animals", 0.94), ("faces", 0.04), ("food", 0.01))
    return Prediction(tuple(Label(name, share) for name, share in chosen), seconds)


def an_upload(**changes: Any) -> Upload:
    """An image that was just uploaded."""
    upload = Upload(
        id=f"{CHANNEL}.1772443800.000100.F0FOX000001",
        answer_id=f"{CHANNEL}.1772443800.000100",
        file_id="F0FOX000001",
        file_name="fox.png",
        url="https://files.slack.com/files-pri/T0-F0/fox.png",
        size=48_213,
        user_id=REQUESTER,
        channel_id=CHANNEL,
        endpoint_name="emoji-live",
        received_at=NOW + minutes(20),
        due_at=NOW + minutes(20),
    )
    return replace(upload, **changes)


def an_answer(**changes: Any) -> Answer:
    """The answer to `an_upload`, of which nothing stands in Slack yet."""
    answer = Answer(
        id=f"{CHANNEL}.1772443800.000100",
        channel_id=CHANNEL,
        message_ts="1772443800.000100",
        thread_ts="1772443800.000100",
        user_id=REQUESTER,
        received_at=NOW + minutes(20),
        due_at=NOW + minutes(20),
    )
    return replace(answer, **changes)


def an_answer_case(*uploads: Upload, endpoint: Endpoint | None = None, **changes: Any) -> AnswerCase:
    endpoints = {} if endpoint is None else {upload.endpoint_name: endpoint for upload in uploads}
    return replace(AnswerCase(an_answer(), uploads, endpoints), **changes)


def an_answered_upload(**changes: Any) -> Upload:
    return replace(an_upload(status=UploadStatus.ANSWERED, prediction=a_prediction()), **changes)


def a_lease(**changes: Any) -> Lease:
    """A week, which has just begun."""
    lease = Lease(
        id="1ea5e0ff1ea5e0ff",
        endpoint_name="emoji-live",
        endpoint_id="a41c77d09b3e4f25",
        owner=REQUESTER,
        began_at=NOW,
        ends_at=NOW + timedelta(days=7),
    )
    return replace(lease, **changes)


def a_usage(**changes: Any) -> Usage:
    """Two days of some calls, read just now."""
    usage = Usage(
        endpoint_name="emoji-live",
        since=NOW - timedelta(days=2),
        read_at=NOW,
        calls=240,
        errors=3,
        latency=0.21,
        last_called_at=NOW - timedelta(hours=2),
    )
    return replace(usage, **changes)


def a_known_picture(**changes: Any) -> KeptPicture:
    """A picture that is kept with the label that its people agree on, and that the model had wrong."""
    picture = KeptPicture(
        id="k1",
        channel_id=CHANNEL,
        data_set="emoji",
        label="animals",
        class_index=0,
        endpoint_name="emoji-live",
        release="b52d88e1",
        model="emoji-7f3a2c",
        predicted="food",
        confidence=0.6,
        labelled_by=(REQUESTER,),
        labelled_at=NOW,
        keep_days=90,
        kept_until=NOW + timedelta(days=90),
        due_at=NOW,
        held_out=False,
        key="s3://darkroom-artifacts/datasets/emoji/feedback/k1.jpg",
        status=KeptStatus.KEPT,
    )
    return replace(picture, **changes)
