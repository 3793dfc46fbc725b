"""The end of a lease as a tag on its endpoint, for whoever looks in AWS's console."""

from datetime import UTC, datetime

from bot.adapters.sagemaker.clients import AwsClients
from bot.adapters.sagemaker.errors import aws_errors
from bot.adapters.sagemaker.resources import ENDPOINT, described, row_id
from bot.errors import GoneError

LEASE_TAG = "darkroom:lease"


class SageMakerLeaseTags:
    """The port LeaseTags on SageMaker."""

    def __init__(self, clients: AwsClients) -> None:
        self._clients = clients

    def tag(self, endpoint_name: str, ends_at: datetime) -> None:
        client = self._clients.sagemaker
        told = described(client, ENDPOINT, endpoint_name)
        if not row_id(client, ENDPOINT, told, endpoint_name):
            raise GoneError(f"AWS has {ENDPOINT.called(endpoint_name)}, and this bot did not make it.")
        value = ends_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")
        with aws_errors("tag", ENDPOINT.called(endpoint_name)):
            client.add_tags(ResourceArn=told["EndpointArn"], Tags=[{"Key": LEASE_TAG, "Value": value}])
