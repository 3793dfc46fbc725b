"""Downloads: the token goes to Slack alone, and what is no file is not taken for one."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.slack.files import SlackFiles
from bot.errors import ChatBusyError, ChatError, MissingScopeError, RefusedError
from sandbox.slack.person import Person
from sandbox.slack.server import LocalSlack
from sandbox.slack.workspace import Workspace
from tests.unit.adapters_slack.conftest import PNG, Starts

MOST = 1024


class Recorder(BaseHTTPRequestHandler):
    """A host that answers as its path says, and keeps the headers that it was sent."""

    seen: list[dict[str, str]]
    elsewhere = ""

    def do_GET(self) -> None:
        self.seen.append(dict(self.headers))
        status = int(self.path.strip("/") or 200)
        self.send_response(status)
        if status == 302:
            self.send_header("location", self.elsewhere)
        self.send_header("content-length", "4")
        self.end_headers()
        self.wfile.write(b"file")

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name that it has
        """Keep quiet."""


@pytest.fixture
def recorder() -> Iterator[type[Recorder]]:
    handler = type("Handler", (Recorder,), {"seen": []})
    server = HTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    handler.address = f"http://127.0.0.1:{server.server_port}"
    yield handler
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def url(slack: LocalSlack, tmp_path: Path) -> str:
    """The address of a file that a person uploaded."""
    return shared(slack, tmp_path, PNG)


def shared(slack: LocalSlack, tmp_path: Path, content: bytes) -> str:
    path = tmp_path / "fox.png"
    path.write_bytes(content)
    message = Person(slack.url, Workspace.ADA).uploads(Workspace.EMOJI, path)
    return str(message["files"][0]["url_private_download"])


def files_of(slack: LocalSlack, token: str = "") -> SlackFiles:
    return SlackFiles(token or slack.credentials.bot_token, slack.environment()["SLACK_API_URL"])


def test_a_file_comes_as_it_was_uploaded(slack: LocalSlack, url: str) -> None:
    assert files_of(slack).fetch(url, MOST) == PNG


def test_a_file_of_just_the_allowed_size_is_taken(slack: LocalSlack, url: str) -> None:
    assert files_of(slack).fetch(url, len(PNG)) == PNG


def test_a_larger_file_is_refused(slack: LocalSlack, url: str) -> None:
    with pytest.raises(RefusedError, match="larger than"):
        files_of(slack).fetch(url, len(PNG) - 1)


def test_a_web_page_is_not_taken_for_a_picture(slack: LocalSlack, url: str) -> None:
    with pytest.raises(ChatError, match="a web page instead"):
        files_of(slack, token="xoxb-wrong").fetch(url, MOST)


def test_without_the_scope_for_files_the_answer_names_what_to_do(start: Starts, tmp_path: Path) -> None:
    slack = start("files:read")

    with pytest.raises(ChatError) as refusal:
        files_of(slack).fetch(shared(slack, tmp_path, PNG), MOST)

    assert "doctor" in refusal.value.next_step


@pytest.mark.parametrize("status", [500, 503, 429])
def test_a_slack_that_is_down_is_busy(slack: LocalSlack, url: str, status: int) -> None:
    slack.faults.add("download", "http", status=status)

    with pytest.raises(ChatBusyError) as refusal:
        files_of(slack).fetch(url, MOST)
    assert refusal.value.code == f"http_{status}"


@pytest.mark.parametrize("status", [404, 410])
def test_a_file_that_is_gone_is_refused(slack: LocalSlack, url: str, status: int) -> None:
    slack.faults.add("download", "http", status=status)

    with pytest.raises(RefusedError, match="no longer there"):
        files_of(slack).fetch(url, MOST)


@pytest.mark.parametrize("kind", ["drop", "truncate"])
def test_a_connection_that_is_cut_is_busy(slack: LocalSlack, url: str, kind: str) -> None:
    slack.faults.add("download", kind)

    with pytest.raises(ChatBusyError):
        files_of(slack).fetch(url, MOST)


def test_many_files_come_one_after_the_other(slack: LocalSlack, url: str) -> None:
    files = files_of(slack)
    slack.faults.add("download", "drop")
    with pytest.raises(ChatBusyError):
        files.fetch(url, MOST)

    assert [files.fetch(url, MOST) for _ in range(3)] == [PNG] * 3


@pytest.mark.parametrize(
    "address",
    [
        "https://example.com/fox.png",
        "https://slack.com.example.com/fox.png",
        "https://notslack.com/fox.png",
        "https://slack.com@example.com/fox.png",
        "https://example.com\\@files.slack.com/fox.png",
        "http://files.slack.com/fox.png",
        "file:///etc/passwd",
        "",
        "//files.slack.com/fox.png",
        "https://[broken/fox.png",
    ],
)
def test_an_address_elsewhere_is_refused(address: str) -> None:
    with pytest.raises(RefusedError, match="not kept by Slack"):
        SlackFiles("xoxb-1", "https://slack.com/api/").fetch(address, MOST)


def test_a_foreign_host_never_hears_of_the_token(slack: LocalSlack, recorder: Any) -> None:
    with pytest.raises(RefusedError):
        files_of(slack).fetch(f"{recorder.address}/200", MOST)

    assert recorder.seen == []


def test_a_redirect_is_not_followed_with_the_token(recorder: Any) -> None:
    recorder.elsewhere = f"{recorder.address}/200"
    with pytest.raises(ChatError):
        SlackFiles("xoxb-1", f"{recorder.address}/api/").fetch(f"{recorder.address}/302", MOST)

    assert len(recorder.seen) == 1


def test_slack_itself_is_sent_the_token(recorder: Any) -> None:
    assert SlackFiles("xoxb-1", f"{recorder.address}/api/").fetch(f"{recorder.address}/200", MOST) == b"file"
    assert recorder.seen[0]["Authorization"] == "Bearer xoxb-1"


@pytest.mark.parametrize("address", ["https://files.slack.com/files-pri/T0-F0/fox.png", "https://slack.com/fox.png"])
def test_slacks_own_hosts_are_trusted(address: str) -> None:
    assert SlackFiles("xoxb-1", "https://slack.com/api/")._trusted(address)


def test_a_file_is_described_by_its_id(slack: LocalSlack, tmp_path: Path) -> None:
    (tmp_path / "fox.png").write_bytes(PNG)
    told = Person(slack.url, Workspace.ADA).uploads(Workspace.EMOJI, tmp_path / "fox.png")["files"][0]
    file = files_of(slack).describe(told["id"])

    assert (file.name, file.size, file.url, file.known) == ("fox.png", len(PNG), told["url_private_download"], True)


def test_a_file_that_was_deleted_is_described_as_gone(slack: LocalSlack, tmp_path: Path) -> None:
    (tmp_path / "fox.png").write_bytes(PNG)
    ada = Person(slack.url, Workspace.ADA)
    told = ada.uploads(Workspace.EMOJI, tmp_path / "fox.png", text="a fox")["files"][0]
    ada.deletes_file(told)

    with pytest.raises(RefusedError, match="no longer there"):
        files_of(slack).describe(told["id"])


def test_a_file_that_a_plan_hides_is_described_as_hidden(slack: LocalSlack, tmp_path: Path) -> None:
    (tmp_path / "fox.png").write_bytes(PNG)
    told = Person(slack.url, Workspace.ADA).uploads(Workspace.EMOJI, tmp_path / "fox.png")["files"][0]
    slack.hide_file(told["id"])

    assert files_of(slack).describe(told["id"]).mode == "hidden_by_limit"


def test_without_the_scope_nothing_is_described(start: Starts) -> None:
    with pytest.raises(MissingScopeError) as refusal:
        files_of(start("files:read")).describe("F0000000001")

    assert refusal.value.scope == "files:read"
