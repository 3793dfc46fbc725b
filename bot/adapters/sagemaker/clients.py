"""The boto3 clients of one region, each made when it is first used, so that a process pays only for what it calls."""

import threading
from typing import Any

from bot.adapters.sagemaker.errors import aws_errors
from bot.errors import PlatformError

# The Price List API answers in few regions; this one has it always.
# https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/using-price-list-query-api.html
PRICING_REGION = "us-east-1"


class AwsClients:
    """Clients may be shared by threads, sessions may not: making one is behind a lock, using one is not.

    https://docs.aws.amazon.com/boto3/latest/guide/clients.html#multithreading-or-multiprocessing-with-clients
    All of them come from one session, so that botocore loads what services share (partitions, endpoints) once.
    Where `AWS_ENDPOINT_URL…` is set, botocore honours it.
    """

    def __init__(self, region: str) -> None:
        self.region = region
        self._lock = threading.Lock()
        self._session: Any = None
        self._made: dict[str, Any] = {}

    @property
    def sagemaker(self) -> Any:
        return self._client("sagemaker")

    @property
    def runtime(self) -> Any:
        return self._client("sagemaker-runtime")

    @property
    def s3(self) -> Any:
        return self._client("s3")

    @property
    def logs(self) -> Any:
        return self._client("logs")

    @property
    def cloudwatch(self) -> Any:
        return self._client("cloudwatch")

    @property
    def sts(self) -> Any:
        return self._client("sts")

    @property
    def iam(self) -> Any:
        return self._client("iam")

    @property
    def sqs(self) -> Any:
        return self._client("sqs")

    @property
    def events(self) -> Any:
        return self._client("events")

    @property
    def pricing(self) -> Any:
        return self._client("pricing")

    def close(self) -> None:
        """Close the connections; a client that is asked for afterwards is made anew."""
        with self._lock:
            made, self._made = self._made, {}
        for client in made.values():
            client.close()

    def _client(self, service: str) -> Any:
        client = self._made.get(service)
        if client is not None:
            return client
        with self._lock:
            if service not in self._made:
                self._made[service] = self._make(service)
            return self._made[service]

    def _make(self, service: str) -> Any:
        # Imported here, for it costs 30 MB that a process without AWS calls (the web one) need not pay.
        import boto3

        region = PRICING_REGION if service == "pricing" else self.region
        try:
            with aws_errors("make a client for", f"the service `{service}`"):
                if self._session is None:
                    self._session = boto3.Session(region_name=self.region)
                return self._session.client(service, region_name=region, config=_config(service))
        except ValueError as error:
            # What botocore says of an address without its scheme, which it reads from the environment itself.
            raise PlatformError(
                "The settings for AWS are malformed.", f"{error}.", "Look at AWS_ENDPOINT_URL and AWS_REGION."
            ) from error


def _config(service: str) -> Any:
    from botocore.config import Config

    # A container may take 60 s, and InvokeEndpoint asks for a read timeout of 70 s then. Trying again is the caller's
    # affair there: botocore would hold the worker through a cold start.
    # https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpoint.html
    invoking = service == "sagemaker-runtime"
    # A queue is waited at for 20 s, after which its answer still has to come.
    waiting = 30 if service == "sqs" else 20
    return Config(
        connect_timeout=5,
        read_timeout=75 if invoking else waiting,
        retries={"mode": "standard", "total_max_attempts": 1 if invoking else 3},
        # As many as threads that use one client at the same time.
        max_pool_connections=32,
        tcp_keepalive=True,
    )
