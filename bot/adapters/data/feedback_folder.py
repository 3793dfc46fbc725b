"""The port FeedbackFolder on S3: `feedback/` in each data set's folder, with one augmented manifest of what lies there.

What is removed goes with all of its versions, where the bucket keeps those.
"""

import re
from collections.abc import Sequence

from bot.adapters.data.buckets import BucketTarget
from bot.adapters.data.object_versions import remove_for_good, remove_versions
from bot.adapters.sagemaker.clients import AwsClients
from bot.adapters.sagemaker.errors import aws_errors
from bot.adapters.storage import FOLDER
from bot.domain.kept_pictures import KeptPicture
from bot.formats import manifests
from bot.formats.manifests import Labelling, Line

FEEDBACK = "feedback/"
MANIFEST = "feedback.manifest"
KEPT = re.compile(rf"{FOLDER}[^/]+/{FEEDBACK}")
# https://docs.aws.amazon.com/sagemaker/latest/dg/augmented-manifest.html
_ATTRIBUTE, _JOB_NAME = "class", "darkroom/feedback"
_SUFFIXES = {"image/jpeg": ".jpg", "image/png": ".png"}


class BucketFeedback:
    """Kept pictures in the bot's bucket, by the ids of their uploads."""

    def __init__(self, clients: AwsClients, bucket: str) -> None:
        self._clients = clients
        self._bucket = bucket

    def put(self, data_set: str, upload_id: str, image: bytes, content_type: str) -> str:
        folder, name = self._at(data_set), f"{upload_id}{_SUFFIXES[content_type]}"
        folder.put(name, image, content_type)
        return f"{folder.address}{name}"

    def remove(self, data_set: str, upload_id: str) -> None:
        # Whatever it was put as: what was put before a crash has no address in its row.
        for suffix in _SUFFIXES.values():
            remove_for_good(self._clients, self._bucket, f"{_prefix(data_set)}{upload_id}{suffix}")

    def write_manifest(self, data_set: str, pictures: Sequence[KeptPicture], classes: Sequence[str]) -> None:
        body = "".join(manifest_line(one, classes) for one in pictures).encode()
        key = f"{_prefix(data_set)}{MANIFEST}"
        if not body:
            remove_for_good(self._clients, self._bucket, key)
            return
        with aws_errors("write", f"`s3://{self._bucket}/{key}`"):
            answer = self._clients.s3.put_object(
                Bucket=self._bucket, Key=key, Body=body, ContentType="application/jsonlines"
            )
        if "VersionId" in answer:
            # Earlier versions name pictures that may be gone.
            remove_versions(self._clients, self._bucket, key, but_the_latest=True)

    def _at(self, data_set: str) -> BucketTarget:
        return BucketTarget(self._clients, self._bucket, _prefix(data_set))


def manifest_line(picture: KeptPicture, classes: Sequence[str] = ()) -> str:
    """The picture's line, as Ground Truth writes one, with who said so and what the model had said."""
    index = classes.index(picture.label) if picture.label in classes else picture.class_index
    more = {
        "confidence": round(picture.share, 4),
        "model": picture.model,
        "endpoint": picture.endpoint_name,
        "predicted": picture.predicted,
        "predicted-confidence": round(picture.confidence, 6),
        "labelled-by": list(picture.labelled_by),
        "held-out": "yes" if picture.held_out else "no",
    }
    line = Line(picture.key, (index,), (picture.label,))
    return manifests.written(line, Labelling(_ATTRIBUTE, _JOB_NAME, picture.labelled_at), more)


def _prefix(data_set: str) -> str:
    return f"{FOLDER}{data_set}/{FEEDBACK}"
