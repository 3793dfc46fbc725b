"""The lines that training jobs print, read from CloudWatch Logs; each stream is read on from where it was left."""

from collections.abc import Iterator, Mapping
from typing import Any

from botocore.exceptions import ClientError

from bot.adapters.sagemaker.errors import aws_errors
from bot.errors import GoneError

LOG_GROUP = "/aws/sagemaker/TrainingJobs"

# Machines that train together print the same epochs, each with its own share of the training images in its figures and
# all with the same model: the first speaks for all of them.
FIRST_MACHINE = "algo-1"
# A page holds up to 10,000 lines: enough for one look at a job, and the next look reads on.
PAGES_AT_ONCE = 10


def lines_after(client: Any, job_name: str, position: Mapping[str, str]) -> tuple[list[str], dict[str, str]]:
    """The lines after `position`, which has a token for each stream, and the position after them."""
    lines: list[str] = []
    reached = dict(position)
    with aws_errors("read", f"the log of the training job *{job_name}*"):
        for stream in _streams(client, job_name):
            for events, token in _pages(client, stream, position.get(stream)):
                lines.extend(event["message"] for event in events)
                reached[stream] = token
    return lines, reached


def _streams(client: Any, job_name: str) -> list[str]:
    """Those of the first machine, oldest first; none while the job has not printed, nor while no job ever has.

    A machine that takes over after an interruption has a stream of its own, whose name ends with when it began.
    """
    pages = client.get_paginator("describe_log_streams").paginate(
        logGroupName=LOG_GROUP, logStreamNamePrefix=f"{job_name}/{FIRST_MACHINE}-"
    )
    try:
        with aws_errors("find", "the log"):
            return [stream["logStreamName"] for page in pages for stream in page["logStreams"]]
    except GoneError:
        return []


def _pages(client: Any, stream: str, token: str | None) -> Iterator[tuple[list[dict[str, Any]], str]]:
    """Pages until the token repeats: that, and not an empty page, is the end of what there is.

    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html
    """
    for _ in range(PAGES_AT_ONCE):
        page = _page(client, stream, token)
        yield page["events"], page["nextForwardToken"]
        if page["nextForwardToken"] == token:
            return
        token = page["nextForwardToken"]


def _page(client: Any, stream: str, token: str | None) -> Any:
    asked = {"logGroupName": LOG_GROUP, "logStreamName": stream, "startFromHead": True}
    try:
        return client.get_log_events(**asked, **({"nextToken": token} if token else {}))
    except ClientError as error:
        # Tokens end after 24 hours. Lines that are read twice do no harm, lines that are missed would.
        if token and error.response["Error"]["Code"] == "InvalidParameterException":
            return client.get_log_events(**asked)
        raise
