"""Clients are made once, when they are first used, by however many threads."""

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

from bot.adapters.sagemaker.clients import PRICING_REGION, AwsClients


def test_many_threads_get_the_same_client(clients: AwsClients) -> None:
    together = threading.Barrier(8)

    def take(_: int) -> object:
        together.wait()
        return clients.sagemaker

    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(take, range(8)))

    assert {id(client) for client in taken} == {id(clients.sagemaker)}


def test_prices_are_asked_where_they_are_told() -> None:
    clients = AwsClients("eu-central-1")

    regions = (clients.pricing.meta.region_name, clients.s3.meta.region_name)
    clients.close()

    assert regions == (PRICING_REGION, "eu-central-1")


def test_an_invocation_may_take_as_long_as_a_container_may(clients: AwsClients) -> None:
    config = clients.runtime.meta.config

    assert config.read_timeout >= 70
    assert config.retries == {"mode": "standard", "total_max_attempts": 1}


def test_a_closed_client_is_made_anew(clients: AwsClients) -> None:
    first = clients.sts
    clients.close()

    assert clients.sts is not first


def test_importing_the_adapters_imports_neither_boto3_nor_sagemaker() -> None:
    code = (
        "import sys, bot.adapters.sagemaker.training, bot.adapters.sagemaker.hosting, bot.adapters.storage, "
        "bot.adapters.pricing, bot.adapters.account\n"
        "print(sorted({'boto3', 'sagemaker'} & set(sys.modules)))"
    )

    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert told.stdout.strip() == "[]"
