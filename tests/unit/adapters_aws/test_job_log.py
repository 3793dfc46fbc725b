"""Reading a job's log page by page, and on from where it was left."""

from typing import Any

import pytest
from botocore.stub import Stubber

from bot.adapters.sagemaker.clients import AwsClients
from bot.adapters.sagemaker.job_log import PAGES_AT_ONCE, lines_after
from bot.errors import BusyError

GROUP = "/aws/sagemaker/TrainingJobs"
FIRST, SECOND = "pets-1/algo-1-17", "pets-1/algo-1-18"


@pytest.fixture
def logs(clients: AwsClients) -> Stubber:
    with Stubber(clients.logs) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


def has_streams(logs: Stubber, *pages: list[str]) -> None:
    for number, names in enumerate(pages):
        asked: dict[str, Any] = {"logGroupName": GROUP, "logStreamNamePrefix": "pets-1/algo-1-"}
        answer: dict[str, Any] = {"logStreams": [{"logStreamName": name} for name in names]}
        if number > 0:
            asked["nextToken"] = f"page-{number}"
        if number < len(pages) - 1:
            answer["nextToken"] = f"page-{number + 1}"
        logs.add_response("describe_log_streams", answer, asked)


def has_page(logs: Stubber, stream: str, token: str | None, lines: list[str], then: str) -> None:
    asked = {"logGroupName": GROUP, "logStreamName": stream, "startFromHead": True}
    events = [{"timestamp": 1, "message": line, "ingestionTime": 1} for line in lines]
    logs.add_response(
        "get_log_events",
        {"events": events, "nextForwardToken": then, "nextBackwardToken": "b"},
        asked | ({"nextToken": token} if token else {}),
    )


def test_a_job_that_has_not_printed_has_no_lines(clients: AwsClients, logs: Stubber) -> None:
    has_streams(logs, [])

    assert lines_after(clients.logs, "pets-1", {}) == ([], {})


def test_a_region_without_any_job_has_no_lines(clients: AwsClients, logs: Stubber) -> None:
    logs.add_client_error("describe_log_streams", "ResourceNotFoundException", "The specified log group does not exist")

    assert lines_after(clients.logs, "pets-1", {}) == ([], {})


def test_pages_are_read_until_the_token_repeats(clients: AwsClients, logs: Stubber) -> None:
    has_streams(logs, [FIRST])
    has_page(logs, FIRST, None, ["one"], "f/1")
    has_page(logs, FIRST, "f/1", [], "f/2")
    has_page(logs, FIRST, "f/2", ["two"], "f/3")
    has_page(logs, FIRST, "f/3", [], "f/3")

    assert lines_after(clients.logs, "pets-1", {}) == (["one", "two"], {FIRST: "f/3"})


def test_reading_goes_on_where_it_was_left(clients: AwsClients, logs: Stubber) -> None:
    has_streams(logs, [FIRST])
    has_page(logs, FIRST, "f/3", ["three"], "f/4")
    has_page(logs, FIRST, "f/4", [], "f/4")

    assert lines_after(clients.logs, "pets-1", {FIRST: "f/3"}) == (["three"], {FIRST: "f/4"})


def test_a_machine_that_took_over_has_a_position_of_its_own(clients: AwsClients, logs: Stubber) -> None:
    has_streams(logs, [FIRST], [SECOND])
    has_page(logs, FIRST, "f/3", [], "f/3")
    has_page(logs, SECOND, None, ["two"], "g/1")
    has_page(logs, SECOND, "g/1", [], "g/1")

    assert lines_after(clients.logs, "pets-1", {FIRST: "f/3"}) == (["two"], {FIRST: "f/3", SECOND: "g/1"})


def test_a_long_log_is_read_in_several_looks(clients: AwsClients, logs: Stubber) -> None:
    has_streams(logs, [FIRST])
    for number in range(PAGES_AT_ONCE):
        has_page(logs, FIRST, f"f/{number}" if number else None, [f"line {number}"], f"f/{number + 1}")

    lines, position = lines_after(clients.logs, "pets-1", {})

    assert (len(lines), position) == (PAGES_AT_ONCE, {FIRST: f"f/{PAGES_AT_ONCE}"})


def test_a_position_that_has_expired_is_read_from_the_beginning(clients: AwsClients, logs: Stubber) -> None:
    has_streams(logs, [FIRST])
    logs.add_client_error("get_log_events", "InvalidParameterException", "The specified nextToken is invalid.")
    has_page(logs, FIRST, None, ["one"], "f/1")
    has_page(logs, FIRST, "f/1", [], "f/1")

    assert lines_after(clients.logs, "pets-1", {FIRST: "old"}) == (["one"], {FIRST: "f/1"})


def test_a_throttled_look_is_to_be_tried_again(clients: AwsClients, logs: Stubber) -> None:
    has_streams(logs, [FIRST])
    logs.add_client_error("get_log_events", "ThrottlingException", "Rate exceeded")

    with pytest.raises(BusyError):
        lines_after(clients.logs, "pets-1", {})
