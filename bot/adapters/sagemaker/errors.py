"""AWS's refusals and failures as errors of the bot's tree: the one place that knows AWS's codes and wordings."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionError,  # noqa: A004 - botocore's name for it
    CredentialRetrievalError,
    HTTPClientError,
    IncompleteReadError,
    NoCredentialsError,
    PartialCredentialsError,
    SSOError,
    TokenRetrievalError,
)

from bot.errors import BusyError, DeniedError, GoneError, PlatformError, TakenError

_OPERATORS = "Tell the operators of this bot."


class Trouble(StrEnum):
    """The ways in which AWS says no, as far as they need different sentences."""

    BUSY = "busy"
    GONE = "gone"
    TAKEN = "taken"
    DENIED = "denied"
    CREDENTIALS = "credentials"
    CLOCK = "clock"
    QUOTA = "quota"
    MODEL = "model"
    REFUSED = "refused"


# https://docs.aws.amazon.com/sagemaker/latest/APIReference/CommonErrors.html, the errors of each operation used, and
# botocore's own list of what is worth another try (botocore/retries/standard.py).
_CODES: Mapping[Trouble, tuple[str, ...]] = {
    Trouble.BUSY: (
        "BandwidthLimitExceeded",
        "EC2ThrottledException",
        "InternalDependencyException",
        "InternalError",
        "InternalFailure",
        "InternalServerError",
        "InternalServerException",
        "ModelNotReadyException",
        "OperationAborted",
        "OperationAbortedException",
        "PriorRequestNotComplete",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "RequestTimeout",
        "RequestTimeoutException",
        "ServiceUnavailable",
        "ServiceUnavailableException",
        "SlowDown",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
        "TransactionInProgressException",
    ),
    Trouble.GONE: ("404", "NoSuchBucket", "NoSuchEntity", "NoSuchKey", "NoSuchUpload", "NotFound",
                   "ResourceNotFound", "ResourceNotFoundException"),
    Trouble.TAKEN: ("ResourceInUse", "ResourceInUseException"),
    Trouble.DENIED: ("403", "AccessDenied", "AccessDeniedException", "NotAuthorized", "UnauthorizedOperation"),
    Trouble.CREDENTIALS: (
        "AuthFailure",
        "ExpiredToken",
        "ExpiredTokenException",
        "IncompleteSignature",
        "InvalidAccessKeyId",
        "InvalidClientTokenId",
        "InvalidSignatureException",
        "InvalidToken",
        "MissingAuthenticationToken",
        "MissingAuthenticationTokenException",
        "OptInRequired",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
    ),
    Trouble.CLOCK: ("RequestExpired", "RequestInTheFuture", "RequestTimeTooSkewed"),
    Trouble.QUOTA: ("LimitExceededException", "ResourceLimitExceeded", "ServiceQuotaExceededException"),
    Trouble.MODEL: ("ModelError",),
}  # fmt: skip
_TROUBLE_OF = {code: trouble for trouble, codes in _CODES.items() for code in codes}

# SageMaker says most of its "no such thing" and "exists already" with a ValidationException; only the words tell.
_INVALID = frozenset({"ValidationException", "ValidationError"})
_WORDINGS: Mapping[Trouble, re.Pattern[str]] = {
    Trouble.TAKEN: re.compile(r"already exist", re.IGNORECASE),
    Trouble.BUSY: re.compile(r"cannot update in-progress|rate exceeded", re.IGNORECASE),
    Trouble.GONE: re.compile(r"could not find|not found|does not exist", re.IGNORECASE),
}
# https://docs.aws.amazon.com/sagemaker/latest/dg/debugger-availability-change.html: closed to new customers.
_CLOSED = re.compile(r"\b(Debugger|Profiler)\b")
_NO_CREDENTIALS = (
    CredentialRetrievalError,
    NoCredentialsError,
    PartialCredentialsError,
    SSOError,
    TokenRetrievalError,
)


@dataclass(frozen=True, slots=True)
class Refusal:
    """What AWS answered, with what was attempted on which thing, both in a person's words."""

    attempt: str
    thing: str
    code: str
    message: str
    status: int
    operation: str


@contextmanager
def aws_errors(attempt: str, thing: str) -> Iterator[None]:
    """Turn what botocore raises into the bot's errors. `attempt` is a verb, `thing` comes with its article."""
    try:
        yield
    except ClientError as error:
        raise refused(_read(error, attempt, thing)) from error
    except _unreached() as error:
        raise _busy(attempt, thing, type(error).__name__, "The connection to AWS failed.") from error
    except _NO_CREDENTIALS as error:
        raise _no_credentials(type(error).__name__, _shortened(str(error))) from error
    except BotoCoreError as error:
        raise PlatformError(
            f"The request to {attempt} {thing} never left the bot.",
            _shortened(str(error)),
            _OPERATORS,
            type(error).__name__,
        ) from error


def _unreached() -> tuple[type[Exception], ...]:
    # Asked for only when something failed, for this import costs 20 MB that a process without AWS calls need not pay.
    from botocore.parsers import ResponseParserError

    return ConnectionError, HTTPClientError, IncompleteReadError, ResponseParserError


