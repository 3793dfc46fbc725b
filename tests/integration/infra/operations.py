"""Which operations of AWS the adapters call, read from their code, and which IAM actions these need."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import botocore.session
from botocore import xform_name

import bot.adapters

ADAPTERS = Path(bot.adapters.__file__).parent
SERVICES = ("sagemaker", "sagemaker-runtime", "s3", "logs", "cloudwatch", "pricing", "sqs", "iam", "sts", "events")
# Actions whose name is not the operation's.
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
_NAMED_OTHERWISE = {
    "s3:HeadBucket": "s3:ListBucket",
    "s3:ListObjectsV2": "s3:ListBucket",
    "s3:ListMultipartUploads": "s3:ListBucketMultipartUploads",
    "s3:ListObjectVersions": "s3:ListBucketVersions",
    "s3:HeadObject": "s3:GetObject",
    "s3:CreateMultipartUpload": "s3:PutObject",
    "s3:UploadPart": "s3:PutObject",
    "s3:CompleteMultipartUpload": "s3:PutObject",
    "s3:CopyObject": "s3:PutObject",
    "s3:DeleteObjects": "s3:DeleteObject",
    "s3:GetPublicAccessBlock": "s3:GetBucketPublicAccessBlock",
    "s3:GetBucketEncryption": "s3:GetEncryptionConfiguration",
    "sagemaker-runtime:InvokeEndpoint": "sagemaker:InvokeEndpoint",
    "sqs:DeleteMessageBatch": "sqs:DeleteMessage",
}
_CLIENTS = {"client", "runtime", *SERVICES}
_NEEDS_NOTHING = {"sts:GetCallerIdentity"}


def needed_actions() -> set[str]:
    """The IAM actions for everything that the adapters call by name, or by a kind of resource."""
    known = _operations()
    trees = [ast.parse(file.read_text(encoding="utf-8")) for file in ADAPTERS.rglob("*.py")]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    words = {word for node in nodes for word in _words(node)} | set(_by_kind(nodes))
    called = {known[word] for word in words if word in known}
    return {_NAMED_OTHERWISE.get(one, one) for one in called} - _NEEDS_NOTHING | _for_versions(trees)


def _for_versions(trees: list[ast.Module]) -> set[str]:
    """What deletes objects by their versions needs an action of its own."""
    written = [ast.unparse(tree) for tree in trees]
    deletes = any("delete_objects(" in text and "'VersionId':" in text for text in written)
    return {"s3:DeleteObjectVersion"} if deletes else set()


def _operations() -> dict[str, str]:
    """`service:Operation` by boto3's method."""
    session = botocore.session.get_session()
    # Backwards, so that of one name (EventBridge has endpoints, too) the first service has it.
    return {
        xform_name(operation): f"{service}:{operation}"
        for service in reversed(SERVICES)
        for operation in session.get_service_model(service).operation_names
    }


def _words(node: ast.AST) -> Iterator[str]:
    """What may name a method: a call of a client's, or a string such as a paginator's name."""
    if isinstance(node, ast.Attribute) and ast.unparse(node.value).split(".")[-1] in _CLIENTS:
        yield node.attr
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and "_" in node.value:
        yield node.value


def _by_kind(nodes: list[ast.AST]) -> Iterator[str]:
    """Methods that are put together of a verb and a kind's name: jobs are looked at in this way, and endpoints made."""
    kinds = [node for node in nodes if isinstance(node, ast.Call) and ast.unparse(node.func) == "ResourceKind"]
    written = [ast.unparse(node) for node in nodes if isinstance(node, ast.JoinedStr)]
    verbs = {found[1] for one in written if (found := re.fullmatch(r"f'(\w+_)\{(?:\w+\.)*method\}s?'", one))}
    for method in (ast.literal_eval(kind.args[1]) for kind in kinds):
        used = [verb for verb in verbs if not method.endswith("_job") or verb == "describe_"]
        yield from (f"{verb}{method}{'s' if verb == 'list_' else ''}" for verb in used)
