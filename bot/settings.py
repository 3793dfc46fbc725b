"""The environment, read here and nowhere else; everything that is missing or malformed is reported at once."""

import os
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from dotenv import load_dotenv
from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.domain.access import Access
from bot.domain.approvals import Rules
from bot.errors import SettingsError

SLACK_ID = r"[A-Z][A-Z0-9]{2,}"


class Process(StrEnum):
    """What is being started; each needs other settings."""

    RUN = "run"
    WEB = "web"
    WORKER = "worker"
    DOCTOR = "doctor"


Ids = Annotated[frozenset[str], NoDecode]


class Settings(BaseSettings):
    """Every setting of the bot. AWS's own (credentials, AWS_ENDPOINT_URL…) are botocore's to read."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True)

    # Not in its repr, lest they get into a log or a traceback.
    slack_bot_token: str = Field(pattern=r"^xoxb-.+", repr=False)
    slack_app_token: str = Field("", pattern=r"^(xapp-.+)?$", repr=False)
    slack_signing_secret: str = Field("", repr=False)
    slack_api_url: str = Field("https://slack.com/api/", pattern=r"^https?://.+/$")
    aws_region: str = Field(pattern=r"^[a-z]{2}(-[a-z]+)+-\d$")
    sagemaker_role_arn: str = Field(pattern=r"^arn:aws[a-z-]*:iam::\d{12}:role/.+$")
    artifact_bucket: str = Field(pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$")
    sagemaker_events_queue_url: str = Field("", pattern=r"^(https?://.+)?$")
    database_url: str = Field("sqlite:///darkroom.db", repr=False)
    trainers: Ids = frozenset()
    approvers: Ids = frozenset()
    self_approval: bool = False
    approvals_needed: int = Field(1, ge=1, le=10)
    approval_hours: float = Field(24.0, ge=0.1, le=720)
    min_accuracy: float = Field(0.0, ge=0, le=1)
    approvals_channel: str = Field("", pattern=rf"^({SLACK_ID})?$")
    golden_margin: float = Field(0.15, ge=0, le=1)
    rollback_days: float = Field(7.0, ge=0, le=90)
    lease_days: float = Field(7.0, gt=0, le=90)
    idle_hours: float = Field(72.0, gt=0)
    poll_seconds: float = Field(15.0, ge=0.2, le=600)
    max_job_cost_usd: float = Field(20.0, gt=0)
    confirm_job_cost_usd: float = Field(5.0, ge=0)
    monthly_budget_usd: float | None = Field(None, gt=0)
    retrain_after: int = Field(30, ge=1, le=100_000)
    port: int = Field(3000, ge=1, le=65535)
    log_level: str = Field("INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$")

    @field_validator("trainers", "approvers", mode="before")
    @classmethod
    def _ids(cls, value: object) -> object:
        return frozenset(value.replace(",", " ").split()) if isinstance(value, str) else value

    @field_validator("trainers", "approvers")
    @classmethod
    def _user_or_group(cls, value: frozenset[str]) -> frozenset[str]:
        odd = sorted(one for one in value if one[:1] not in "UWS" or not one.isalnum() or one != one.upper())
        if odd:
            raise ValueError(f"ids of users (U…) or user groups (S…) are expected, not {', '.join(odd)}")
        return value

    @property
    def lease_length(self) -> timedelta:
        return timedelta(days=self.lease_days)

    @property
    def access(self) -> Access:
        return Access(self.trainers, self.approvers, self.self_approval)

    @property
    def approval_rules(self) -> Rules:
        open_for = timedelta(hours=self.approval_hours)
        return Rules(self.approvals_needed, open_for, self.min_accuracy, self.approvals_channel, self.aws_region)


_NEEDED = {
    Process.RUN: ("slack_app_token",),
    Process.WEB: ("slack_signing_secret",),
    Process.WORKER: (),
    Process.DOCTOR: (),
}
_SECRET = ("token", "secret")


def load(process: Process, env_file: Path = Path(".env")) -> Settings:
    """Read the environment, and before it a `.env` file where there is one; SettingsError lists every problem."""
    # Into os.environ and not only into Settings: botocore reads its own variables from there.
    load_dotenv(env_file, override=False)
    problems: list[str] = []
    settings: Settings | None = None
    try:
        settings = Settings()  # type: ignore[call-arg]  # from the environment
    except ValidationError as error:
        problems += [_problem(str(one["loc"][0]), one["type"], one["msg"]) for one in error.errors()]
    named = {problem.split(" ")[0] for problem in problems}
    missing = [name.upper() for name in _NEEDED[process] if not os.environ.get(name.upper())]
    problems += [f"{name} is missing" for name in missing if name not in named]
    if settings is None or problems:
        raise SettingsError("\n".join(sorted(problems)), next_step="The README lists every setting.")
    return settings


def _problem(name: str, kind: str, message: str) -> str:
    variable = name.upper()
    if kind == "missing" or (kind == "string_pattern_mismatch" and not os.environ.get(variable)):
        return f"{variable} is missing"
    if any(word in name for word in _SECRET):
        return f"{variable} is malformed"
    return f"{variable} is malformed: {message[:1].lower()}{message[1:]}"
