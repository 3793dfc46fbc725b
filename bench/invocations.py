"""A process that invokes an endpoint at fixed times, whatever becomes of those before, and times each answer.

It reads one line of JSON, {endpoint, rate, pictures}, answers with a line of milliseconds, and ends with its input.
"""

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

LEAD_SECONDS, MOST_AT_ONCE = 0.5, 16


def timed(runtime: Any, endpoint: str, due: float, picture: Path) -> float:
    """Milliseconds from when the invocation was due to its answer, so that a stall is felt by all who wait in it."""
    time.sleep(max(0.0, due - time.monotonic()))
    body = picture.read_bytes()
    answer = runtime.invoke_endpoint(EndpointName=endpoint, ContentType="application/x-image", Body=body)
    answer["Body"].read()
    return (time.monotonic() - due) * 1000


def window(runtime: Any, endpoint: str, rate: float, pictures: list[str]) -> list[float]:
    start = time.monotonic() + LEAD_SECONDS
    with ThreadPoolExecutor(MOST_AT_ONCE) as pool:
        taken = [
            pool.submit(timed, runtime, endpoint, start + number / rate, Path(picture))
            for number, picture in enumerate(pictures)
        ]
        return [one.result() for one in taken]


def main() -> None:
    runtime = boto3.client("sagemaker-runtime", config=Config(proxies={}, max_pool_connections=MOST_AT_ONCE))
    for line in sys.stdin:
        print(json.dumps(window(runtime, **json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
