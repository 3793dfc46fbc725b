"""Measures how soon slash commands are acknowledged, by the bot and by an empty Bolt app, in alternating windows."""

import json
import random
import statistics
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.load import Sample
from bench.processes import Process, ask, companion, until
from bench.stand import CHANNEL, Stand
from bench.table import Measured, Row
from sandbox.slack.workspace import Workspace

RATE = 50
# Short windows, so that whatever else the machine does hits both alike.
WINDOWS, WINDOW_SECONDS, WARM_UP_SECONDS = 8, 2.5, 2
SETTLE_SECONDS = 30.0
AIM_RATIO, AIM_SLOWEST_SECONDS = 1.5, 3.0
SUBMISSION = "/train emoji epochs=1"
_UNLIKE = " learning_rate=0."
# Of 25 commands one starts a job: two jobs a second are more than any team starts, and few enough to leave the
# processor to what is measured.
MIX = {
    "/jobs": 8,
    "/jobs {job}": 3,
    "/endpoints": 6,
    "/train emoji epoch=5": 4,
    "/train emoji epochs=many": 3,
    SUBMISSION: 1,
}


def measure(stand: Stand, job: str, log: Path) -> Measured:
    """20 s for each. Jobs that are submitted are begun and followed, take no processor, and are stopped in between."""
    stand.hold_jobs()
    bot: list[Sample] = []
    empty: list[Sample] = []
    with companion(["bench.load"], log) as load:
        round_of(load, stand, mixed(job, WARM_UP_SECONDS, seed=WINDOWS))
        for number in range(WINDOWS):
            of_bot, of_empty = round_of(load, stand, mixed(job, WINDOW_SECONDS, seed=number))
            bot += of_bot
            empty += of_empty
    return Measured([ratio_row(bot, empty), slowest_row(bot, empty)], notes(bot, empty, job))


def mixed(job: str, seconds: float, seed: int) -> list[str]:
    """The mix again and again, each time in another order; no two jobs are alike, for that would be asked about."""
    once = [command.format(job=job) for command, share in MIX.items() for _ in range(share)]
    order = random.Random(seed)
    rounds = range(int(RATE * seconds) // len(once))
    commands = [command for _ in rounds for command in order.sample(once, len(once))]
    return [
        f"{command}{_UNLIKE}{number:04}" if command == SUBMISSION else command
        for number, command in enumerate(commands, start=1)
    ]


def round_of(load: Process, stand: Stand, commands: Sequence[str]) -> tuple[list[Sample], list[Sample]]:
    """A window of the bot and one of the empty app, each while the other rests."""
    before = job_names(stand)
    of_bot = window(load, stand.slack.url, commands)
    stop_jobs(stand, before, sum(command.startswith(SUBMISSION) for command in commands))
    return of_bot, window(load, stand.empty_slack.url, commands)


def window(load: Process, url: str, commands: Sequence[str]) -> list[Sample]:
    asked = {"url": url, "channel": CHANNEL, "user": Workspace.ADA, "rate": RATE, "commands": commands}
    told: list[dict[str, Any]] = json.loads(ask(load, json.dumps(asked)))
    return [Sample(**one) for one in told]


def stop_jobs(stand: Stand, before: Counter[str], submitted: int) -> None:
    """Stop what the window began, once all of it has reached SageMaker: a job that was lost would be seen here."""
    until(lambda: len(job_names(stand)) == len(before) + submitted, SETTLE_SECONDS, f"{submitted} jobs have begun")
    for name in job_names(stand) - before:
        stand.ada.types(CHANNEL, f"/jobs stop {name}")
    until(lambda: not job_names(stand, StatusEquals="InProgress"), SETTLE_SECONDS, "the jobs have stopped")


def job_names(stand: Stand, **chosen: str) -> Counter[str]:
    pages = stand.client("sagemaker").get_paginator("list_training_jobs").paginate(**chosen)
    return Counter(one["TrainingJobName"] for page in pages for one in page["TrainingJobSummaries"])


def ratio_row(bot: Sequence[Sample], empty: Sequence[Sample]) -> Row:
    figure = f"acknowledging a command, p99 at {RATE} a second"
    return Row(figure, in_words(bot), f"empty Bolt app: {in_words(empty)}", p99(bot) / p99(empty), "times", AIM_RATIO)


def slowest_row(bot: Sequence[Sample], empty: Sequence[Sample]) -> Row:
    """A command that was not answered at all counts as one that took too long."""
    worst = [one.seconds if one.answered else float("inf") for one in bot]
    unanswered = worst.count(float("inf"))
    measured = f"{len(bot)} commands, {unanswered} unanswered"
    against = f"empty Bolt app: {max(one.seconds for one in empty):.2f} s"
    return Row("the slowest of them", measured, against, max(worst), "s", AIM_SLOWEST_SECONDS)


def in_words(samples: Sequence[Sample]) -> str:
    median = statistics.median(one.seconds for one in samples)
    return f"median {median * 1000:.1f} ms, p99 {p99(samples) * 1000:.1f} ms"


def p99(samples: Sequence[Sample]) -> float:
    return statistics.quantiles((one.seconds for one in samples), n=100, method="inclusive")[98]


def notes(bot: Sequence[Sample], empty: Sequence[Sample], job: str) -> list[str]:
    kinds: dict[str, list[Sample]] = defaultdict(list)
    for one in bot:
        kinds[one.command.replace(job, "NAME").split(_UNLIKE)[0]].append(one)
    lines = [f"`{kind}` {len(found)} times: {in_words(found)}" for kind, found in sorted(kinds.items())]
    late = max(one.late for one in (*bot, *empty))
    return [*lines, f"The load generator was {late * 1000:.1f} ms late at most; its lateness counts as latency."]
