"""The use of machines, read from the local AWS's CloudWatch, and what the fake and the adapter both promise."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.adapters.sagemaker.clients import AwsClients
from bot.adapters.sagemaker.machine_metrics import NAMESPACE, CloudWatchMachines
from bot.domain.jobs import Compute, Job
from bot.domain.utilisation import Minute, Use
from bot.services.machine_watch import InstanceMetrics
from tests.fakes.machines import FakeMachines
from tests.unit.adapters_aws.builders import a_job

NOW = datetime.now(UTC).replace(second=0, microsecond=0)
BEGAN = NOW - timedelta(minutes=10)


def put(clients: AwsClients, job: Job, metric: str, *values: float) -> None:
    data: list[dict[str, Any]] = [
        {
            "MetricName": metric,
            "Dimensions": [{"Name": "Host", "Value": f"{job.name}/algo-1"}],
            "Timestamp": BEGAN + timedelta(minutes=number),
            "Value": value,
            "Unit": "Percent",
        }
        for number, value in enumerate(values)
    ]
    clients.cloudwatch.put_metric_data(Namespace=NAMESPACE, MetricData=data)


def test_percents_summed_over_cards_and_cores_become_shares_of_the_machine(clients: AwsClients, name: str) -> None:
    four_cards = a_job(name, compute=Compute("ml.g4dn.12xlarge", 1, 50, 3600))
    put(clients, four_cards, "GPUUtilization", 40, 400)
    put(clients, four_cards, "GPUMemoryUtilization", 200)
    put(clients, four_cards, "CPUUtilization", 2400, 4800)
    unknown = a_job(f"{name}-other")

    used = CloudWatchMachines(clients).use_of([four_cards, unknown], BEGAN, NOW)

    assert used[name] == Use((Minute(BEGAN, 0.1), Minute(BEGAN + timedelta(minutes=1), 1.0)), 0.5, 0.75)
    assert used[unknown.name] == Use()


@pytest.mark.parametrize("kind", ["fake", "aws"])
def test_of_a_job_of_which_nothing_is_known_nothing_is_told(
    kind: str, request: pytest.FixtureRequest, name: str
) -> None:
    if kind == "fake":
        metrics: InstanceMetrics = FakeMachines()
    else:
        metrics = CloudWatchMachines(request.getfixturevalue("clients"))

    assert metrics.use_of([a_job(name)], BEGAN, NOW).get(name, Use()) == Use()
