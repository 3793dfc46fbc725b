"""Clients that reach no AWS: their answers are the test's."""

from collections.abc import Iterator

import pytest

from bot.adapters.sagemaker.clients import AwsClients


@pytest.fixture(autouse=True)
def aws_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "a-key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "a-secret")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")


@pytest.fixture(scope="session")
def shared() -> Iterator[AwsClients]:
    clients = AwsClients("us-east-1")
    yield clients
    clients.close()


@pytest.fixture
def clients(shared: AwsClients, aws_environment: None) -> AwsClients:
    """Making a client reads megabytes of AWS's model, so all tests take turns with the same ones."""
    return shared
