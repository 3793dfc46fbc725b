"""Brings the stand to where a team is on an ordinary day: a trained job with its chart, and a warm endpoint."""

import re
from collections.abc import Callable

from bench.stand import CHANNEL, Stand
from sandbox.slack.answers import Json
from sandbox.slack.drawn import text_of

ENDPOINT = "emoji-bench"
TRAINED_SECONDS, SERVICE_SECONDS = 120.0, 60.0


def trained_job(stand: Stand) -> str:
    """The name of a job that is trained, and whose card shows its chart."""
    stand.ada.types(CHANNEL, "/train emoji epochs=5")
    card = stand.ada.sees(CHANNEL, says(r"Trained \**emoji-\w+"), within=TRAINED_SECONDS)
    stand.ada.sees(CHANNEL, lambda one: one["ts"] == card["ts"] and has_chart(one))
    return found(r"emoji-[0-9a-f]{6}", text_of(card))


def endpoint_in_service(stand: Stand, job: str) -> str:
    """The name of a real-time endpoint, asked for by one person and approved by another."""
    stand.ada.types(CHANNEL, f"/deploy {job} to=realtime instance=ml.m5.large count=1 as={ENDPOINT}")
    approval = stand.grace.sees(CHANNEL, says(r"Deploy .*emoji-\w+"))
    stand.grace.clicks(approval, "approval.approve")
    in_service = says(r"large_green_circle")
    stand.grace.sees(CHANNEL, lambda one: one["ts"] == approval["ts"] and in_service(one), within=SERVICE_SECONDS)
    return ENDPOINT


def says(pattern: str) -> Callable[[Json], bool]:
    return lambda message: re.search(pattern, text_of(message)) is not None


def has_chart(message: Json) -> bool:
    return any(block["type"] == "image" for block in message.get("blocks", []))


def found(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    if match is None:
        raise RuntimeError(f"{pattern!r} is not in: {text}")
    return match[0]