def refused(refusal: Refusal) -> PlatformError:
    """The error that says this refusal to a person."""
    return _BUILDERS[trouble_of(refusal)](refusal)


def trouble_of(refusal: Refusal) -> Trouble:
    if refusal.code in _TROUBLE_OF:
        found = _TROUBLE_OF[refusal.code]
        # A service that is closed to the account is no permission that lacks; AWS's own words tell it best.
        return Trouble.REFUSED if found is Trouble.DENIED and _is_closed(refusal.message) else found
    if refusal.code in _INVALID:
        worded = (trouble for trouble, wording in _WORDINGS.items() if wording.search(refusal.message))
        return next(worded, Trouble.REFUSED)
    return Trouble.BUSY if refusal.status == 429 or refusal.status >= 500 else Trouble.REFUSED


def _is_closed(message: str) -> bool:
    return _CLOSED.search(message) is not None and _DENIAL.search(message) is None


def _read(error: ClientError, attempt: str, thing: str) -> Refusal:
    answer = error.response
    told = answer.get("Error", {})
    return Refusal(
        attempt=attempt,
        thing=thing,
        code=str(told.get("Code", "")),
        # A model's own words are beside the error, not in it.
        message=_shortened(str(answer.get("OriginalMessage") or told.get("Message") or "")),
        status=int(answer.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)),
        operation=str(error.operation_name),
    )


def _shortened(text: str) -> str:
    return " ".join(text.split())[:500]


def _said_busy(refusal: Refusal) -> PlatformError:
    return _busy(refusal.attempt, refusal.thing, refusal.code, refusal.message)


def _busy(attempt: str, thing: str, code: str, why: str) -> BusyError:
    return BusyError(f"AWS could not {attempt} {thing} for the moment.", why, "It will be tried again.", code)


def _gone(refusal: Refusal) -> PlatformError:
    return GoneError(f"AWS does not know {refusal.thing}.", refusal.message, code=refusal.code)


def _taken(refusal: Refusal) -> PlatformError:
    return TakenError(
        f"AWS has {refusal.thing} already, and this bot did not make it.",
        next_step="Take another name.",
        code=refusal.code,
    )


# As in "User: arn:… is not authorized to perform: sagemaker:CreateTrainingJob on resource: arn:… because …".
_DENIAL = re.compile(r"not authorized to perform:? (?P<action>[\w-]+:\w+)(?: on resource:? (?P<resource>[^\s]+))?")


def _denied(refusal: Refusal) -> PlatformError:
    told = _DENIAL.search(refusal.message)
    action = told["action"] if told else refusal.operation
    resource = f" on `{told['resource']}`" if told and told["resource"] else ""
    return DeniedError(
        f"AWS does not let this bot {refusal.attempt} {refusal.thing}.",
        f"It lacks the permission `{action}`{resource}.",
        "Ask the operators of this bot to allow it in the bot's policy.",
        refusal.code,
    )


def _bad_credentials(refusal: Refusal) -> PlatformError:
    return _no_credentials(refusal.code, refusal.message)


def _no_credentials(code: str, why: str) -> PlatformError:
    return PlatformError(
        "AWS does not accept this bot's credentials.", why, "Ask the operators of this bot to renew them.", code
    )


def _wrong_clock(refusal: Refusal) -> PlatformError:
    return PlatformError(
        "AWS refuses this bot's requests because its clock is off.", refusal.message, _OPERATORS, refusal.code
    )


# As in "The account-level service limit 'ml.p3.2xlarge for training job usage' is 0 Instances, with current …"
_QUOTA = re.compile(r"service limit '(?P<quota>[^']+)' is (?P<amount>\d+(?: \w+)?)")


def _over_quota(refusal: Refusal) -> PlatformError:
    told = _QUOTA.search(refusal.message)
    return PlatformError(
        f"AWS refused to {refusal.attempt} {refusal.thing}: a quota of the account is used up.",
        f"The quota `{told['quota']}` is {told['amount']}." if told else refusal.message,
        "Take another instance type, wait until something ends, or ask the operators to have the quota raised.",
        refusal.code,
    )


def _model_failed(refusal: Refusal) -> PlatformError:
    return PlatformError(f"The model behind {refusal.thing} answered with an error.", refusal.message, "", refusal.code)


def _refused(refusal: Refusal) -> PlatformError:
    return PlatformError(f"AWS refused to {refusal.attempt} {refusal.thing}.", refusal.message, "", refusal.code)


_BUILDERS: Mapping[Trouble, Callable[[Refusal], PlatformError]] = {
    Trouble.BUSY: _said_busy,
    Trouble.GONE: _gone,
    Trouble.TAKEN: _taken,
    Trouble.DENIED: _denied,
    Trouble.CREDENTIALS: _bad_credentials,
    Trouble.CLOCK: _wrong_clock,
    Trouble.QUOTA: _over_quota,
    Trouble.MODEL: _model_failed,
    Trouble.REFUSED: _refused,
}
