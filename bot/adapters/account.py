"""What `doctor` asks AWS: who the bot is there, whether its bucket is in order, whether SageMaker may take its role."""

import logging
from typing import Any, NamedTuple

from bot.adapters.sagemaker.clients import AwsClients
from bot.adapters.sagemaker.errors import aws_errors
from bot.adapters.sagemaker.image import algorithm_image
from bot.errors import GoneError, PlatformError, RefusedError

log = logging.getLogger(__name__)

DENIED = frozenset({"403", "AccessDenied", "AccessDeniedException"})


class Problem(NamedTuple):
    """What is wrong and what to do; a note is worth knowing and no reason to stop."""

    what: str
    next_step: str
    is_note: bool = False


class AwsAccount:
    """The bot's AWS account as its settings name it."""

    def __init__(self, clients: AwsClients, bucket: str, role_arn: str, region: str) -> None:
        self._clients = clients
        self._bucket = bucket
        self._role_arn = role_arn
        self._region = region

    def identity(self) -> str:
        """The ARN that AWS knows the bot by. PlatformError: its credentials do not do."""
        with aws_errors("ask", "who this bot is"):
            return str(self._clients.sts.get_caller_identity()["Arn"])

    def identity_problem(self) -> Problem | None:
        try:
            self.identity()
        except PlatformError as error:
            return Problem(
                error.sentences, "Set AWS credentials as boto3 reads them (environment, profile or instance role)."
            )
        return None

    def bucket_problem(self) -> Problem | None:
        try:
            region = self._bucket_region()
        except GoneError:
            return Problem(
                f"The bucket {self._bucket} does not exist.", "Create it, or set ARTIFACT_BUCKET to one that does."
            )
        except PlatformError as error:
            return Problem(
                f"The bucket {self._bucket} cannot be used: {error.sentences}",
                "Allow s3:ListBucket, s3:GetBucketLocation and s3:GetObject on it in the bot's policy.",
            )
        if region != self._region:
            return Problem(
                f"The bucket {self._bucket} is in {region}, and the bot works in {self._region}.",
                "SageMaker reads data of its own region only: set AWS_REGION or ARTIFACT_BUCKET so that they agree.",
            )
        return None

    def algorithm_problem(self) -> Problem | None:
        """Whether the region offers the built-in algorithm."""
        try:
            algorithm_image(self._region)
        except RefusedError as error:
            return Problem(error.what, error.next_step)
        return None

    def role_problem(self) -> Problem | None:
        name = self._role_arn.rsplit("/", 1)[-1]
        try:
            with aws_errors("look at", f"the role `{name}`"):
                role = self._clients.iam.get_role(RoleName=name)["Role"]
        except PlatformError as error:
            return self._unread_role(error)
        if role["Arn"] != self._role_arn:
            return Problem(f"The role {self._role_arn} is not in this account.", f"The account has {role['Arn']}.")
        if not lets_sagemaker_in(role.get("AssumeRolePolicyDocument") or {}):
            return Problem(
                f"SageMaker may not assume the role {self._role_arn}.",
                'Allow the service "sagemaker.amazonaws.com" to sts:AssumeRole in the role\'s trust policy.',
            )
        return None

    def queue_problem(self, queue_url: str) -> Problem | None:
        """Whether the queue of events can be reached; reading from it would take events from the worker."""
        try:
            with aws_errors("look at", "the queue of events"):
                self._clients.sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["QueueArn"])
        except PlatformError as error:
            return Problem(
                f"The queue of events cannot be used: {error.sentences}",
                "Look at SAGEMAKER_EVENTS_QUEUE_URL, and allow sqs:ReceiveMessage, sqs:DeleteMessage and "
                "sqs:GetQueueAttributes on the queue in the bot's policy. Until then changes are seen at ticks.",
                is_note=True,
            )
        return None

    def _bucket_region(self) -> str:
        with aws_errors("look at", f"the bucket `{self._bucket}`"):
            self._clients.s3.head_bucket(Bucket=self._bucket)
            place = self._clients.s3.get_bucket_location(Bucket=self._bucket).get("LocationConstraint")
        # https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html: the oldest regions' names.
        return {None: "us-east-1", "": "us-east-1", "EU": "eu-west-1"}.get(place, str(place))

    def _unread_role(self, error: PlatformError) -> Problem:
        if isinstance(error, GoneError):
            return Problem(
                f"The role {self._role_arn} does not exist.", "Create it, or set SAGEMAKER_ROLE_ARN to one that does."
            )
        if error.code in DENIED:
            return Problem(
                f"Whether SageMaker may assume the role {self._role_arn} cannot be checked.",
                "Allow iam:GetRole on it if you want this check; the bot works without.",
                is_note=True,
            )
        return Problem(f"The role {self._role_arn} cannot be checked: {error.sentences}", "Try again later.")


def lets_sagemaker_in(trust: dict[str, Any]) -> bool:
    """Whether a role's trust policy lets SageMaker assume it; conditions are taken as met."""
    statements = trust.get("Statement", [])
    listed = [statements] if isinstance(statements, dict) else statements
    return any(_allows(statement) for statement in listed)


def _allows(statement: dict[str, Any]) -> bool:
    principal = statement.get("Principal", {})
    services = _as_list(principal.get("Service", ()) if isinstance(principal, dict) else principal)
    actions = _as_list(statement.get("Action", ()))
    return (
        statement.get("Effect") == "Allow"
        and bool({"sagemaker.amazonaws.com", "*"} & services)
        and bool({"sts:assumerole", "sts:*", "*"} & {action.lower() for action in actions})
    )


def _as_list(value: Any) -> set[str]:
    return {value} if isinstance(value, str) else set(value)
