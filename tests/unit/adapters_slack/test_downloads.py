"""Zips that people uploaded are streamed into files of ours, by the file's id."""

from pathlib import Path

import pytest

from bot.adapters.slack import files as slack_files
from bot.adapters.slack.files import SlackFiles
from bot.errors import ChatBusyError, ChatError, RefusedError
from sandbox.slack.person import Person
from sandbox.slack.server import LocalSlack
from sandbox.slack.workspace import Workspace
from tests.unit.adapters_slack.test_files import files_of

BODY = bytes(range(256)) * 10


@pytest.fixture
def files(slack: LocalSlack) -> SlackFiles:
    return files_of(slack)


@pytest.fixture
def file_id(slack: LocalSlack, tmp_path: Path) -> str:
    path = tmp_path / "pets.zip"
    path.write_bytes(BODY)
    message = Person(slack.url, Workspace.ADA).uploads(Workspace.EMOJI, path)
    return str(message["files"][0]["id"])


def test_a_file_is_told_by_name_and_size(files: SlackFiles, file_id: str) -> None:
    assert files.told(file_id) == ("pets.zip", len(BODY))


def test_a_file_comes_as_it_was_uploaded(files: SlackFiles, file_id: str, tmp_path: Path) -> None:
    files.download(file_id, tmp_path / "ours")

    assert (tmp_path / "ours").read_bytes() == BODY


def test_a_file_that_is_larger_than_it_may_be_is_refused_on_the_way(
    files: SlackFiles, file_id: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slack_files, "MOST_DOWNLOADED", 100)

    with pytest.raises(RefusedError, match="larger than"):
        files.download(file_id, tmp_path / "ours")


@pytest.mark.parametrize("kind", ["drop", "truncate"])
def test_a_download_that_is_cut_short_is_busy(
    slack: LocalSlack, files: SlackFiles, file_id: str, tmp_path: Path, kind: str
) -> None:
    slack.faults.add("download", kind)

    with pytest.raises(ChatBusyError):
        files.download(file_id, tmp_path / "ours")


def test_a_file_that_nobody_knows_is_said(files: SlackFiles, tmp_path: Path) -> None:
    with pytest.raises(ChatError):
        files.download("F0NONE00001", tmp_path / "ours")
