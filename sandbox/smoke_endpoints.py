"""The part of `make smoke` that lives with endpoints: an update, a roll-back, one that comes back, a lease that ends.

At its end it counts what all of that has left behind on the local AWS.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3

from sandbox.sagemaker.server import LocalAws
from sandbox.slack.drawn import text_of
from sandbox.slack.person import Person
from sandbox.slack.workspace import Workspace, direct_channel

Message = dict[str, Any]
# A minute and a half, so that one ends while the rest goes on.
SHORT_LEASES = {"LEASE_DAYS": "0.001"}
# How long to wait for what must come, on a machine that does much else.
PATIENCE = 180.0
_KINDS = {"endpoints": "EndpointName", "endpoint_configs": "EndpointConfigName", "models": "ModelName"}
_LISTED = {"endpoints": "Endpoints", "endpoint_configs": "EndpointConfigs", "models": "Models"}
_COUNTED = (
    "endpoints WHERE in_service_at IS NOT NULL",
    "endpoints WHERE status = 'rolled back'",
    "leases WHERE status = 'ended'",
)


@dataclass(frozen=True, slots=True)
class Lives:
    """What became of the endpoints, as the last line says it."""

    deployed: int
    rolled_back: int
    expired: int
    left_behind: int

    def __str__(self) -> str:
        return (
            f"deployed {self.deployed}, rolled back {self.rolled_back}, expired {self.expired}, "
            f"left behind {self.left_behind}"
        )


class ReleaseDrive:
    """Ada asks for releases of one endpoint, Grace decides."""

    def __init__(self, people: tuple[Person, Person], aws: LocalAws, channel: str) -> None:
        self._ada, self._grace = people
        self._aws = aws
        self._channel = channel
        self._card: Message = {}

    def update(self, job: str, endpoint: str) -> None:
        self._card = self._approved(job, endpoint)
        self._becomes(self._card, f":large_green_circle: *{endpoint} is in service*")

    def roll_back(self, endpoint: str) -> None:
        self._grace.clicks(self._becomes(self._card, "Roll back"), "endpoint.roll_back")
        self._becomes(self._card, f"*{endpoint} was rolled back*")

    def fail_and_come_back(self, job: str, endpoint: str) -> None:
        self._aws.faults.ail(endpoint, "wrong_answers")
        self._becomes(self._approved(job, endpoint), f"{endpoint} answers with the release before")

    def keep(self, endpoint: str) -> None:
        """Before its lease, which is as short as all here, has ended."""
        self._ada.types(self._channel, f"/endpoints keep {endpoint} 1d")
        self._ada.sees(self._channel, lambda one: f"*{endpoint}* stays until" in text_of(one))

    def lease_ends(self, endpoint: str) -> None:
        """Its owner is asked, and says nothing."""
        place = direct_channel(Workspace.ADA)
        asked = self._ada.sees(
            place, lambda one: f"{endpoint} " in text_of(one) and _is_of_a_lease(one), within=PATIENCE
        )
        self._ada.sees(
            place, lambda one: one["ts"] == asked["ts"] and "its lease ended" in text_of(one), within=PATIENCE
        )
        self._ada.sees(self._channel, lambda one: f"*{endpoint} is deleted*" in text_of(one))

    def _approved(self, job: str, endpoint: str) -> Message:
        known = {message["ts"] for message in self._ada.messages(self._channel)}
        self._ada.types(self._channel, f"/deploy {job} to=realtime as={endpoint}")
        card = self._grace.sees(
            self._channel, lambda one: one["ts"] not in known and f"Deploy {job} to real-time?" in text_of(one)
        )
        self._grace.clicks(card, "approval.approve")
        return card

    def _becomes(self, card: Message, words: str) -> Message:
        def so(one: Message) -> bool:
            return one["ts"] == card["ts"] and words in text_of(one) + str(one.get("blocks"))

        return self._ada.sees(self._channel, so, within=PATIENCE)


def _is_of_a_lease(message: Message) -> bool:
    return "still needed?" in text_of(message) or "its lease ended" in text_of(message)


def lives(database: Path, aws: LocalAws) -> Lives:
    """Counted in the rows and on the local AWS: left behind is what bears no row's name."""
    with closing(sqlite3.connect(database)) as rows:
        counts = (rows.execute(f"SELECT count(*) FROM {what}").fetchone()[0] for what in _COUNTED)  # noqa: S608 - ours
        deployed, rolled_back, expired = counts
        kept = rows.execute("SELECT name, release FROM endpoints WHERE live_name IS NOT NULL OR kept_until IS NOT NULL")
        known = {name for row in kept for name in row}
    return Lives(deployed, rolled_back, expired, left_behind=len(set(_on(aws)) - known))


def _on(aws: LocalAws) -> Iterator[str]:
    told = aws.environment()
    client = boto3.client(
        "sagemaker",
        endpoint_url=aws.url,
        region_name=told["AWS_REGION"],
        aws_access_key_id=told["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=told["AWS_SECRET_ACCESS_KEY"],
    )
    with closing(client):
        for kind, member in _KINDS.items():
            for page in client.get_paginator(f"list_{kind}").paginate():
                yield from (one[member] for one in page[_LISTED[kind]])
