"""SageMaker's named things, asked alike: is it there, whose is it, delete it. What is ours bears the tag of our row."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.adapters.sagemaker.errors import aws_errors
from bot.adapters.sagemaker.tagging import ID_TAG
from bot.errors import BusyError, GoneError, TakenError


@dataclass(frozen=True, slots=True)
class ResourceKind:
    """A kind of thing: in a person's words, in boto3's method names, and in the names of AWS's members."""

    words: str
    method: str
    member: str

    def called(self, name: str) -> str:
        return f"the {self.words} *{name}*"


TRAINING_JOB = ResourceKind("training job", "training_job", "TrainingJob")
MODEL = ResourceKind("model", "model", "Model")
CONFIGURATION = ResourceKind("endpoint configuration", "endpoint_config", "EndpointConfig")
ENDPOINT = ResourceKind("endpoint", "endpoint", "Endpoint")


def described(client: Any, kind: ResourceKind, name: str) -> Mapping[str, Any]:
    """The Describe answer; GoneError where there is no such thing."""
    with aws_errors("look at", kind.called(name)):
        answer: Mapping[str, Any] = getattr(client, f"describe_{kind.method}")(**{f"{kind.member}Name": name})
        return answer


def found(client: Any, kind: ResourceKind, name: str) -> Mapping[str, Any] | None:
    try:
        return described(client, kind, name)
    except GoneError:
        return None


def row_id(client: Any, kind: ResourceKind, told: Mapping[str, Any], name: str) -> str:
    """The id of the row that the thing was made for; empty for what this bot did not make."""
    with aws_errors("read the tags of", kind.called(name)):
        for page in client.get_paginator("list_tags").paginate(ResourceArn=told[f"{kind.member}Arn"]):
            for tag in page["Tags"]:
                if tag["Key"] == ID_TAG:
                    return str(tag["Value"])
    return ""


def ours_or_raise(client: Any, kind: ResourceKind, name: str, wanted_id: str, taken: TakenError) -> None:
    """Settle a creation that met something of its name: fine if it was made for this row, `taken` if it was not.

    It was when AWS's answer to an earlier try was lost, or when the worker ended before it could note the answer.
    """
    told = found(client, kind, name)
    if told is None or told.get("EndpointStatus") == "Deleting":
        # AWS forgets a deleted name, and learns a new one, a little later than it says so.
        raise BusyError(f"AWS could not create {kind.called(name)} for the moment.", taken.why, code=taken.code)
    if row_id(client, kind, told, name) != wanted_id:
        raise taken


def delete(client: Any, kind: ResourceKind, name: str) -> None:
    """Delete it; that it is gone already is fine."""
    try:
        with aws_errors("delete", kind.called(name)):
            getattr(client, f"delete_{kind.method}")(**{f"{kind.member}Name": name})
    except GoneError:
        return
