"""What Slack refuses, and what is wrong on the way to it, as errors of the bot's own tree."""

import http.client
from types import SimpleNamespace
from urllib.error import HTTPError, URLError

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackRequestError

from bot.adapters.slack.client import translated, unready_file
from bot.errors import ChatBusyError, ChatError, MissingScopeError, NoMessageError, NoPlaceError
from sandbox.slack.server import LocalSlack
from tests.unit.adapters_slack.conftest import client_of

TABLE = {
    "ratelimited": ChatBusyError,
    "rate_limited": ChatBusyError,
    "message_limit_exceeded": ChatBusyError,
    "internal_error": ChatBusyError,
    "fatal_error": ChatBusyError,
    "service_unavailable": ChatBusyError,
    "request_timeout": ChatBusyError,
    "channel_not_found": NoPlaceError,
    "not_in_channel": NoPlaceError,
    "is_archived": NoPlaceError,
    "restricted_action": NoPlaceError,
    "message_not_found": NoMessageError,
    "thread_not_found": NoMessageError,
    "cant_update_message": NoMessageError,
    "missing_scope": MissingScopeError,
    "invalid_auth": ChatError,
    "invalid_blocks": ChatError,
    "something_new": ChatError,
}


def refusal_of(client: WebClient) -> ChatError:
    with pytest.raises(ChatError) as refusal, translated("try"):
        client.auth_test()
    return refusal.value


def raised(error: Exception) -> ChatError:
    with pytest.raises(ChatError) as refusal, translated("try"):
        raise error
    return refusal.value


@pytest.mark.parametrize(("code", "kind"), TABLE.items())
def test_slacks_code_decides_the_kind_of_error(
    slack: LocalSlack, client: WebClient, code: str, kind: type[ChatError]
) -> None:
    slack.faults.add("auth.test", "error", error=code)

    error = refusal_of(client)

    assert type(error) is kind
    assert error.code == code


def test_a_rate_limit_says_when_to_come_back(slack: LocalSlack, client: WebClient) -> None:
    slack.faults.add("auth.test", "ratelimited", retry_after=7)

    error = refusal_of(client)

    assert isinstance(error, ChatBusyError)
    assert error.retry_after == 7


@pytest.mark.parametrize(("status", "code", "seconds"), [(429, "ratelimited", 7.0), (503, "", 0.0)])
def test_only_a_slack_that_did_nothing_is_said_to_have_named_a_time(status: int, code: str, seconds: float) -> None:
    response = SimpleNamespace(status_code=status, headers={"Retry-After": "7"}, data={"error": code or "unavailable"})
    found = raised(SlackApiError("busy", response))

    assert isinstance(found, ChatBusyError)
    assert found.retry_after == seconds


@pytest.mark.parametrize(("told", "seconds"), [("9", 9.0), ("Wed, 21 Oct 2026 07:28:00 GMT", 0.0)])
def test_a_limit_is_one_also_where_something_before_slack_says_so(told: str, seconds: float) -> None:
    response = SimpleNamespace(status_code=429, headers={"Retry-After": told}, data="<html>Too many requests</html>")
    found = raised(SlackApiError("too many", response))

    assert isinstance(found, ChatBusyError)
    assert found.retry_after == seconds


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_broken_slack_is_busy(slack: LocalSlack, client: WebClient, status: int) -> None:
    slack.faults.add("auth.test", "http", status=status)

    assert type(refusal_of(client)) is ChatBusyError


def test_a_web_page_instead_of_an_answer_is_an_error(slack: LocalSlack, client: WebClient) -> None:
    slack.faults.add("auth.test", "html")

    assert refusal_of(client).code == "http_200"


def test_a_connection_that_is_cut_is_busy(slack: LocalSlack, client: WebClient) -> None:
    slack.faults.add("auth.test", "drop")

    assert type(refusal_of(client)) is ChatBusyError


def test_a_slack_that_is_not_there_is_busy(slack: LocalSlack, client: WebClient) -> None:
    slack.stop()

    assert type(refusal_of(client)) is ChatBusyError


@pytest.mark.parametrize(
    "error",
    [
        URLError("no route"),
        HTTPError("http://localhost/upload", 503, "broken", http.client.HTTPMessage(), None),
        http.client.RemoteDisconnected(),
        TimeoutError(),
        ConnectionResetError(),
        SlackRequestError("odd"),
    ],
)
def test_what_goes_wrong_on_the_way_is_busy(error: Exception) -> None:
    found = raised(error)

    assert type(found) is ChatBusyError
    assert found.code == type(error).__name__


def test_an_error_without_a_body_still_has_a_code() -> None:
    assert raised(SlackApiError("odd", {"ok": False})).code == "unknown_error"


def test_what_is_no_error_of_slacks_passes() -> None:
    with pytest.raises(ZeroDivisionError), translated("try"):
        raise ZeroDivisionError


def test_a_picture_that_slack_has_not_looked_through_is_told_from_other_refusals(
    slack: LocalSlack, client: WebClient
) -> None:
    slack.faults.add(
        "auth.test",
        "error",
        error="invalid_blocks",
        response_metadata={"messages": ["[ERROR] invalid slack file [json-pointer:/blocks/1/slack_file]"]},
    )
    slack.faults.add("auth.test", "error", error="invalid_blocks", response_metadata={"messages": ["too long"]})
    slack.faults.add("auth.test", "error", error="missing_scope", needed="slack file")

    assert [unready_file(refusal_of(client)) for _ in range(3)] == [True, False, False]


def test_the_client_tries_once_because_the_next_tick_tries_again(slack: LocalSlack) -> None:
    slack.faults.add("auth.test", "drop", times=2)
    refusal_of(client_of(slack))

    assert slack.faults.waiting("auth.test") == 1
