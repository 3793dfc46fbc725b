"""The account that the local AWS plays, and its Amazon Resource Names."""

from dataclasses import dataclass
from typing import Any

ACCOUNT = "123456789012"
ROLE_NAME = "DarkroomSandboxExecution"
ROLE_ARN = f"arn:aws:iam::{ACCOUNT}:role/{ROLE_NAME}"


@dataclass(frozen=True, slots=True)
class Arns:
    """Names the resources of one region."""

    region: str

    def of(self, kind: str, name: str) -> str:
        return f"arn:aws:sagemaker:{self.region}:{ACCOUNT}:{kind}/{name}"

    def log_stream(self, group: str, stream: str) -> str:
        return f"arn:aws:logs:{self.region}:{ACCOUNT}:log-group:{group}:log-stream:{stream}"


def signed_in() -> dict[str, Any]:
    """Who made or changed something, as the registry tells it; the local AWS knows one user."""
    return {"IamIdentity": {"Arn": f"arn:aws:iam::{ACCOUNT}:user/sandbox", "PrincipalId": "AIDASANDBOX"}}
