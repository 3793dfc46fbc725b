"""Images in an S3 bucket, and data sets written into ours: the ports ImageSource, Target and Targets on S3."""

import functools
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from typing import Any, BinaryIO

from bot.adapters.data.bucket_facts import region_of, whether_public
from bot.adapters.sagemaker.clients import AwsClients
from bot.adapters.sagemaker.errors import aws_errors
from bot.adapters.storage import FOLDER
from bot.domain.checks import Finding, Rule
from bot.domain.sources import SourceObject
from bot.errors import DeniedError, GoneError, PlatformError, RefusedError

# https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html
_MOST_DELETED = 1000
_POLICY = "Ask the operators of this bot, or the owner of the bucket, to allow it."


class BucketSource:
    """The port ImageSource: everything below an S3 address, which ends with a slash.

    A key that is a whole address is read from there: manifests name images wherever they lie.
    """

    def __init__(self, clients: AwsClients, address: str, hidden: re.Pattern[str] | None = None) -> None:
        """Objects whose whole keys begin with what is `hidden` are not listed."""
        self._clients = clients
        self._hidden = hidden
        self._bucket, _, self._prefix = address.removeprefix("s3://").partition("/")
        self.address = address
        self._near = functools.cache(self._is_near)

    def objects(self) -> Iterator[SourceObject]:
        pages = self._clients.s3.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=self._prefix)
        with self._denied("s3:ListBucket", f"arn:aws:s3:::{self._bucket}"), aws_errors("list", self._named()):
            for page in pages:
                for one in page.get("Contents", ()):
                    if self._hidden and self._hidden.match(one["Key"]):
                        continue
                    if key := one["Key"].removeprefix(self._prefix):
                        yield SourceObject(key, one["Size"])

    def read(self, key: str, most_bytes: int) -> bytes:
        with self._reading(key), closing(self._got(key)) as stream:
            body: bytes = stream.read(most_bytes + 1)
        if len(body) > most_bytes:
            raise RefusedError(f"`{key}` is larger than {most_bytes:,} bytes.")
        return body

    @contextmanager
    def opened(self, key: str) -> Iterator[BinaryIO]:
        with self._reading(key), closing(self._got(key)) as stream:
            yield stream

    def findings(self) -> Sequence[Finding]:
        """Its region decides: SageMaker reads from buckets of its own region only, and so do we."""
        region = region_of(self._clients, self._bucket)
        if region and region != self._clients.region:
            said = f"The bucket `{self._bucket}` lies in {region}, and SageMaker reads in {self._clients.region} only."
            return (Finding(Rule.OTHER_REGION, "", f"{said} Copy the images into a bucket there."),)
        if whether_public(self._clients, self._bucket):
            said = f"The bucket `{self._bucket}` can be read by everybody. If these images are not for everybody, "
            return (Finding(Rule.PUBLIC_BUCKET, "", f"{said}block public access to it."),)
        return ()

    def _got(self, key: str) -> Any:
        bucket, key = self._place(key)
        return self._clients.s3.get_object(Bucket=bucket, Key=key)["Body"]

    def _place(self, key: str) -> tuple[str, str]:
        """Bucket and key."""
        if not key.startswith("s3://"):
            return self._bucket, self._prefix + key
        bucket, _, rest = key.removeprefix("s3://").partition("/")
        if bucket != self._bucket and not self._near(bucket):
            raise DeniedError("lies in a bucket of another region, where SageMaker does not read")
        return bucket, rest

    def _is_near(self, bucket: str) -> bool:
        return region_of(self._clients, bucket) in ("", self._clients.region)

    @contextmanager
    def _reading(self, key: str) -> Iterator[None]:
        below = key.removeprefix("s3://") if key.startswith("s3://") else f"{self._bucket}/{self._prefix}*"
        with self._denied("s3:GetObject", f"arn:aws:s3:::{below}"), aws_errors("read", f"`{key}`"):
            yield

    @contextmanager
    def _denied(self, action: str, resource: str) -> Iterator[None]:
        """S3 does not say what is missing: "Access Denied" is all."""
        try:
            yield
        except DeniedError as error:
            if not error.code:
                raise
            why = f"It lacks the permission `{action}` on `{resource}`."
            raise DeniedError(error.what, why, _POLICY, error.code) from error

    def _named(self) -> str:
        return f"`{self.address}`"


