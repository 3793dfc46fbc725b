"""Removes an object for good: in a bucket that keeps versions, deleting it would only hide it."""

from collections.abc import Iterable
from typing import Any

from bot.adapters.sagemaker.clients import AwsClients
from bot.adapters.sagemaker.errors import aws_errors
from bot.errors import PlatformError

# https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html
_MOST_DELETED = 1000


def remove_for_good(clients: AwsClients, bucket: str, key: str) -> None:
    """Delete the object with all of its versions; where there is none, nothing."""
    with aws_errors("remove", f"`s3://{bucket}/{key}`"):
        answer = clients.s3.delete_object(Bucket=bucket, Key=key)
    # A bucket that has never kept versions tells none.
    # https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html
    if "VersionId" in answer:
        remove_versions(clients, bucket, key)


def remove_versions(clients: AwsClients, bucket: str, key: str, *, but_the_latest: bool = False) -> None:
    """Delete all versions of the object and the marks of deletions.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/DeletingObjectVersions.html
    """
    named = f"`s3://{bucket}/{key}`"
    with aws_errors("remove the versions of", named):
        pages = clients.s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=key)
        found = [one for page in pages for kind in ("Versions", "DeleteMarkers") for one in page.get(kind, ())]
        going = [one for one in found if one["Key"] == key and not (but_the_latest and one["IsLatest"])]
        for start in range(0, len(going), _MOST_DELETED):
            _delete(clients, bucket, going[start : start + _MOST_DELETED], named)


def _delete(clients: AwsClients, bucket: str, going: Iterable[dict[str, Any]], named: str) -> None:
    objects = [{"Key": one["Key"], "VersionId": one["VersionId"]} for one in going]
    answer = clients.s3.delete_objects(Bucket=bucket, Delete={"Objects": objects, "Quiet": True})
    if errors := answer.get("Errors"):
        first = errors[0]
        what = f"AWS did not remove {named}."
        raise PlatformError(what, str(first.get("Message", "")), code=str(first.get("Code", "")))
