"""`python -m bench.many_jobs COUNT`: a process that answers for an AWS with so many running jobs, and for Slack.

It answers what a tick asks, from memory, and counts the calls to AWS; a request that it does not know is an error. It
prints its address. At each line `change` some jobs change, and at `count` it prints the calls since the last one.
"""

import json
import sys
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

CHANGED = 20
QUIET_SECONDS = 3600
LINE = "Epoch[0] Batch [20]#011Speed: 48.1 samples/sec#011accuracy=0.431548"


class ManyJobs:
    """The jobs, all of which train; a change is another message of AWS's and another line in the log."""

    def __init__(self, count: int) -> None:
        self._changes = [0] * count
        self._moments = [time.time() - QUIET_SECONDS] * count
        self._next = 0
        self.calls: Counter[str] = Counter()

    def change(self) -> None:
        for number in range(self._next, self._next + CHANGED):
            self._changes[number % len(self._changes)] += 1
            self._moments[number % len(self._changes)] = time.time()
        self._next += CHANGED

    def answer(self, operation: str, asked: dict[str, Any]) -> dict[str, Any]:
        self.calls[operation] += 1
        answers = {
            "ListTrainingJobs": self._list,
            "DescribeTrainingJob": self._describe,
            "DescribeLogStreams": self._streams,
            "GetLogEvents": self._events,
        }
        return answers[operation](asked)

    def _list(self, asked: dict[str, Any]) -> dict[str, Any]:
        first, size = int(asked.get("NextToken", 0)), asked["MaxResults"]
        since = asked["LastModifiedTimeAfter"]
        numbers = [number for number, at in enumerate(self._moments) if at > since and number >= first]
        more = {"NextToken": str(numbers[size])} if len(numbers) > size else {}
        return {"TrainingJobSummaries": [self._summary(number) for number in numbers[:size]]} | more

    def _summary(self, number: int) -> dict[str, Any]:
        return {
            "TrainingJobName": f"job-{number:04}",
            "TrainingJobArn": f"arn:aws:sagemaker:us-east-1:123456789012:training-job/job-{number:04}",
            "CreationTime": 1.0,
            "LastModifiedTime": self._moments[number],
            "TrainingJobStatus": "InProgress",
            "SecondaryStatus": "Training",
        }

    def _describe(self, asked: dict[str, Any]) -> dict[str, Any]:
        number = _number(asked["TrainingJobName"])
        message = f"Training image download completed; update {self._changes[number]}"
        phases = [
            {"Status": "Starting", "StartTime": 1.0, "EndTime": 2.0, "StatusMessage": "Starting"},
            {"Status": "Training", "StartTime": 2.0, "StatusMessage": message},
        ]
        return self._summary(number) | {"SecondaryStatusTransitions": phases}

    def _streams(self, asked: dict[str, Any]) -> dict[str, Any]:
        return {"logStreams": [{"logStreamName": f"{asked['logStreamNamePrefix']}1"}]}

    def _events(self, asked: dict[str, Any]) -> dict[str, Any]:
        read, printed = int(asked.get("nextToken", 0)), self._changes[_number(asked["logStreamName"])]
        events = [{"timestamp": 1, "ingestionTime": 1, "message": LINE}] * (printed - read)
        return {"events": events, "nextForwardToken": str(printed), "nextBackwardToken": "b"}


class Answering(BaseHTTPRequestHandler):
    """AWS's JSON protocol where a target is named, and else Slack, to which all is well."""

    protocol_version = "HTTP/1.1"
    # Headers and body in one packet: in two, the second waits for the first one's acknowledgement.
    wbufsize = 1 << 16
    jobs: ManyJobs

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        operation = self.headers.get("X-Amz-Target", "").rpartition(".")[2]
        if operation:
            answer = self.jobs.answer(operation, json.loads(body))
        else:
            answer = {"ok": True, "channel": "C0EMOJI0001", "ts": f"{time.time():.6f}", "messages": []}
        written = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/x-amz-json-1.1" if operation else "application/json")
        self.send_header("Content-Length", str(len(written)))
        self.end_headers()
        self.wfile.write(written)

    do_GET = do_POST  # noqa: N815 - http.server's name

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
        """Nothing is told of each request."""


def _number(name: str) -> int:
    return int(name.split("/", maxsplit=1)[0].removeprefix("job-"))


def main(count: int) -> None:
    jobs = ManyJobs(count)
    handler = type("Bound", (Answering,), {"jobs": jobs})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    for line in sys.stdin:
        if line.strip() == "change":
            jobs.change()
            print("changed", flush=True)
        else:
            calls, jobs.calls = jobs.calls, Counter()
            print(json.dumps(calls), flush=True)
    server.shutdown()


if __name__ == "__main__":
    main(int(sys.argv[1]))