class BucketTarget:
    """The port Target: a folder of the bucket."""

    def __init__(self, clients: AwsClients, bucket: str, prefix: str) -> None:
        self._clients = clients
        self._bucket = bucket
        self._prefix = prefix

    @property
    def address(self) -> str:
        return f"s3://{self._bucket}/{self._prefix}"

    def put(self, name: str, body: bytes, content_type: str = "application/octet-stream") -> None:
        with aws_errors("write", self._named(name)):
            self._clients.s3.put_object(**self._at(name), Body=body, ContentType=content_type)

    def read(self, name: str) -> bytes | None:
        try:
            with aws_errors("read", self._named(name)), self._opened(name) as stream:
                body: bytes = stream.read()
                return body
        except GoneError:
            return None

    def begin(self, name: str) -> str:
        with aws_errors("begin writing", self._named(name)):
            return str(self._clients.s3.create_multipart_upload(**self._at(name))["UploadId"])

    def part(self, name: str, upload_id: str, number: int, body: bytes) -> str:
        with aws_errors("write a part of", self._named(name)):
            answer = self._clients.s3.upload_part(**self._at(name), UploadId=upload_id, PartNumber=number, Body=body)
            return str(answer["ETag"])

    def complete(self, name: str, upload_id: str, etags: Sequence[str]) -> None:
        parts = [{"PartNumber": number, "ETag": etag} for number, etag in enumerate(etags, start=1)]
        try:
            with aws_errors("complete", self._named(name)):
                self._clients.s3.complete_multipart_upload(
                    **self._at(name), UploadId=upload_id, MultipartUpload={"Parts": parts}
                )
        except GoneError:
            # It may have been completed already, and the answer was lost. An object of parts says of how many:
            # https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html
            if not self._etag(name).endswith(f"-{len(etags)}"):
                raise

    def remove(self, prefix: str = "") -> None:
        below = self._prefix + prefix
        with aws_errors("clear", self._named(prefix)):
            for upload in self._uploads(below):
                with suppress(GoneError), aws_errors("give up", self._named(prefix)):
                    self._clients.s3.abort_multipart_upload(Bucket=self._bucket, **upload)
            for page in self._clients.s3.get_paginator("list_objects_v2").paginate(
                Bucket=self._bucket, Prefix=below, PaginationConfig={"PageSize": _MOST_DELETED}
            ):
                self._delete([{"Key": one["Key"]} for one in page.get("Contents", ())])

    def _uploads(self, below: str) -> list[dict[str, str]]:
        pages = self._clients.s3.get_paginator("list_multipart_uploads").paginate(Bucket=self._bucket, Prefix=below)
        return [
            {"Key": one["Key"], "UploadId": one["UploadId"]}
            for page in pages
            for one in page.get("Uploads", ())
            if one["Key"].startswith(below)
        ]

    def _delete(self, keys: Iterable[dict[str, str]]) -> None:
        objects = list(keys)
        if not objects:
            return
        answer = self._clients.s3.delete_objects(Bucket=self._bucket, Delete={"Objects": objects, "Quiet": True})
        if errors := answer.get("Errors"):
            first = errors[0]
            raise PlatformError(
                f"AWS did not remove {len(errors):,} objects of {self._named('')}.",
                str(first.get("Message", "")),
                code=str(first.get("Code", "")),
            )

    def _etag(self, name: str) -> str:
        with aws_errors("look at", self._named(name)):
            return str(self._clients.s3.head_object(**self._at(name))["ETag"]).strip('"')

    def _opened(self, name: str) -> AbstractContextManager[Any]:
        return closing(self._clients.s3.get_object(**self._at(name))["Body"])

    def _at(self, name: str) -> dict[str, str]:
        return {"Bucket": self._bucket, "Key": self._prefix + name}

    def _named(self, name: str) -> str:
        return f"`s3://{self._bucket}/{self._prefix}{name}`"


class BucketTargets:
    """The port Targets: the data sets' folder of the bot's bucket."""

    def __init__(self, clients: AwsClients, bucket: str) -> None:
        self._clients = clients
        self._bucket = bucket

    def at(self, folder: str) -> BucketTarget:
        return BucketTarget(self._clients, self._bucket, FOLDER + folder)

    def describe(self, name: str, descriptor: bytes) -> None:
        self.at(f"{name}/").put("dataset.json", descriptor, "application/json")

    def forget(self, name: str) -> None:
        folder = self.at(f"{name}/")
        # First of all, lest somebody trains on what is half gone.
        folder.remove("dataset.json")
        folder.remove()
