"""A bucket as a source of images, and as the place that data sets are written to."""

import functools
from collections.abc import Iterator
from typing import Any

import pytest

from bot.adapters.data.buckets import BucketSource, BucketTarget, BucketTargets
from bot.adapters.data.image_sources import ImageSources
from bot.adapters.sagemaker.clients import AwsClients
from bot.adapters.slack.files import SlackFiles
from bot.domain.checks import Rule
from bot.errors import DeniedError, GoneError, RefusedError
from tests.builders import a_preparation
from tests.unit.adapters_data.conftest import OURS, TEAM

PART = 5 * 1024 * 1024


@pytest.fixture
def put(clients: AwsClients) -> Any:
    return functools.partial(clients.s3.put_object, Bucket=TEAM)


@pytest.fixture
def source(clients: AwsClients) -> BucketSource:
    return BucketSource(clients, f"s3://{TEAM}/pets/")


@pytest.fixture
def target(clients: AwsClients) -> BucketTarget:
    return BucketTargets(clients, OURS).at("pets/1/")


@pytest.fixture
def refusing(clients: AwsClients) -> Iterator[Any]:
    """S3 refuses an operation as it does where a permission is missing."""
    from botocore.awsrequest import AWSResponse

    registered: list[tuple[str, Any]] = []

    class Raw:
        def __init__(self, body: bytes) -> None:
            self.body = body

        def stream(self, **_: Any) -> Iterator[bytes]:
            yield self.body

    def refuse(operation: str, status: int = 403, code: str = "AccessDenied") -> None:
        def answer(request: Any, **_: Any) -> AWSResponse:
            body = f"<Error><Code>{code}</Code><Message>Access Denied</Message></Error>".encode()
            return AWSResponse(request.url, status, {"content-type": "application/xml"}, Raw(body))

        clients.s3.meta.events.register(f"before-send.s3.{operation}", answer)
        registered.append((f"before-send.s3.{operation}", answer))

    yield refuse
    for name, answer in registered:
        clients.s3.meta.events.unregister(name, answer)


def test_all_objects_below_the_prefix_are_found(source: BucketSource, put: Any) -> None:
    for key in ("pets/cat/1.jpg", "pets/", "pets/dog/2.jpg", "pets-old/cat/3.jpg"):
        put(Key=key, Body=b"12")

    assert [(one.key, one.size) for one in source.objects()] == [("cat/1.jpg", 2), ("dog/2.jpg", 2)]


def test_an_object_is_read(source: BucketSource, put: Any) -> None:
    put(Key="pets/cat/1 & 2+3.jpg", Body=b"image")

    assert source.read("cat/1 & 2+3.jpg", 5) == b"image"


def test_an_object_that_grew_too_large_is_refused(source: BucketSource, put: Any) -> None:
    put(Key="pets/cat/1.jpg", Body=b"image")

    with pytest.raises(RefusedError):
        source.read("cat/1.jpg", 4)


def test_an_object_that_vanished_is_gone(source: BucketSource) -> None:
    with pytest.raises(GoneError):
        source.read("cat/1.jpg", 4)


def test_an_object_is_streamed(source: BucketSource, put: Any) -> None:
    put(Key="pets/train.rec", Body=b"a long one")
    with source.opened("train.rec") as stream:
        read = stream.read(2), stream.read()

    assert read == (b"a ", b"long one")


def test_a_whole_address_is_read_from_where_it_says(source: BucketSource, put: Any) -> None:
    put(Key="elsewhere/1.jpg", Body=b"image")

    assert source.read(f"s3://{TEAM}/elsewhere/1.jpg", 5) == b"image"


def test_a_bucket_that_is_not_there_is_said(clients: AwsClients) -> None:
    with pytest.raises(GoneError, match="There is no bucket `no-such-bucket`") as gone:
        BucketSource(clients, "s3://no-such-bucket/pets/").findings()

    assert "Look at the address" in gone.value.next_step


def test_a_listing_that_is_denied_names_action_and_bucket(source: BucketSource, refusing: Any) -> None:
    refusing("ListObjectsV2")
    with pytest.raises(DeniedError) as raised:
        list(source.objects())

    assert "`s3:ListBucket` on `arn:aws:s3:::adapters-pictures`" in raised.value.why


def test_an_object_that_is_denied_names_action_and_prefix(source: BucketSource, refusing: Any, put: Any) -> None:
    put(Key="pets/1", Body=b"")
    refusing("GetObject")
    with pytest.raises(DeniedError) as raised:
        source.read("1", 1)

    assert "`s3:GetObject` on `arn:aws:s3:::adapters-pictures/pets/*`" in raised.value.why


