"""Graphics cards that mostly wait: when that is worth a word, and which advice goes with it."""

import importlib.metadata
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.domain import machines
from bot.domain.jobs import Job, JobStatus
from bot.domain.metrics import Curve, Epoch
from bot.domain.notices import Notice, Sign
from bot.domain.recipes import RecipeName
from bot.domain.utilisation import IDLE_MINUTES, Minute, Use, idle_gpu
from tests.builders import a_running_job, minutes, phases

PRICES = {
    "ml.g4dn.xlarge": 0.74,
    "ml.g4dn.2xlarge": 0.94,
    "ml.g4dn.12xlarge": 4.89,
    "ml.g5.2xlarge": 1.52,
    "ml.c5.xlarge": 0.2,
    "ml.c5.2xlarge": 0.41,
}
BEGAN = phases()[-1].began_at


def use(*shares: float, **more: Any) -> Use:
    return Use(tuple(Minute(BEGAN + minutes(number), share) for number, share in enumerate(shares)), **more)


def job_on(instance: str = "g4dn.xlarge", **changes: Any) -> Job:
    job = a_running_job(**changes)
    return replace(job, compute=replace(job.compute, instance_type=f"ml.{instance}"))


def said(job: Job, used: Use) -> str:
    notice = idle_gpu(job, used, PRICES.get)
    return notice.said if notice else ""


IDLE = use(*(0.1,) * IDLE_MINUTES, gpu_memory=0.3, cpu=0.2)


def test_a_card_that_waits_for_ten_minutes_is_told_with_its_figures() -> None:
    notice = idle_gpu(job_on(), use(*(0.1,) * 9, 0.2, cpu=0.2), PRICES.get)

    assert notice
    assert notice.sign == Sign.IDLE_GPU
    assert notice.said.startswith("its GPU has been at 11 % on average for 10 minutes, and never above 20 %.")


@pytest.mark.parametrize(
    "used",
    [use(*(0.1,) * (IDLE_MINUTES - 1)), use(*(0.1,) * 9, 0.3), use(), use(*(0.1,) * 5, 0.9, *(0.1,) * 5)],
    ids=["too soon", "one minute of work", "nothing known", "work among the last ten"],
)
def test_less_than_that_is_let_be(used: Use) -> None:
    assert said(job_on(), used) == ""


def test_what_was_before_training_began_does_not_count() -> None:
    early = Use(tuple(Minute(BEGAN - minutes(20 - number), 0.0) for number in range(12)))

    assert said(job_on(), early) == ""


def test_what_was_before_the_first_epoch_does_not_count() -> None:
    # An epoch of a minute, printed just now; for nine minutes before it images were decoded.
    first = Curve((Epoch(1, 0.5, 0.5, seconds=60.0),))
    job = job_on(curve=first, printed_at=BEGAN + minutes(10))

    assert said(job, IDLE) == ""
    assert said(replace(job, printed_at=BEGAN + minutes(1)), IDLE) != ""


@pytest.mark.parametrize(
    "job",
    [
        job_on("m5.xlarge", recipe=RecipeName.FROZEN_BACKBONE),
        job_on(status=JobStatus.STOPPING),
        job_on(phases=phases()[:2]),
        job_on(curve=type(a_running_job().curve)()),
        job_on(warned=(Notice(Sign.IDLE_GPU, "told."),)),
    ],
    ids=["no card", "ends anyway", "not training yet", "no epoch yet", "told already"],
)
def test_a_job_without_reason_to_be_told_is_let_be(job: Job) -> None:
    assert said(job, IDLE) == ""


def test_a_smaller_instance_is_named_with_its_price() -> None:
    assert "A smaller instance saves money: `ml.g4dn.xlarge` costs $0.74 an hour, not $1.52." in said(
        job_on("g5.2xlarge"), IDLE
    )


def test_a_script_that_runs_without_cards_is_sent_to_a_cpu_instance() -> None:
    job = job_on(recipe=RecipeName.PYTORCH_RESNET)

    assert said(job, IDLE).endswith(
        "A CPU instance may save money: `ml.c5.2xlarge` costs $0.41 an hour, not $0.74, so it does unless it takes 1.8 "
        "times as long."
    )


def test_no_processor_takes_over_what_a_fifth_of_a_card_does() -> None:
    assert "costs less" in said(job_on(recipe=RecipeName.PYTORCH_RESNET), use(*(0.2,) * IDLE_MINUTES))


def test_a_smaller_instance_has_room_for_what_the_cards_and_processors_do() -> None:
    # A quarter of four cards is one whole card, and a fifth of 48 processors is more than 4 of them.
    assert "costs less" in said(job_on("g4dn.12xlarge"), use(*(0.25,) * 10, gpu_memory=0.9))
    assert "ml.g4dn.2xlarge" not in said(job_on("g4dn.12xlarge"), use(*(0.1,) * 10, cpu=0.2))


def test_of_several_cards_all_are_spoken_of() -> None:
    assert said(job_on("g4dn.12xlarge"), IDLE).startswith("its 4 GPUs have been at 10 %")


def test_busy_processors_are_what_to_see_to_first() -> None:
    assert "It waits for its 8 vCPUs, which are at 97 %" in said(job_on("g5.2xlarge"), use(*(0.1,) * 10, cpu=0.97))


@pytest.mark.parametrize(("memory", "advised"), [(None, True), (0.3, True), (0.95, False)])
def test_on_the_smallest_instance_a_larger_batch_helps_where_it_fits(memory: float | None, advised: bool) -> None:
    assert ("`mini_batch_size`" in said(job_on(), use(*(0.1,) * 10, gpu_memory=memory))) == advised


def test_the_cards_are_counted_as_the_sdk_counts_them() -> None:
    table = "sagemaker/core/image_uri_config/instance_gpu_info.json"
    path = Path(str(importlib.metadata.distribution("sagemaker-core").locate_file(table)))
    known = {name: told["Count"] for name, told in json.loads(path.read_text())["us-east-1"].items()}
    ours = {name: count for name, count in known.items() if name.split(".")[1] in ("g4dn", "g5", "p2", "p3")}

    assert {name: machines.gpus(name) for name in ours} == ours


@pytest.mark.parametrize(("name", "cores"), [("ml.m5.large", 2), ("ml.g4dn.xlarge", 4), ("ml.p3.16xlarge", 64)])
def test_processors_are_told_by_the_size(name: str, cores: int) -> None:
    assert machines.cores(name) == cores
