"""Entities with every field filled in, to be changed where a test cares."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.answers import Answer
from bot.domain.approvals import Approval
from bot.domain.datasets import DataSet
from bot.domain.endpoints import Endpoint, Hosting, Kind
from bot.domain.jobs import Compute, Job, Phase
from bot.domain.metrics import Curve, Epoch
from bot.domain.rules import RuleResult
from bot.domain.uploads import Upload

NOW = datetime(2026, 11, 3, 12, 0, 0, 123456, tzinfo=UTC)
SERVERLESS = Hosting(Kind.SERVERLESS, memory_mb=2048, concurrency=5)


def later(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def a_job(job_id: str = "7f3a91", **changes: Any) -> Job:
    job = Job(
        id=job_id,
        name=f"emoji-{job_id}",
        data_set="emoji",
        classes=("cat", "dog"),
        images=(638, 158),
        s3_prefix="datasets/emoji",
        hyperparameters={"epochs": "5", "learning_rate": "0.01"},
        compute=Compute("ml.p3.2xlarge", 1, 50, 3600, 3.825),
        requested_by="U1",
        channel_id="C1",
        requested_at=NOW,
        phases=(Phase("Starting", NOW, later(40), "preparing"), Phase("Training", later(40))),
        curve=Curve((Epoch(1, 0.5, 0.25, 1.5), Epoch(2))),
        log_position={"emoji-7f3a91/algo-1": "f/3712"},
        rules=("low-gpu", "overall"),
        rule_results=(RuleResult("LowGPUUtilization", "IssuesFound", "condition met\n"),),
    )
    return replace(job, **changes)


def an_approval(approval_id: str = "a1", **changes: Any) -> Approval:
    approval = Approval(
        id=approval_id,
        job_id="7f3a91",
        endpoint_name="Emoji-live",
        hosting=SERVERLESS,
        requested_by="U1",
        channel_id="C-approvals",
        serves_channel_id="C1",
        requested_at=NOW,
        expires_at=later(86400),
    )
    return replace(approval, **changes)


def an_endpoint(endpoint_id: str = "a1", **changes: Any) -> Endpoint:
    endpoint = Endpoint(
        id=endpoint_id,
        name="Emoji-live",
        job_id="7f3a91",
        job_name="emoji-7f3a91",
        classes=("cat", "dog"),
        accuracy=0.892,
        hosting=SERVERLESS,
        owner="U1",
        approved_by="U2",
        channel_id="C1",
        created_at=NOW,
    )
    return replace(endpoint, **changes)


def an_upload(number: int = 1, **changes: Any) -> Upload:
    upload = Upload(
        id=f"C1.1700000000.000{number}.F{number}",
        answer_id="C1.1700000000.0001",
        file_id=f"F{number}",
        file_name="cat.png",
        url=f"https://files.example/F{number}",
        size=12345,
        user_id="U3",
        channel_id="C1",
        endpoint_name="Emoji-live",
        received_at=NOW,
        due_at=NOW,
    )
    return replace(upload, **changes)


def an_answer(number: int = 1, **changes: Any) -> Answer:
    answer = Answer(
        id=f"C1.1700000000.000{number}",
        channel_id="C1",
        message_ts=f"1700000000.000{number}",
        thread_ts="1700000000.0001",
        user_id="U3",
        received_at=NOW,
        due_at=NOW,
    )
    return replace(answer, **changes)


def a_data_set(name: str = "emoji", **changes: Any) -> DataSet:
    return replace(DataSet(name, f"datasets/{name}", ("cat", "dog"), 638, 158, resize=72), **changes)