def test_nothing_is_to_be_said_of_a_private_bucket_of_our_region(source: BucketSource) -> None:
    assert source.findings() == ()


def test_a_bucket_of_another_region_is_found_out(clients: AwsClients) -> None:
    clients.s3.create_bucket(Bucket="far-pictures", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    (found,) = BucketSource(clients, "s3://far-pictures/").findings()

    assert (found.rule, "eu-west-1" in found.said) == (Rule.OTHER_REGION, True)


def test_an_image_in_a_bucket_of_another_region_is_not_read(source: BucketSource, clients: AwsClients) -> None:
    clients.s3.create_bucket(Bucket="far-away", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})

    with pytest.raises(DeniedError, match="another region"):
        source.read("s3://far-away/1.jpg", 1)


def test_a_bucket_that_everybody_may_read_is_found_out(source: BucketSource, clients: AwsClients) -> None:
    clients.s3.put_bucket_acl(Bucket=TEAM, ACL="public-read")
    found = source.findings()
    clients.s3.put_bucket_acl(Bucket=TEAM, ACL="private")

    assert [one.rule for one in found] == [Rule.PUBLIC_BUCKET]


def test_who_may_not_ask_whether_it_is_public_is_not_bothered(source: BucketSource, refusing: Any) -> None:
    for operation in ("GetBucketPolicyStatus", "GetBucketAcl", "GetPublicAccessBlock"):
        refusing(operation)

    assert source.findings() == ()


def test_what_is_put_can_be_read(target: BucketTarget) -> None:
    target.put("classes.txt", b"cat\ndog\n", "text/plain")

    assert target.read("classes.txt") == b"cat\ndog\n"
    assert target.read("split.csv") is None


def test_parts_make_one_object(target: BucketTarget) -> None:
    upload = target.begin("train/train.rec")
    etags = [target.part("train/train.rec", upload, 1, b"a" * PART), target.part("train/train.rec", upload, 2, b"b")]
    target.complete("train/train.rec", upload, etags)

    assert target.read("train/train.rec") == b"a" * PART + b"b"


def test_completing_twice_is_no_fault(target: BucketTarget) -> None:
    upload = target.begin("train/train.rec")
    etags = [target.part("train/train.rec", upload, 1, b"whole")]
    target.complete("train/train.rec", upload, etags)
    target.complete("train/train.rec", upload, etags)

    assert target.read("train/train.rec") == b"whole"


def test_an_upload_that_was_given_up_cannot_be_completed(target: BucketTarget, refusing: Any) -> None:
    upload = target.begin("train/train.rec")
    refusing("CompleteMultipartUpload", 404, "NoSuchUpload")

    with pytest.raises(GoneError):
        target.complete("train/train.rec", upload, ['"e"'])


def test_a_part_of_an_upload_that_was_given_up_is_told_apart(target: BucketTarget, refusing: Any) -> None:
    upload = target.begin("train/train.rec")
    refusing("UploadPart", 404, "NoSuchUpload")

    with pytest.raises(GoneError):
        target.part("train/train.rec", upload, 1, b"late")


def test_removing_takes_all_below_and_what_was_begun_there(target: BucketTarget, clients: AwsClients) -> None:
    target.put("train/one", b"1")
    target.put("classes.txt", b"1")
    target.begin("train/train.rec")
    target.remove("train/")
    kept = [one["Key"] for one in clients.s3.list_objects_v2(Bucket=OURS)["Contents"]]

    assert kept == ["datasets/pets/1/classes.txt"]
    assert "Uploads" not in clients.s3.list_multipart_uploads(Bucket=OURS)


def test_forgetting_a_name_leaves_names_that_begin_alike(clients: AwsClients) -> None:
    targets = BucketTargets(clients, OURS)
    for name in ("pets", "pets-2"):
        targets.describe(name, b"{}")
        targets.at(f"{name}/1/").put("classes.txt", b"")
    targets.forget("pets")
    kept = [one["Key"] for one in clients.s3.list_objects_v2(Bucket=OURS)["Contents"]]

    assert kept == ["datasets/pets-2/1/classes.txt", "datasets/pets-2/dataset.json"]


def test_a_preparation_with_an_address_is_read_from_there(clients: AwsClients) -> None:
    sources = ImageSources(clients, SlackFiles("xoxb-none", "http://127.0.0.1:9/api/"))
    with sources.opened(a_preparation(source=f"s3://{TEAM}/pets/")) as source:
        assert source.address == "s3://adapters-pictures/pets/"
