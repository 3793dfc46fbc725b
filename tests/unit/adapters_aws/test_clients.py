"""Clients are made once, when they are first used, by however many threads."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.adapters.sagemaker.clients import PRICING_REGION, AwsClients
from bot.errors import PlatformError


@pytest.fixture
def fresh(aws_environment: None) -> Iterator[AwsClients]:
    clients = AwsClients("us-east-1")
    yield clients
    clients.close()


def test_many_threads_get_the_same_client(fresh: AwsClients) -> None:
    together = threading.Barrier(8)

    def take(_: int) -> object:
        together.wait()
        return fresh.sagemaker

    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(take, range(8)))

    assert {id(client) for client in taken} == {id(fresh.sagemaker)}


def test_prices_are_asked_where_they_are_told() -> None:
    clients = AwsClients("eu-central-1")

    regions = (clients.pricing.meta.region_name, clients.s3.meta.region_name)
    clients.close()

    assert regions == (PRICING_REGION, "eu-central-1")


def test_an_invocation_may_take_as_long_as_a_container_may(fresh: AwsClients) -> None:
    config = fresh.runtime.meta.config

    assert config.read_timeout >= 70
    assert config.retries == {"mode": "standard", "total_max_attempts": 1}


def test_a_closed_client_is_made_anew(fresh: AwsClients) -> None:
    first = fresh.sts
    fresh.close()

    assert fresh.sts is not first


def test_an_address_without_its_scheme_is_told(fresh: AwsClients, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "localhost:4566")

    with pytest.raises(PlatformError, match="malformed") as caught:
        _ = fresh.s3

    assert caught.value.why == "Invalid endpoint: localhost:4566."


def test_a_profile_that_is_not_there_is_told(fresh: AwsClients, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nobody")

    with pytest.raises(PlatformError) as caught:
        _ = fresh.s3

    assert "nobody" in caught.value.why


def test_importing_the_adapters_imports_nothing_heavy() -> None:
    code = (
        "import sys, bot.adapters.sagemaker.training, bot.adapters.sagemaker.hosting, bot.adapters.storage, "
        "bot.adapters.pricing, bot.adapters.account\n"
        "print(sorted({'boto3', 'botocore.parsers', 'sagemaker'} & set(sys.modules)))"
    )

    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert told.stdout.strip() == "[]"
