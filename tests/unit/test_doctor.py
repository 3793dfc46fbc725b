"""What the doctor finds, and what it says to do about it."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot import doctor
from bot.adapters.account import Problem
from bot.adapters.database import Database, SqlStrays
from bot.adapters.slack.client import web_client
from bot.doctor import Finding, examine
from bot.domain import strays
from bot.domain.strays import Thing, ThingKind
from bot.settings import Settings
from sandbox.slack.server import LocalSlack
from sandbox.slack.workspace import Workspace
from tests.builders import NOW

MANIFEST = Path(__file__).parents[2] / "manifest.yml"


@dataclass(slots=True)
class Account:
    """The account, in which a test breaks what it is about."""

    identity: Problem | None = None
    bucket: Problem | None = None
    role: Problem | None = None
    rule: Problem | None = None
    queue: Problem | None = None

    def identity_problem(self) -> Problem | None:
        return self.identity

    def bucket_problem(self) -> Problem | None:
        return self.bucket

    def queue_problem(self, queue_url: str) -> Problem | None:
        return self.queue

    def role_problem(self) -> Problem | None:
        return self.role

    def algorithm_problem(self) -> Problem | None:
        return None

    def rule_problem(self, queue_url: str) -> Problem | None:
        return self.rule


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Account:
    account = Account()
    monkeypatch.setattr(doctor, "AwsAccount", lambda *arguments: account)
    monkeypatch.setattr(doctor, "AccountSetup", lambda *arguments: Account(rule=account.rule))
    return account


@pytest.fixture
def slack() -> Iterator[LocalSlack]:
    slack = LocalSlack(MANIFEST)
    slack.start()
    yield slack
    slack.stop()


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database that is up to date, which every test has a copy of."""
    path = tmp_path_factory.mktemp("migrated") / "darkroom.db"
    database = Database(f"sqlite:///{path}")
    database.migrate()
    database.close()
    return path


@pytest.fixture
def settings(slack: LocalSlack, migrated: Path, tmp_path: Path) -> Settings:
    url = f"sqlite:///{shutil.copy(migrated, tmp_path)}"
    return Settings(
        slack_bot_token=slack.credentials.bot_token,
        slack_app_token=slack.credentials.app_token,
        slack_api_url=slack.environment()["SLACK_API_URL"],
        aws_region="us-east-1",
        sagemaker_role_arn="arn:aws:iam::123456789012:role/darkroom",
        artifact_bucket="darkroom-artifacts",
        database_url=url,
        approvers=frozenset({"U0GRACE001"}),
    )


def findings(settings: Settings, manifest: Path = MANIFEST, **changes: Any) -> dict[str, Finding]:
    changed = settings.model_copy(update=changes)
    client = web_client(changed.slack_bot_token, changed.slack_api_url)
    return {finding.about: finding for finding in examine(changed, client, manifest)}


def test_where_all_is_well_nothing_is_to_be_done(settings: Settings, account: Account) -> None:
    found = findings(settings)

    assert [finding.about for finding in found.values() if finding.failed or finding.next_step] == []
    assert list(found) == [
        "Slack bot token",
        "Slack scopes",
        "Slack app token",
        "Approvers",
        "AWS credentials",
        "Algorithm",
        "Bucket",
        "SageMaker role",
        "Bucket's settings",
        "Role's reach",
        "Database",
        "Left behind on AWS",
    ]
    assert found["Slack bot token"].found == "darkroom in Darkroom Lab"


def test_a_wrong_bot_token_is_told_with_where_to_find_the_right_one(settings: Settings, account: Account) -> None:
    finding = findings(settings, slack_bot_token="xoxb-wrong")["Slack bot token"]

    assert finding.failed
    assert "invalid_auth" in finding.found
    assert "OAuth & Permissions" in finding.next_step


def test_with_a_wrong_bot_token_everything_else_is_looked_at_all_the_same(settings: Settings, account: Account) -> None:
    found = findings(settings, slack_bot_token="xoxb-wrong")

    assert "Slack scopes" not in found
    assert not found["Database"].failed


def test_a_queue_of_events_is_looked_at_where_one_is_set(settings: Settings, account: Account) -> None:
    url = "https://sqs.us-east-1.amazonaws.com/123456789012/darkroom"
    account.queue = Problem("The queue of events cannot be used.", "Look at SAGEMAKER_EVENTS_QUEUE_URL.", is_note=True)
    finding = findings(settings, sagemaker_events_queue_url=url)["Queue of events"]

    assert not finding.failed
    assert finding.next_step == "Look at SAGEMAKER_EVENTS_QUEUE_URL."


