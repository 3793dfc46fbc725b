"""Measures from an upload to its answer, against a bare invocation of the endpoint with the same bytes."""

import statistics
import time
from pathlib import Path
from typing import Any

from bench.processes import until
from bench.stand import CHANNEL, Stand
from bench.table import Measured, Row
from sandbox.slack.drawn import text_of

UPLOADS, WARM_UPS = 48, 4
AIM_MILLISECONDS = 150
PATIENCE_SECONDS = 20.0


def measure(stand: Stand, endpoint: str, samples: Path) -> Measured:
    """Each picture is uploaded and, once it is answered, sent to the endpoint as it is."""
    pictures = sorted(samples.rglob("*.png"))
    chosen = [pictures[number * len(pictures) // UPLOADS] for number in range(UPLOADS)]
    runtime = stand.client("sagemaker-runtime")
    for picture in chosen[:WARM_UPS]:
        upload_ms(stand, picture)
        invocation_ms(runtime, endpoint, picture)
    both = [(upload_ms(stand, picture), invocation_ms(runtime, endpoint, picture)) for picture in chosen]
    uploads, bare = (sorted(figures) for figures in zip(*both, strict=True))
    return Measured([row(uploads, bare)], [f"Of {UPLOADS} uploads the slowest was answered in {uploads[-1]:.0f} ms."])


def row(uploads: list[float], bare: list[float]) -> Row:
    answered, invoked = statistics.median(uploads), statistics.median(bare)
    return Row(
        "upload to answer, warm endpoint, median",
        f"{answered:.1f} ms",
        f"bare invoke_endpoint: {invoked:.1f} ms",
        answered - invoked,
        "ms more",
        AIM_MILLISECONDS,
    )


def upload_ms(stand: Stand, picture: Path) -> float:
    """By Slack's own timestamps: from the message with the picture to the message with the answer."""
    message = stand.ada.uploads(CHANNEL, picture)
    thread = stand.slack.workspace.channels[CHANNEL].thread
    # Read where it lies: asking over HTTP would take part in what is measured.
    until(lambda: thread(message["ts"]), PATIENCE_SECONDS, f"{picture.name} is answered")
    answer = thread(message["ts"])[-1]
    if "%" not in text_of(answer):
        raise RuntimeError(f"{picture.name} was not classified: {text_of(answer)}")
    return (float(answer["ts"]) - float(message["ts"])) * 1000


def invocation_ms(runtime: Any, endpoint: str, picture: Path) -> float:
    body = picture.read_bytes()
    began = time.perf_counter()
    answer = runtime.invoke_endpoint(EndpointName=endpoint, ContentType="application/x-image", Body=body)
    answer["Body"].read()
    return (time.perf_counter() - began) * 1000
