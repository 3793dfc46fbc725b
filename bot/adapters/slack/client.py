"""Slack's client, and the one translation of what Slack refuses into the error tree."""

import http.client
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.error import HTTPError, URLError

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackRequestError

from bot.errors import ChatBusyError, ChatError, MissingScopeError, NoMessageError, NoPlaceError

_OVER_LIMIT = frozenset({"ratelimited", "rate_limited"})
_BUSY = _OVER_LIMIT | {"message_limit_exceeded", "internal_error", "fatal_error"}
_BUSY_TOO = frozenset({"service_unavailable", "request_timeout", "team_added_to_org"})
_NO_PLACE = frozenset(
    {"channel_not_found", "not_in_channel", "is_archived", "restricted_action", "user_not_in_channel"}
)
_NO_MESSAGE = frozenset({"message_not_found", "thread_not_found", "cant_update_message"})
log = logging.getLogger(__name__)


def web_client(token: str, api_url: str, timeout: int = 15) -> WebClient:
    """A client without retry handlers: they sleep in the caller's thread, and the next tick tries again anyway."""
    return WebClient(token=token, base_url=api_url, timeout=timeout, retry_handlers=[])


@contextmanager
def translated(action: str) -> Iterator[None]:
    """Turn whatever slack_sdk raises within into a ChatError of the right kind."""
    try:
        yield
    except SlackApiError as error:
        raise _api_error(action, error) from error
    except (SlackRequestError, HTTPError, URLError, http.client.HTTPException, OSError) as error:
        # The upload's POST uses plain urlopen, so urllib's errors arrive as they are.
        raise ChatBusyError(f"Slack did not answer ({action}).", code=type(error).__name__) from error


def _api_error(action: str, error: SlackApiError) -> ChatError:
    response = error.response
    code = _code(error)
    status = getattr(response, "status_code", 200)
    over_limit = status == 429 or code in _OVER_LIMIT
    if over_limit or status >= 500 or code in _BUSY | _BUSY_TOO:
        # Only who is over a limit was not listened to; a Slack that fails may have done what it was asked.
        seconds = _retry_after(error) if over_limit else 0.0
        return ChatBusyError(f"Slack is busy ({action}).", code=code, retry_after=seconds)
    if code in _NO_PLACE:
        return NoPlaceError("I cannot write in this conversation.", code=code)
    if code in _NO_MESSAGE:
        return NoMessageError("The message is gone.", code=code)
    log.warning("slack_refused action=%s code=%s detail=%s", action, code, _detail(error))
    if code == "missing_scope":
        return MissingScopeError(f"Slack does not let the bot do this ({action}).", _needed(error))
    return ChatError(f"Slack refused ({action}).", code=code)


def _retry_after(error: SlackApiError) -> float:
    """In seconds, as Slack sends it; what stands between may send a date, and then it is for us to choose."""
    told = str(getattr(error.response, "headers", {}).get("Retry-After") or "")
    return float(told) if told.isdecimal() else 0.0


def _code(error: SlackApiError) -> str:
    response = error.response
    data = getattr(response, "data", response)
    code = str(data.get("error", "unknown_error")) if isinstance(data, dict) else ""
    # Where Slack sent a web page, slack_sdk puts a sentence with a piece of that page here.
    return code if code.isidentifier() else f"http_{getattr(response, 'status_code', 'error')}"


def _detail(error: SlackApiError) -> str:
    data = getattr(error.response, "data", error.response)
    return str(data.get("response_metadata") or data.get("needed") or "") if isinstance(data, dict) else ""


def _needed(error: SlackApiError) -> str:
    data = getattr(error.response, "data", error.response)
    return str(data.get("needed") or "") if isinstance(data, dict) else ""


def unready_file(error: ChatError) -> bool:
    """Whether Slack refused a message because it has not looked through the picture yet."""
    cause = error.__cause__
    return isinstance(cause, SlackApiError) and error.code == "invalid_blocks" and "slack file" in _detail(cause)
