"""The programs as they are started: what they need, what they say, and how they end."""

import re
import shlex
import subprocess
from pathlib import Path

import pytest

from bot.__main__ import main
from sandbox.sagemaker.server import LocalAws
from sandbox.slack.server import LocalSlack
from sandbox.slack.workspace import Workspace
from tests.scenarios.conftest import MANIFEST, bot_process, environment_of, patient_slack
from tests.scenarios.processes import ended, running
from tests.scenarios.room import Room, until


def test_everything_that_is_missing_is_named_at_once_before_anything_starts(tmp_path: Path) -> None:
    asked = {"SLACK_APP_TOKEN": "wrong", "APPROVERS": "grace", "POLL_SECONDS": "never"}
    outcome = ended("bot", "run", environment=asked, folder=tmp_path)

    assert outcome.returncode == 2
    for problem in (
        "SLACK_BOT_TOKEN is missing",
        "SLACK_APP_TOKEN is malformed",
        "AWS_REGION is missing",
        "SAGEMAKER_ROLE_ARN is missing",
        "ARTIFACT_BUCKET is missing",
        "APPROVERS is malformed",
        "POLL_SECONDS is malformed",
    ):
        assert problem in outcome.stderr
    assert "Traceback" not in outcome.stderr
    assert list(tmp_path.iterdir()) == []


def test_told_to_stop_it_ends_soon_and_well(slack: LocalSlack, aws: LocalAws, tmp_path: Path) -> None:
    with bot_process(environment_of(slack, aws, tmp_path)) as process:
        until(lambda: slack.connections > 0)
        process.terminate()
        code = process.wait(60)

    assert code == 0


def test_the_sandboxs_variables_are_all_that_a_bot_needs(samples: Path, tmp_path: Path) -> None:
    (tmp_path / "sandbox").mkdir()
    (tmp_path / "sandbox" / "samples").symlink_to(samples)
    options = ["--no-bot", "--print-env", "--slack-port", "0", "--aws-port", "0", "--folder", str(tmp_path / "sandbox")]
    with running("sandbox", *options, environment={}) as sandbox:
        environment = _printed(sandbox)
        with bot_process(environment):
            ada = Room(_Address(environment["SLACK_API_URL"]), environment).ada  # type: ignore[arg-type]
            until(lambda: bool(ada.types(Workspace.EMOJI, "/jobs").get("answered")))
            listed = ada.sees(Workspace.EMOJI, lambda one: bool(one.get("is_ephemeral")))

    assert "No job has been trained yet" in str(listed)


class _Address:
    """Where a workspace is that another process runs."""

    def __init__(self, api_url: str) -> None:
        self.url = api_url.removesuffix("/api/")


def _printed(process: "subprocess.Popen[str]") -> dict[str, str]:
    """The variables that the sandbox prints, up to the last of them in the alphabet."""
    found: dict[str, str] = {}
    assert process.stdout
    for line in process.stdout:
        name, _, value = line.removeprefix("export ").partition("=")
        found[name] = "".join(shlex.split(value))
        if name == "SLACK_SIGNING_SECRET":
            break
    return found


@pytest.fixture
def set_up(slack: LocalSlack, aws: LocalAws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """A bot's environment with everything as it should be, in a folder without anybody's `.env`."""
    (tmp_path / "manifest.yml").write_text(MANIFEST.read_text())
    monkeypatch.chdir(tmp_path)
    environment = environment_of(slack, aws, tmp_path)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return environment


def doctor(capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    code = main(["doctor"])
    return code, capsys.readouterr().out


def test_the_doctor_finds_everything_in_order(
    set_up: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    migrated = ended("bot", "migrate", environment=set_up, folder=tmp_path)
    examined = ended("bot", "doctor", environment=set_up, folder=tmp_path)

    assert (migrated.returncode, migrated.stdout) == (0, "The database is up to date.\n")
    assert examined.returncode == 0, examined.stdout + examined.stderr
    assert "FAIL" not in examined.stdout
    assert re.search(r"Slack scopes: all \d+ of the manifest are granted", examined.stdout)


@pytest.mark.parametrize(
    ("setting", "found", "step"),
    [
        (("SLACK_BOT_TOKEN", "xoxb-wrong"), "Slack bot token: Slack refuses it (invalid_auth)", "SLACK_BOT_TOKEN."),
        (("SLACK_APP_TOKEN", "xapp-wrong"), "Slack app token: Slack refuses it (invalid_auth)", "connections:write"),
        (("ARTIFACT_BUCKET", "no-such-bucket"), "The bucket no-such-bucket does not exist", "set ARTIFACT_BUCKET"),
        (
            ("SAGEMAKER_ROLE_ARN", "arn:aws:iam::123456789012:role/nobody"),
            "The role arn:aws:iam::123456789012:role/nobody does not exist",
            "set SAGEMAKER_ROLE_ARN",
        ),
    ],
)
def test_the_doctor_names_what_fails_and_what_to_do(
    set_up: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    setting: tuple[str, str],
    found: str,
    step: str,
) -> None:
    monkeypatch.setenv(*setting)
    code, said = doctor(capsys)

    assert code == 1
    failure = next(part for part in said.split("FAIL") if found in part)
    assert step in failure


def test_the_doctor_notices_a_database_that_was_not_migrated(
    set_up: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    code, said = doctor(capsys)

    assert code == 1
    assert "python -m bot migrate" in next(part for part in said.split("FAIL") if "Database" in part)


def test_the_doctor_names_the_scopes_that_slack_has_not_granted(
    samples: Path,
    set_up: dict[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    without = tmp_path / "without.yml"
    without.write_text(MANIFEST.read_text().replace("      - files:write\n", "").replace("      - channels:join\n", ""))
    slack = patient_slack(samples, manifest=without)
    slack.start()
    for name, value in slack.environment().items():
        monkeypatch.setenv(name, value)
    code, said = doctor(capsys)
    slack.stop()

    assert code == 1
    failure = next(part for part in said.split("FAIL") if "Slack scopes: missing channels:join, files:write" in part)
    assert "reinstall the app" in failure
