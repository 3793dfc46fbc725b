"""What can be found out about a bucket that is not ours: where it lies, and whether everybody may read it."""

import logging
from collections.abc import Callable, Mapping
from typing import Any

from bot.adapters.sagemaker.clients import AwsClients
from bot.adapters.sagemaker.errors import aws_errors
from bot.errors import BusyError, GoneError, PlatformError

_EVERYBODY = (
    "http://acs.amazonaws.com/groups/global/AllUsers",
    "http://acs.amazonaws.com/groups/global/AuthenticatedUsers",
)
log = logging.getLogger(__name__)


def region_of(clients: AwsClients, bucket: str) -> str:
    """The bucket's region; empty where nobody tells. S3 tells it even to those who may not see the bucket.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html
    """
    from botocore.exceptions import ClientError

    with aws_errors("look at", f"the bucket `{bucket}`"):
        try:
            answer: Mapping[str, Any] = clients.s3.head_bucket(Bucket=bucket)
        except ClientError as error:
            answer = error.response
            code = str(answer.get("Error", {}).get("Code", ""))
            if code in ("404", "NoSuchBucket"):
                raise GoneError(
                    f"There is no bucket `{bucket}`.", next_step="Look at the address, and add it again.", code=code
                ) from error
    headers = answer.get("ResponseMetadata", {}).get("HTTPHeaders", {})
    return str(headers.get("x-amz-bucket-region") or _told_location(clients, bucket))


def whether_public(clients: AwsClients, bucket: str) -> bool:
    """Whether everybody may read it, as far as we may ask: by its policy or by its access list, and not blocked."""
    policy = _told(lambda: clients.s3.get_bucket_policy_status(Bucket=bucket))
    grants = _told(lambda: clients.s3.get_bucket_acl(Bucket=bucket)).get("Grants", ())
    by_policy = bool(policy.get("PolicyStatus", {}).get("IsPublic"))
    by_list = any(grant.get("Grantee", {}).get("URI") in _EVERYBODY for grant in grants)
    if not by_policy and not by_list:
        return False
    answer = _told(lambda: clients.s3.get_public_access_block(Bucket=bucket))
    blocked = answer.get("PublicAccessBlockConfiguration", {})
    return (by_policy and not blocked.get("RestrictPublicBuckets")) or (by_list and not blocked.get("IgnorePublicAcls"))


def _told_location(clients: AwsClients, bucket: str) -> str:
    answer = _told(lambda: clients.s3.get_bucket_location(Bucket=bucket))
    # https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html: the oldest region has no name here.
    return str(answer.get("LocationConstraint") or "us-east-1") if answer else ""


def _told(ask: Callable[[], Mapping[str, Any]]) -> Mapping[str, Any]:
    """The answer, or an empty one: not everybody may ask, and what is not configured is an error to S3."""
    try:
        with aws_errors("look at", "the bucket"):
            return ask()
    except BusyError:
        raise
    except PlatformError as error:
        log.info("bucket_not_told code=%s", error.code)
        return {}
