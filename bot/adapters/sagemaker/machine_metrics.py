"""How busy the machines of training jobs are, as CloudWatch has it: many jobs at one call."""

import statistics
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from bot.adapters.sagemaker.clients import AwsClients
from bot.adapters.sagemaker.errors import aws_errors
from bot.adapters.sagemaker.job_log import FIRST_MACHINE
from bot.domain import machines
from bot.domain.jobs import Job
from bot.domain.utilisation import Minute, Use

# https://docs.aws.amazon.com/sagemaker/latest/dg/monitoring-cloudwatch.html#cloudwatch-metrics-jobs
NAMESPACE = "/aws/sagemaker/TrainingJobs"
PERIOD_SECONDS = 60
GPU, GPU_MEMORY, CPU = "GPUUtilization", "GPUMemoryUtilization", "CPUUtilization"
METRICS = (GPU, GPU_MEMORY, CPU)
Series = Sequence[tuple[datetime, float]]


class CloudWatchMachines:
    """The port InstanceMetrics. Of machines that train together the first speaks for all."""

    def __init__(self, clients: AwsClients) -> None:
        self._clients = clients

    def use_of(self, jobs: Sequence[Job], since: datetime, until: datetime) -> Mapping[str, Use]:
        queries = [_query(number, metric, job) for number, job in enumerate(jobs) for metric in METRICS]
        with aws_errors("read", "the use of the machines"):
            pages = self._clients.cloudwatch.get_paginator("get_metric_data").paginate(
                MetricDataQueries=queries, StartTime=since, EndTime=until, ScanBy="TimestampAscending"
            )
            results = [result for page in pages for result in page["MetricDataResults"]]
        series = _joined(results)
        return {
            job.name: _use(job, {metric: series.get(_id(number, metric), []) for metric in METRICS})
            for number, job in enumerate(jobs)
        }


def _query(number: int, metric: str, job: Job) -> dict[str, Any]:
    dimensions = [{"Name": "Host", "Value": f"{job.name}/{FIRST_MACHINE}"}]
    asked = {"Namespace": NAMESPACE, "MetricName": metric, "Dimensions": dimensions}
    return {
        "Id": _id(number, metric),
        "MetricStat": {"Metric": asked, "Period": PERIOD_SECONDS, "Stat": "Average"},
        "ReturnData": True,
    }


def _id(number: int, metric: str) -> str:
    """AWS takes letters, digits and underscores, a small letter first."""
    return f"q{number}_{metric}"


def _joined(results: Iterable[Mapping[str, Any]]) -> dict[str, list[tuple[datetime, float]]]:
    """A series may come in parts, on several pages."""
    series: dict[str, list[tuple[datetime, float]]] = {}
    for result in results:
        series.setdefault(result["Id"], []).extend(zip(result["Timestamps"], result["Values"], strict=True))
    return {name: sorted(points) for name, points in series.items()}


def _use(job: Job, series: Mapping[str, Series]) -> Use:
    """All are percents summed over cards or cores: two cards at work make 200."""
    cards, cores = machines.gpus(job.compute.instance_type), machines.cores(job.compute.instance_type)
    return Use(
        gpu=tuple(Minute(at.astimezone(UTC), value / 100 / max(cards, 1)) for at, value in series[GPU]),
        gpu_memory=_mean(series[GPU_MEMORY], cards),
        cpu=_mean(series[CPU], cores),
    )


def _mean(points: Series, of: int) -> float | None:
    return statistics.fmean(value for _, value in points) / 100 / of if points and of else None
