"""The port Sources: an S3 prefix, or the zips that somebody uploaded to Slack."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from bot.adapters.data.buckets import BucketSource
from bot.adapters.data.feedback_folder import KEPT
from bot.adapters.data.uploaded_zips import UploadedZips
from bot.adapters.sagemaker.clients import AwsClients
from bot.adapters.slack.files import SlackFiles
from bot.domain.preparations import Preparation
from bot.ports import ImageSource


class ImageSources:
    """Opens what a preparation names; downloads are gone again at the end of the block.

    Of the data sets in our own bucket, the pictures that are kept to learn from are no images.
    """

    def __init__(self, clients: AwsClients, files: SlackFiles, own_bucket: str = "") -> None:
        self._clients = clients
        self._own = f"s3://{own_bucket}/"
        self._zips = UploadedZips(files)

    def opened(self, preparation: Preparation) -> AbstractContextManager[ImageSource]:
        return self._zips.opened(preparation.file_ids) if preparation.file_ids else self._bucket(preparation.source)

    @contextmanager
    def _bucket(self, address: str) -> Iterator[ImageSource]:
        yield BucketSource(self._clients, address, KEPT if address.startswith(self._own) else None)
