"""The port Shelf on S3: reads kept pictures by their addresses."""

from bot.adapters.data.buckets import BucketSource
from bot.adapters.sagemaker.clients import AwsClients
from bot.domain.image_rules import MAX_BYTES


class KeptShelf:
    """Over the bot's bucket."""

    def __init__(self, clients: AwsClients, bucket: str) -> None:
        self._source = BucketSource(clients, f"s3://{bucket}/")

    def read(self, address: str) -> bytes:
        return self._source.read(address, MAX_BYTES)
