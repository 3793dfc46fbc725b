"""What `doctor` compares of an account with infra/darkroom.yaml: the bucket's safety, the role's reach, what is heard.

None of it stops the bot, so all of it is notes.
"""

from collections.abc import Callable, Iterable
from typing import Any

from bot.adapters.account import DENIED, Problem
from bot.adapters.sagemaker.clients import AwsClients
from bot.adapters.sagemaker.errors import aws_errors
from bot.errors import PlatformError

_TEMPLATE = "infra/darkroom.yaml makes one as it should be."
_NEVER_MADE = frozenset({"NoSuchPublicAccessBlockConfiguration", "ServerSideEncryptionConfigurationNotFoundError"})
# What a job and an endpoint do in the bot's bucket, by the folder that they do it in.
_REACH = (("s3:GetObject", "datasets/x"), ("s3:GetObject", "jobs/x"), ("s3:PutObject", "jobs/x"))


class AccountSetup:
    """The bucket, the role and the queue as they are set up, beyond what the bot cannot do without."""

    def __init__(self, clients: AwsClients, bucket: str, role_arn: str) -> None:
        self._clients = clients
        self._bucket = bucket
        self._role_arn = role_arn

    def bucket_problem(self) -> Problem | None:
        """Whether the public is shut out, objects are encrypted, and what is replaced can be had again."""
        try:
            with aws_errors("look at", f"the settings of the bucket `{self._bucket}`"):
                lacking = [what for what, holds in self._bucket_settings() if not holds()]
        except PlatformError as error:
            return _unseen("The bucket's settings", error, "s3:GetBucketVersioning and its like")
        if not lacking:
            return None
        return Problem(f"The bucket {self._bucket} {', and '.join(lacking)}.", f"Change that; {_TEMPLATE}", True)

    def role_problem(self) -> Problem | None:
        """Whether the role's policies let a job read its images and write its model."""
        try:
            with aws_errors("ask", "what the role may do"):
                denied = self._denied_to_the_role()
        except PlatformError as error:
            return _unseen("What SageMaker may do under its role", error, "iam:SimulatePrincipalPolicy")
        if not denied:
            return None
        what = f"The role {self._role_arn} does not allow {', '.join(denied)} in {self._bucket}."
        return Problem(what, "Give it the policy of the ExecutionRole in infra/darkroom.yaml.", True)

    def rule_problem(self, queue_url: str) -> Problem | None:
        """Whether anything is sent to the queue."""
        try:
            with aws_errors("look for", "the rule that fills the queue"):
                queue = self._clients.sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["QueueArn"])
                arn = queue["Attributes"]["QueueArn"]
                rules = self._clients.events.list_rule_names_by_target(TargetArn=arn)["RuleNames"]
        except PlatformError as error:
            return _unseen("The rule that fills the queue", error, "events:ListRuleNamesByTarget")
        if rules:
            return None
        return Problem("No EventBridge rule sends to the queue, so it stays empty.", f"Make a rule; {_TEMPLATE}", True)

    def _bucket_settings(self) -> Iterable[tuple[str, Callable[[], bool]]]:
        return (
            ("does not block public access", self._blocks_the_public),
            ("does not encrypt by default", self._encrypts),
            ("keeps no old versions, so a replaced model is gone", self._keeps_versions),
        )

    def _blocks_the_public(self) -> bool:
        told = self._told("get_public_access_block").get("PublicAccessBlockConfiguration", {})
        return bool(told) and all(told.values())

    def _encrypts(self) -> bool:
        return bool(self._told("get_bucket_encryption"))

    def _keeps_versions(self) -> bool:
        return bool(self._told("get_bucket_versioning").get("Status") == "Enabled")

    def _told(self, question: str) -> dict[str, Any]:
        """S3 answers with an error where such a setting was never made."""
        try:
            with aws_errors("look at", f"the settings of the bucket `{self._bucket}`"):
                answer: dict[str, Any] = getattr(self._clients.s3, question)(Bucket=self._bucket)
                return answer
        except PlatformError as error:
            if error.code in _NEVER_MADE:
                return {}
            raise

    def _denied_to_the_role(self) -> list[str]:
        """https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html"""
        partition = self._role_arn.split(":")[1]
        return [
            f"{action} on {name.split('/')[0]}/"
            for action, name in _REACH
            for told in self._simulated(action, f"arn:{partition}:s3:::{self._bucket}/{name}")
            if told["EvalDecision"] != "allowed"
        ]

    def _simulated(self, action: str, arn: str) -> list[dict[str, Any]]:
        answer = self._clients.iam.simulate_principal_policy(
            PolicySourceArn=self._role_arn, ActionNames=[action], ResourceArns=[arn]
        )
        results: list[dict[str, Any]] = answer["EvaluationResults"]
        return results


def _unseen(what: str, error: PlatformError, action: str) -> Problem:
    if error.code in DENIED:
        return Problem(f"{what} cannot be checked.", f"Allow {action} if you want this check.", True)
    return Problem(f"{what} cannot be checked: {error.sentences}", "Try again later.", True)
