"""The environment: everything that is missing or malformed is told at once, and no secret with it."""

import os
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pytest

from bot.domain.access import Access
from bot.errors import SettingsError
from bot.settings import Process, Settings, load

GOOD = {
    "SLACK_BOT_TOKEN": "xoxb-1-2-abc",
    "SLACK_APP_TOKEN": "xapp-1-abc",
    "SLACK_SIGNING_SECRET": "0123456789abcdef",
    "AWS_REGION": "eu-central-1",
    "SAGEMAKER_ROLE_ARN": "arn:aws:iam::123456789012:role/service-role/darkroom",
    "ARTIFACT_BUCKET": "darkroom-artifacts",
}
NO_FILE = Path("/nonexistent/.env")


@pytest.fixture(autouse=True)
def environment() -> Iterator[None]:
    """What a `.env` file brings into the environment goes with the test."""
    with patch.dict(os.environ):
        yield


def loaded(process: Process = Process.RUN, env_file: Path = NO_FILE, **changes: str) -> Settings:
    os.environ.update({**GOOD, **changes})
    return load(process, env_file)


def problems(process: Process = Process.RUN, **changes: str) -> list[str]:
    with pytest.raises(SettingsError) as refusal:
        loaded(process, **changes)
    return refusal.value.what.splitlines()


def test_the_needed_settings_are_enough() -> None:
    settings = loaded()

    assert settings.slack_api_url == "https://slack.com/api/"
    assert settings.database_url == "sqlite:///darkroom.db"
    assert settings.access == Access(frozenset(), frozenset(), self_approval=False)
    assert (settings.poll_seconds, settings.max_job_cost_usd, settings.approvals_channel) == (15.0, 20.0, "")
    assert settings.confirm_job_cost_usd == 5.0


def test_every_setting_can_be_set() -> None:
    settings = loaded(
        SLACK_API_URL="http://127.0.0.1:8000/api/",
        DATABASE_URL="postgresql://localhost/darkroom",
        TRAINERS="U1,S2",
        APPROVERS="U3 W4",
        SELF_APPROVAL="true",
        APPROVALS_CHANNEL="C0APPROVE01",
        POLL_SECONDS="0.5",
        MAX_JOB_COST_USD="100",
        PORT="8080",
        LOG_LEVEL="DEBUG",
    )

    assert settings.access == Access(frozenset({"U1", "S2"}), frozenset({"U3", "W4"}), self_approval=True)
    assert (settings.poll_seconds, settings.max_job_cost_usd, settings.port) == (0.5, 100.0, 8080)
    assert (settings.approvals_channel, settings.log_level) == ("C0APPROVE01", "DEBUG")


@pytest.mark.parametrize("said", ["U1,U2", "U1 U2", " U1 ,  U2 ", "U1,,U2,"])
def test_ids_stand_apart_by_commas_or_spaces(said: str) -> None:
    assert loaded(APPROVERS=said).approvers == {"U1", "U2"}


def test_nothing_at_all_is_told_in_one_go() -> None:
    with pytest.raises(SettingsError) as refusal:
        load(Process.RUN, NO_FILE)

    assert refusal.value.what.splitlines() == [
        "ARTIFACT_BUCKET is missing",
        "AWS_REGION is missing",
        "SAGEMAKER_ROLE_ARN is missing",
        "SLACK_APP_TOKEN is missing",
        "SLACK_BOT_TOKEN is missing",
    ]
    assert "README" in refusal.value.next_step


def test_what_is_missing_and_what_is_malformed_are_told_together() -> None:
    told = problems(AWS_REGION="Frankfurt", POLL_SECONDS="often", SLACK_APP_TOKEN="")

    assert [line.split(" ")[0] for line in told] == ["AWS_REGION", "POLL_SECONDS", "SLACK_APP_TOKEN"]
    assert told[2] == "SLACK_APP_TOKEN is missing"


@pytest.mark.parametrize(
    ("process", "missing"),
    [
        (Process.RUN, ["SLACK_APP_TOKEN is missing"]),
        (Process.WEB, ["SLACK_SIGNING_SECRET is missing"]),
    ],
)
def test_each_process_needs_its_own(process: Process, missing: list[str]) -> None:
    assert problems(process, SLACK_APP_TOKEN="", SLACK_SIGNING_SECRET="") == missing


@pytest.mark.parametrize("process", [Process.WORKER, Process.DOCTOR])
def test_the_worker_and_the_doctor_need_neither_app_token_nor_secret(process: Process) -> None:
    assert loaded(process, SLACK_APP_TOKEN="", SLACK_SIGNING_SECRET="").slack_app_token == ""


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SLACK_BOT_TOKEN", "xapp-1"),
        ("SLACK_APP_TOKEN", "xoxb-1"),
        ("SLACK_API_URL", "https://slack.com/api"),
        ("SLACK_API_URL", "slack.com/api/"),
        ("AWS_REGION", "eu"),
        ("SAGEMAKER_ROLE_ARN", "darkroom"),
        ("SAGEMAKER_ROLE_ARN", "arn:aws:iam::12:role/darkroom"),
        ("ARTIFACT_BUCKET", "Darkroom"),
        ("ARTIFACT_BUCKET", "s3://darkroom"),
        ("TRAINERS", "ada"),
        ("APPROVERS", "U1,@grace"),
        ("APPROVERS", "C0CHANNEL1"),
        ("APPROVALS_CHANNEL", "#approvals"),
        ("SELF_APPROVAL", "perhaps"),
        ("POLL_SECONDS", "0"),
        ("POLL_SECONDS", "601"),
        ("POLL_SECONDS", "nan"),
        ("MAX_JOB_COST_USD", "0"),
        ("MAX_JOB_COST_USD", "ten"),
        ("CONFIRM_JOB_COST_USD", "-1"),
        ("MONTHLY_BUDGET_USD", "0"),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("LOG_LEVEL", "LOUD"),
    ],
)
def test_a_malformed_setting_is_told_by_its_name(name: str, value: str) -> None:
    (told,) = problems(**{name: value})

    assert told.startswith(f"{name} is malformed")


def test_an_id_that_is_none_is_named() -> None:
    assert "@grace" in problems(APPROVERS="U1,@grace")[0]


@pytest.mark.parametrize("name", ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"])
def test_a_malformed_secret_is_not_repeated(name: str) -> None:
    assert "my-secret" not in problems(**{name: "my-secret"})[0]


def test_settings_do_not_show_their_secrets() -> None:
    shown = repr(loaded(DATABASE_URL="postgresql://bot:hunter2@localhost/darkroom"))

    assert not [secret for secret in ("xoxb-1-2-abc", "xapp-1-abc", "0123456789abcdef", "hunter2") if secret in shown]


def test_a_file_beside_the_bot_is_read(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("APPROVERS=U9\nMAX_JOB_COST_USD=7\n")

    assert loaded(env_file=file).approvers == {"U9"}


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("APPROVERS=U9\n")

    assert loaded(env_file=file, APPROVERS="U1").approvers == {"U1"}


def test_what_botocore_reads_comes_from_the_file_too(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("AWS_ENDPOINT_URL=http://127.0.0.1:9\n")
    loaded(env_file=file)

    assert os.environ["AWS_ENDPOINT_URL"] == "http://127.0.0.1:9"


def test_settings_never_change() -> None:
    with pytest.raises(ValueError, match="frozen"):
        loaded().port = 1  # type: ignore[misc]
