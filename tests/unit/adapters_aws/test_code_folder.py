"""The recipes' code on its way into the bucket."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from botocore.stub import ANY, Stubber

from bot.adapters.sagemaker.clients import AwsClients
from bot.adapters.sagemaker.code_folder import PROGRAM, code_address, code_files, code_key, upload_code
from bot.errors import BusyError, DeniedError
from tests.unit.adapters_aws.builders import BUCKET

FILES = code_files()
PREFIX = code_key(FILES)
TEXT = "text/plain; charset=utf-8"


@pytest.fixture
def s3(clients: AwsClients) -> Iterator[Stubber]:
    with Stubber(clients.s3) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


def holds(s3: Stubber, *names: str) -> None:
    found = [{"Key": f"{PREFIX}{name}", "Size": 1} for name in names]
    s3.add_response("list_objects_v2", {"Contents": found}, {"Bucket": BUCKET, "Prefix": PREFIX})


def takes(s3: Stubber, name: str) -> None:
    s3.add_response("put_object", {}, {"Bucket": BUCKET, "Key": PREFIX + name, "Body": ANY, "ContentType": TEXT})


def test_all_that_a_recipe_runs_is_there() -> None:
    modules = {name.removesuffix(".py").removesuffix("/__init__").replace("/", ".") for name in FILES}
    sources = [ast.parse(content) for name, content in FILES.items() if name.endswith(".py")]
    imported = {
        node.module.removeprefix("training.")
        for source in sources
        for node in ast.walk(source)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("training.")
    }

    assert PROGRAM in FILES
    assert imported <= modules


def test_nothing_is_there_that_is_made_anew_on_each_machine(tmp_path: Path) -> None:
    for name in ("start.py", "__pycache__/start.cpython-311.pyc", "notes.md", "deep/model.py", "requirements-x.txt"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("x")

    assert [*code_files(tmp_path)] == ["deep/model.py", "requirements-x.txt", "start.py"]


def test_other_code_lies_elsewhere() -> None:
    keys = {code_key({"a": b"1"}), code_key({"a": b"2"}), code_key({"b": b"1"}), code_key({"a": b"", "b": b"1"})}

    assert len(keys) == 4
    assert code_address(BUCKET) == f"s3://{BUCKET}/{PREFIX}"


def test_what_is_there_is_not_written_again(clients: AwsClients, s3: Stubber) -> None:
    holds(s3, *FILES)

    upload_code(clients.s3, BUCKET)


def test_what_an_upload_that_was_cut_short_left_out_is_written(clients: AwsClients, s3: Stubber) -> None:
    first, second, *rest = FILES
    holds(s3, *rest)
    takes(s3, first)
    takes(s3, second)

    upload_code(clients.s3, BUCKET)


def test_a_bucket_that_is_busy_is_tried_again_later(clients: AwsClients, s3: Stubber) -> None:
    s3.add_client_error("list_objects_v2", "SlowDown", "Please reduce your request rate.", 503)

    with pytest.raises(BusyError):
        upload_code(clients.s3, BUCKET)


def test_who_may_not_write_the_code_is_told_where_it_belongs(clients: AwsClients, s3: Stubber) -> None:
    holds(s3)
    s3.add_client_error("put_object", "AccessDenied", "Access Denied", 403)

    with pytest.raises(DeniedError, match="training code to `s3://darkroom-sandbox/code/"):
        upload_code(clients.s3, BUCKET)
