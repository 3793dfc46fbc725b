"""What `python -m bot doctor` checks: tokens, scopes, bucket, role, database, and what to do about each failure."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from slack_sdk import WebClient

from bot.adapters.account import AwsAccount, Problem
from bot.adapters.account_setup import AccountSetup
from bot.adapters.database import Database, SqlStrays
from bot.adapters.sagemaker.clients import AwsClients
from bot.adapters.slack.client import translated
from bot.domain.access import groups
from bot.errors import ChatError
from bot.settings import Settings

MANIFEST = Path("manifest.yml")
# What finds a problem, and what is said where there is none.
Check = tuple[Callable[[], Problem | None], str]
# https://docs.slack.dev/reference/methods/usergroups.users.list
_GROUP_STEPS = {
    "plan_upgrade_required": "User groups need a paid plan of Slack: name the people's own ids (U…) instead.",
    "no_such_subteam": "There is no such group: copy its id (S…) from the end of its address in Slack.",
    "missing_scope": "Give the app the scope usergroups:read.",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report: what was looked at, what was found, and what to do about it."""

    about: str
    found: str
    next_step: str = ""
    failed: bool = False

    def __str__(self) -> str:
        mark = "FAIL" if self.failed else "note" if self.next_step else "ok  "
        return f"{mark}  {self.about}: {self.found}" + (f"\n      {self.next_step}" if self.next_step else "")


def examine(settings: Settings, client: WebClient, manifest: Path = MANIFEST) -> list[Finding]:
    """Everything, in the order in which one would set it up."""
    people = (_approvers(settings), *_groups(settings, client))
    return [*_slack(settings, client, manifest), *people, *_aws(settings), *_database(settings)]


def _slack(settings: Settings, client: WebClient, manifest: Path) -> Iterator[Finding]:
    try:
        with translated("auth.test"):
            known = client.auth_test()
    except ChatError as error:
        yield Finding(
            "Slack bot token",
            f"Slack refuses it ({error.code})",
            "Copy the Bot User OAuth Token (xoxb-…) from OAuth & Permissions into SLACK_BOT_TOKEN.",
            failed=True,
        )
    else:
        yield Finding("Slack bot token", f"{known['user']} in {known['team']}")
        yield _scopes(known.headers, manifest)
    yield _app_token(settings, client)


def _scopes(headers: Any, manifest: Path) -> Finding:
    granted = {scope.strip() for scope in headers.get("x-oauth-scopes", "").split(",") if scope.strip()}
    wanted = set(yaml.safe_load(manifest.read_text())["oauth_config"]["scopes"]["bot"])
    missing = sorted(wanted - granted)
    if missing:
        step = "Paste manifest.yml into the app's manifest again, and reinstall the app to the workspace."
        return Finding("Slack scopes", f"missing {', '.join(missing)}", step, failed=True)
    return Finding("Slack scopes", f"all {len(wanted)} of the manifest are granted")


def _app_token(settings: Settings, client: WebClient) -> Finding:
    about = "Slack app token"
    if not settings.slack_app_token:
        needed = "Needed for `run`: make one with connections:write under Basic Information > App-Level Tokens."
        return Finding(about, "not set, so only `web` and `worker` can run", needed)
    try:
        with translated("apps.connections.open"):
            client.apps_connections_open(app_token=settings.slack_app_token)
    except ChatError as error:
        step = "Make one with connections:write under Basic Information > App-Level Tokens; turn Socket Mode on."
        return Finding(about, f"Slack refuses it ({error.code})", step, failed=True)
    return Finding(about, "Socket Mode can connect")


def _approvers(settings: Settings) -> Finding:
    if not settings.approvers:
        return Finding("Approvers", "none, so nothing can be deployed", "Name users or user groups in APPROVERS.")
    named = ", ".join(sorted(settings.approvers))
    if not groups(settings.approvers) and len(settings.approvers) < settings.approvals_needed:
        step = f"APPROVALS_NEEDED is {settings.approvals_needed}: name as many in APPROVERS, or ask for fewer."
        return Finding("Approvers", f"{named}: too few", step, failed=True)
    return Finding("Approvers", named)


def _groups(settings: Settings, client: WebClient) -> Iterator[Finding]:
    """Whether Slack tells who is in the user groups; a workspace on the free plan has none."""
    for group_id in groups(settings.approvers | settings.trainers):
        about = f"User group {group_id}"
        try:
            with translated("usergroups.users.list"):
                members = client.usergroups_users_list(usergroup=group_id)["users"]
        except ChatError as error:
            step = _GROUP_STEPS.get(error.code, "Nobody counts as its member until Slack tells who is.")
            yield Finding(about, f"Slack does not tell its members ({error.code})", step, failed=True)
        else:
            yield Finding(about, f"{len(members)} people")


def _aws(settings: Settings) -> Iterator[Finding]:
    clients = AwsClients(settings.aws_region)
    checks = {**_needed(settings, clients), **_advisable(settings, clients)}
    for about, (check, fine) in checks.items():
        problem = check()
        if problem is None:
            yield Finding(about, fine)
        else:
            yield Finding(about, problem.what, problem.next_step, failed=not problem.is_note)
    clients.close()


def _needed(settings: Settings, clients: AwsClients) -> Mapping[str, Check]:
    account = AwsAccount(clients, settings.artifact_bucket, settings.sagemaker_role_arn, settings.aws_region)
    return {
        "AWS credentials": (account.identity_problem, "AWS knows them"),
        "Algorithm": (account.algorithm_problem, f"image-classification is offered in {settings.aws_region}"),
        "Bucket": (account.bucket_problem, f"{settings.artifact_bucket} in {settings.aws_region}"),
        "SageMaker role": (account.role_problem, settings.sagemaker_role_arn),
        **_queue(settings, account.queue_problem, "Queue of events", settings.sagemaker_events_queue_url),
    }


def _advisable(settings: Settings, clients: AwsClients) -> Mapping[str, Check]:
    setup = AccountSetup(clients, settings.artifact_bucket, settings.sagemaker_role_arn)
    return {
        "Bucket's settings": (setup.bucket_problem, "closed to the public, encrypted, keeps versions"),
        "Role's reach": (setup.role_problem, "reads images, writes models"),
        **_queue(settings, setup.rule_problem, "Rule of events", "EventBridge fills the queue"),
    }


def _queue(settings: Settings, check: Callable[[str], Problem | None], about: str, fine: str) -> Mapping[str, Check]:
    """Nothing where no queue is set: then changes are seen at ticks, which is fine."""
    queue_url = settings.sagemaker_events_queue_url
    return {about: (lambda: check(queue_url), fine)} if queue_url else {}


def _database(settings: Settings) -> Iterator[Finding]:
    database = Database(settings.database_url)
    problem = database.check()
    if problem:
        yield Finding("Database", problem, failed=True)
    else:
        yield Finding("Database", "connected and up to date")
        yield _left_behind(database)
    database.close()


def _left_behind(database: Database) -> Finding:
    """What the worker's hourly look found on AWS that no row needs."""
    found = [f"{kind} {name}" for stray in SqlStrays(database).open() for kind, name in stray.things]
    if not found:
        return Finding("Left behind on AWS", "nothing that the worker has seen")
    step = "`/endpoints sweep` in Slack lists them, and approvers can have them removed."
    return Finding("Left behind on AWS", ", ".join(found), step)
