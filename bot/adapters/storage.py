"""The data sets in the bucket, each told by the `dataset.json` in its folder; the images are never looked at."""

import json
import logging
from collections.abc import Mapping
from contextlib import closing
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, StringConstraints, ValidationError

from bot.adapters.sagemaker.clients import AwsClients
from bot.adapters.sagemaker.errors import aws_errors
from bot.domain.datasets import DataSet, Format
from bot.errors import GoneError

log = logging.getLogger(__name__)

FOLDER = "datasets/"
_MAX_BYTES = 1024 * 1024

Name = Annotated[str, StringConstraints(pattern=r"^[a-zA-Z0-9][a-zA-Z0-9._-]{0,62}$")]
Label = Annotated[str, StringConstraints(min_length=1, max_length=100, strip_whitespace=True)]
Side = Annotated[int, Field(ge=1)]
Address = Annotated[str, StringConstraints(pattern=r"^s3://[^/]+/", max_length=1024)]


class _Images(BaseModel):
    """How many images there are to train and to validate with."""

    train: Annotated[int, Field(ge=1)]
    validation: Annotated[int, Field(ge=1)]


class _ImageSize(BaseModel):
    """The sides of the smallest image."""

    min: Annotated[list[Side], Field(min_length=2, max_length=2)]


class _Locations(BaseModel):
    """The S3 addresses of input channels that do not lie in folders of their names beside the descriptor."""

    model_config = {"extra": "forbid"}

    train: Address
    validation: Address
    train_lst: Address | None = None
    validation_lst: Address | None = None


class _Descriptor(BaseModel):
    """`dataset.json`; what else it holds is for people. `image` is the same as `lst`, as descriptors by hand say it."""

    name: Name
    format: Literal["image", "rec", "lst", "manifest"]
    classes: Annotated[list[Label], Field(min_length=2)]
    images: _Images
    resize: Side | None = None
    image_size: _ImageSize | None = None
    locations: _Locations | None = None
    multi_label: bool = False
    label_attribute: str = ""
    class_ids: bool = False
    made_by: str = ""
    min_accuracy: Annotated[float, Field(ge=0, le=1)] | None = None
    based_on: str = ""
    from_use: Annotated[int, Field(ge=0)] = 0


class BucketDataSets:
    """The port DataSetSource on S3: one listing, and for each data set one request that is empty while unchanged."""

    def __init__(self, clients: AwsClients, bucket: str) -> None:
        self._clients = clients
        self._bucket = bucket
        self._known: dict[str, tuple[str, DataSet | None]] = {}

    def found(self) -> tuple[DataSet, ...]:
        known = {}
        for folder in self._folders():
            read = self._read(folder, self._known.get(folder))
            if read is not None:
                known[folder] = read
        self._known = known
        return tuple(data_set for _, data_set in known.values() if data_set is not None)

    def _folders(self) -> list[str]:
        pages = self._clients.s3.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket, Prefix=FOLDER, Delimiter="/"
        )
        with aws_errors("list", f"the bucket `{self._bucket}`"):
            return [
                one["Prefix"].removeprefix(FOLDER).removesuffix("/")
                for page in pages
                for one in page.get("CommonPrefixes", ())
            ]

    def _read(self, folder: str, known: tuple[str, DataSet | None] | None) -> tuple[str, DataSet | None] | None:
        """The descriptor's ETag with what it says; None where the folder has none."""
        try:
            answer = self._fetch(folder, known[0] if known else None)
        except GoneError:
            log.info("data_set_without_descriptor folder=%s", folder)
            return None
        if answer is None:
            return known
        etag, body = answer
        return etag, described(folder, body, f"s3://{self._bucket}/{FOLDER}{folder}/")

    def _fetch(self, folder: str, etag: str | None) -> tuple[str, bytes] | None:
        """None while the object still has this ETag: S3 answers 304 then, which botocore takes for an error."""
        from botocore.exceptions import ClientError

        asked: dict[str, Any] = {"Bucket": self._bucket, "Key": f"{FOLDER}{folder}/dataset.json"}
        if etag:
            asked["IfNoneMatch"] = etag
        with aws_errors("read", f"the descriptor of the data set `{folder}`"):
            try:
                answer = self._clients.s3.get_object(**asked)
            except ClientError as error:
                if error.response["ResponseMetadata"]["HTTPStatusCode"] == 304:
                    return None
                raise
            with closing(answer["Body"]) as stream:
                return answer["ETag"], stream.read(_MAX_BYTES + 1)


def described(folder: str, body: bytes, s3_prefix: str) -> DataSet | None:
    """The data set that a descriptor describes; None, and a line in the log, where it cannot be read."""
    problem, told = _parsed(folder, body)
    if told is None:
        log.warning("data_set_descriptor_malformed folder=%s problem=%s", folder, problem)
        return None
    return DataSet(
        name=told.name,
        s3_prefix=s3_prefix,
        classes=tuple(told.classes),
        train_images=told.images.train,
        validation_images=told.images.validation,
        resize=told.resize,
        smallest_side=min(told.image_size.min) if told.image_size else None,
        format=Format.LST if told.format == "image" else Format(told.format),
        locations=told.locations.model_dump(exclude_none=True) if told.locations else {},
        multi_label=told.multi_label,
        label_attribute=told.label_attribute,
        class_ids=told.class_ids,
        made_by=told.made_by,
        min_accuracy=told.min_accuracy,
        based_on=told.based_on,
        from_use=told.from_use,
    )


def descriptor(data_set: DataSet, extra: Mapping[str, Any] | None = None) -> bytes:
    """`dataset.json` for a data set, as `described` reads it; `extra` has more fields, for people."""
    side = data_set.smallest_side
    told = {
        **(extra or {}),
        "name": data_set.name,
        "format": str(data_set.format),
        "classes": list(data_set.classes),
        "images": {"train": data_set.train_images, "validation": data_set.validation_images},
        "resize": data_set.resize,
        "image_size": {"min": [side, side]} if side else None,
        "locations": dict(data_set.locations) or None,
        "multi_label": data_set.multi_label,
        "label_attribute": data_set.label_attribute,
        "class_ids": data_set.class_ids,
        "made_by": data_set.made_by,
        "min_accuracy": data_set.min_accuracy,
        "based_on": data_set.based_on or None,
        "from_use": data_set.from_use or None,
    }
    known = {name: value for name, value in told.items() if value is not None}
    return json.dumps(known, ensure_ascii=False, indent=2).encode("utf-8", "replace")


def _parsed(folder: str, body: bytes) -> tuple[str, _Descriptor | None]:
    if len(body) > _MAX_BYTES:
        return "larger than 1 MB", None
    try:
        told = _Descriptor.model_validate_json(body, strict=True)
    except ValidationError as error:
        places = (".".join(str(part) for part in one["loc"]) or "the whole" for one in error.errors())
        return ", ".join(sorted(set(places))), None
    problem = _contradiction(folder, told)
    return problem, None if problem else told


def _contradiction(folder: str, told: _Descriptor) -> str:
    """What is wrong between fields that are well formed each."""
    if told.name != folder:
        return "its name is not its folder's"
    if len(set(told.classes)) != len(told.classes):
        return "a class is listed twice"
    if told.format == "manifest" and not (told.locations and told.label_attribute):
        return "a manifest without its locations or its label_attribute"
    return ""
