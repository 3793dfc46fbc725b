"""The code of the recipes that run a script of ours, on its way into the bucket, from where it is an input channel.

It lies under an address that its content decides, so that what a job was started with stays as it was.
"""

import functools
import hashlib
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bot.adapters.sagemaker.errors import aws_errors
from bot.errors import RefusedError

FOLDER = "code/"
PROGRAM = "start.py"
_CODE = Path(__file__).parents[3] / "training"
_PATTERNS = ("*.py", "requirements*.txt")
log = logging.getLogger(__name__)


@functools.cache
def code_files(folder: Path = _CODE) -> Mapping[str, bytes]:
    """The code by its path below the folder, in order; read once a process, for it is what the process runs with."""
    found = {path for pattern in _PATTERNS for path in folder.rglob(pattern)}
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(found)}


def code_key(files: Mapping[str, bytes]) -> str:
    """The prefix in the bucket below which just these files lie."""
    digest = hashlib.sha256()
    for name, content in files.items():
        digest.update(f"{name}\0{len(content)}\0".encode() + content)
    return f"{FOLDER}{digest.hexdigest()[:16]}/"


def code_address(bucket: str) -> str:
    """Where the code lies, or will lie once a job needs it."""
    return f"s3://{bucket}/{code_key(code_files())}"


def upload_code(s3: Any, bucket: str) -> None:
    """Put there what is not there yet; what a lifecycle rule took away comes back with the next job."""
    files, prefix = code_files(), code_key(code_files())
    if PROGRAM not in files:
        raise RefusedError(
            "The code of this recipe is not beside the bot.", next_step="The operators start it from a whole checkout."
        )
    with aws_errors("write", f"the training code to `{code_address(bucket)}`"):
        pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
        there = {one["Key"] for page in pages for one in page.get("Contents", ())}
        lacking = {prefix + name: content for name, content in files.items() if prefix + name not in there}
        for key, content in lacking.items():
            s3.put_object(Bucket=bucket, Key=key, Body=content, ContentType="text/plain; charset=utf-8")
    if lacking:
        log.info("training_code_written key=%s files=%s", prefix, len(lacking))