def test_a_queue_that_nothing_is_sent_to_is_told(settings: Settings, account: Account) -> None:
    account.rule = Problem("No EventBridge rule sends to the queue.", "Make a rule.", is_note=True)
    finding = findings(settings, sagemaker_events_queue_url="https://sqs.us-east-1.amazonaws.com/1/q")["Rule of events"]

    assert (finding.failed, finding.next_step) == (False, "Make a rule.")


def test_a_scope_that_was_not_granted_is_named(settings: Settings, account: Account, tmp_path: Path) -> None:
    document = yaml.safe_load(MANIFEST.read_text())
    document["oauth_config"]["scopes"]["bot"] += ["canvases:write", "bookmarks:read"]
    manifest = tmp_path / "manifest.yml"
    manifest.write_text(yaml.safe_dump(document))
    finding = findings(settings, manifest)["Slack scopes"]

    assert finding.failed
    assert finding.found == "missing bookmarks:read, canvases:write"
    assert "reinstall" in finding.next_step


def test_without_an_app_token_the_doctor_says_what_cannot_run(settings: Settings, account: Account) -> None:
    finding = findings(settings, slack_app_token="")["Slack app token"]

    assert not finding.failed
    assert "only `web` and `worker`" in finding.found
    assert str(finding).startswith("note")


def test_a_wrong_app_token_is_told(settings: Settings, account: Account) -> None:
    finding = findings(settings, slack_app_token="xapp-wrong")["Slack app token"]

    assert finding.failed
    assert "connections:write" in finding.next_step


def test_a_slack_that_is_not_there_is_told(settings: Settings, account: Account, slack: LocalSlack) -> None:
    slack.stop()

    assert findings(settings)["Slack bot token"].failed


def test_without_approvers_the_doctor_says_that_nothing_can_be_deployed(settings: Settings, account: Account) -> None:
    finding = findings(settings, approvers=frozenset())["Approvers"]

    assert not finding.failed
    assert "nothing can be deployed" in finding.found


def test_fewer_approvers_than_must_agree_are_told(settings: Settings, account: Account) -> None:
    finding = findings(settings, approvers=frozenset({"U1AAA", "U2BBB"}), approvals_needed=3)["Approvers"]

    assert finding.failed
    assert "APPROVALS_NEEDED is 3" in finding.next_step


def test_a_user_group_is_told_with_how_many_are_in_it(settings: Settings, account: Account) -> None:
    group = Workspace.APPROVERS

    assert "people" in findings(settings, approvers=frozenset({group}))[f"User group {group}"].found


@pytest.mark.parametrize(
    ("code", "step"), [("plan_upgrade_required", "paid plan"), ("no_such_subteam", "copy its id"), ("fatal", "Nobody")]
)
def test_a_user_group_that_slack_does_not_tell_of_is_told(
    settings: Settings, account: Account, slack: LocalSlack, code: str, step: str
) -> None:
    slack.faults.add("usergroups.users.list", "error", error=code)
    finding = findings(settings, trainers=frozenset({Workspace.APPROVERS}))[f"User group {Workspace.APPROVERS}"]

    assert finding.failed
    assert code in finding.found
    assert step in finding.next_step


@pytest.mark.parametrize(
    ("part", "about"), [("identity", "AWS credentials"), ("bucket", "Bucket"), ("role", "SageMaker role")]
)
def test_a_problem_of_the_account_is_told_with_what_to_do(
    settings: Settings, account: Account, part: str, about: str
) -> None:
    setattr(account, part, Problem("It is broken.", "Mend it."))
    finding = findings(settings)[about]

    assert str(finding) == f"FAIL  {about}: It is broken.\n      Mend it."


def test_what_cannot_be_checked_is_a_note_and_no_failure(settings: Settings, account: Account) -> None:
    account.role = Problem("It cannot be checked.", "Allow it.", is_note=True)

    assert str(findings(settings)["SageMaker role"]).startswith("note  SageMaker role")


def test_a_database_that_was_not_made_yet_is_told(settings: Settings, account: Account, tmp_path: Path) -> None:
    finding = findings(settings, database_url=f"sqlite:///{tmp_path / 'none.db'}")["Database"]

    assert finding.failed
    assert "python -m bot migrate" in str(finding)
    assert not (tmp_path / "none.db").exists()


def test_what_is_fine_takes_one_line() -> None:
    assert str(Finding("Bucket", "photos")) == "ok    Bucket: photos"


def test_what_was_left_behind_is_told_with_how_to_remove_it(settings: Settings, account: Account) -> None:
    database = Database(settings.database_url)
    made = [Thing(ThingKind.MODEL, "pets-0a1b2c3d", "0a1b2c3d", NOW)]
    SqlStrays(database).add(strays.found("0a1b2c3d", made, "", NOW))
    database.close()

    finding = findings(settings)["Left behind on AWS"]

    assert (finding.failed, finding.found) == (False, "model pets-0a1b2c3d")
    assert "/endpoints sweep" in finding.next_step
