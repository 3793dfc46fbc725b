"""Measures a tick over 1,000 running jobs of which 20 changed against one over 20 that all changed: calls and CPU.

Charts are left out, for both would draw the same 20, whose time would hide all else.
"""

import json
import os
import statistics
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from unittest import mock

from bench.many_jobs import CHANGED
from bench.processes import Process, ask, companion, heard
from bench.table import Measured, Row
from bot.adapters.database import Database, SqlCards, SqlJobs
from bot.bootstrap import Services, build
from bot.domain.hyperparameters import completed
from bot.domain.jobs import Compute, Job, JobStatus, Phase
from bot.services.lookout import LOOKS_AT_ONCE
from bot.settings import Settings

MANY = 1_000
ROUNDS = 12
# Until each job had its first look.
WARM_UPS = MANY // LOOKS_AT_ONCE
AIM_RATIO = 3.0


@dataclass(frozen=True, slots=True)
class Bot:
    """A bot with so many running jobs, beside the process that answers it."""

    services: Services
    answering: Process

    def tick(self) -> tuple[float, Counter[str]]:
        """Processor time in milliseconds and the calls to AWS of a tick after 20 jobs have changed."""
        ask(self.answering, "change")
        began = time.process_time()
        self.services.monitoring.tick()
        took = (time.process_time() - began) * 1000
        return took, Counter(json.loads(ask(self.answering, "count")))


def measure(folder: Path) -> Measured:
    """In turn, so that whatever else the machine does hits both alike."""
    with ExitStack() as stack:
        few, many = (stack.enter_context(_following(count, folder)) for count in (CHANGED, MANY))
        for _ in range(WARM_UPS):
            many.services.monitoring.tick()
        for _ in range(2):
            few.tick()
        rounds = [(few.tick(), many.tick()) for _ in range(ROUNDS)]
    return _told([one for one, _ in rounds], [one for _, one in rounds])


def _told(few: list[tuple[float, Counter[str]]], many: list[tuple[float, Counter[str]]]) -> Measured:
    few_calls, many_calls = (statistics.median(calls.total() for _, calls in ticks) for ticks in (few, many))
    few_ms, many_ms = (statistics.median(took for took, _ in ticks) for ticks in (few, many))
    what = f"a tick over {MANY:,} jobs, {CHANGED} changed"
    rows = [
        Row(
            f"{what}: calls to AWS",
            f"{many_calls:.0f} calls",
            f"{CHANGED} jobs: {few_calls:.0f} calls",
            many_calls / few_calls,
            "times",
            AIM_RATIO,
        ),
        Row(
            f"{what}: processor time",
            f"{many_ms:.0f} ms",
            f"{CHANGED} jobs: {few_ms:.0f} ms",
            many_ms / few_ms,
            "times",
            AIM_RATIO,
        ),
    ]
    return Measured(rows, [f"Calls of a tick over {MANY:,} jobs: {_in_words(many[-1][1])}."])


def _in_words(calls: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {operation}" for operation, count in sorted(calls.items()))


@contextmanager
def _following(count: int, folder: Path) -> Iterator[Bot]:
    with ExitStack() as stack:
        answering = stack.enter_context(companion(["bench.many_jobs", str(count)], folder / f"jobs-{count}.log"))
        url = heard(answering).strip()
        environment = {
            "AWS_ENDPOINT_URL": url,
            "AWS_ACCESS_KEY_ID": "bench",
            "AWS_SECRET_ACCESS_KEY": "bench",
            "AWS_EC2_METADATA_DISABLED": "true",
        }
        # botocore reads it when a client is made, at the first call.
        stack.enter_context(mock.patch.dict(os.environ, environment))
        services = build(_settings(url, folder / f"jobs-{count}.db"))
        stack.callback(services.close)
        services.migrate()
        _fill(folder / f"jobs-{count}.db", count)
        bot = Bot(services, answering)
        bot.tick()
        yield bot


def _settings(url: str, database: Path) -> Settings:
    return Settings.model_validate(
        {
            "slack_bot_token": "xoxb-bench",
            "slack_api_url": f"{url}/api/",
            "aws_region": "us-east-1",
            "sagemaker_role_arn": "arn:aws:iam::123456789012:role/bench",
            "artifact_bucket": "bench",
            "database_url": f"sqlite:///{database}",
        }
    )


def _fill(path: Path, count: int) -> None:
    database = Database(f"sqlite:///{path}")
    rows, cards = SqlJobs(database), SqlCards(database)
    for number in range(count):
        job = _job(number)
        rows.add(job)
        # Slack shows it already, as of some time ago.
        card = cards.of(job.id)
        cards.save(replace(card, message_ts="1.0", shown=card.wanted))
    database.close()


def _job(number: int) -> Job:
    now = datetime.now(UTC)
    return Job(
        id=f"{number:016}",
        name=f"job-{number:04}",
        data_set="emoji",
        classes=("cat", "dog"),
        images=(638, 158),
        s3_prefix="s3://bench/datasets/emoji",
        hyperparameters=completed({}) | {"epochs": "30"},
        compute=Compute("ml.g4dn.xlarge", 1, 50, 7200, 0.736),
        requested_by="U0ADA00001",
        channel_id="C0EMOJI0001",
        requested_at=now,
        status=JobStatus.RUNNING,
        phases=(Phase("Training", now),),
        started_at=now,
    )
