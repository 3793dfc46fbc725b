"""A channel gets its digest, once, and is left in peace at the hours that it asked for."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.adapters.database import Database, SqlCards, SqlDigests, SqlJobs
from bot.domain.quiet_hours import QuietHours
from sandbox.sagemaker.server import LocalAws
from sandbox.slack.server import LocalSlack
from sandbox.slack.workspace import Workspace
from tests.builders import a_finished_job
from tests.digests import a_digest
from tests.scenarios.killing import reaping
from tests.scenarios.room import Lab, Message, Room, job_name, until


def _comes_due(room: Room) -> None:
    """As if its time had come."""
    assert room.bot
    rows = room.bot.digesting._rows
    digest = rows.of(room.channel)
    assert digest
    now = datetime.now(UTC)
    rows.put(replace(digest, since=now - timedelta(days=1), next_at=now))


def _pictures(message: Message) -> list[str]:
    return [block["alt_text"] for block in message["blocks"] if block["type"] == "image"]


def _quiet_now(room: Room) -> QuietHours:
    now = datetime.now(UTC)
    begins, ends = (now + timedelta(hours=hours) for hours in (-1, 3))
    return QuietHours(room.channel, begins.time(), ends.time(), "UTC", Workspace.ADA)


def test_a_digest_comes_at_its_time_with_its_chart_and_one_that_was_asked_for_at_once(lab: Lab) -> None:
    room = lab.room
    assert "weekdays at 09:00 (Europe/Berlin)" in room.answer_to(room.ada, "/digest weekdays 09:00 Europe/Berlin")
    _comes_due(room)
    digest = room.shows(rf"Digest: \d done, .*best [\d.]+ % \({lab.job}\)")
    until(lambda: _pictures(room.current(digest)))
    assert lab.job in _pictures(room.current(digest))[0]

    assert "comes here in a moment" in room.told(room.lin, lambda: room.lin.types(room.channel, "/digest now"))
    until(lambda: len(room.cards("Digest:")) == 2)
    assert "No more digests here" in room.answer_to(room.ada, "/digest off")
    room.settles()
    assert len(room.cards("Digest:")) == 2


def test_what_can_wait_is_said_once_when_the_quiet_hours_are_over(lab: Lab) -> None:
    room = lab.room
    assert room.bot
    room.bot.hush.begin(_quiet_now(room))
    card = room.trained("emoji epochs=1")
    name = job_name(card)
    room.settles()
    assert room.replies(card) == []

    answer = room.answer_to(room.ada, "/digest quiet off")
    assert "No quiet hours here any more" in answer
    until(lambda: any(f"{name} is trained" in said for said in room.replies(card)))
    assert len(room.cards(f"{name} is trained")) == 1


@pytest.mark.kill
def test_killed_while_a_digest_is_brought_it_comes_once(slack: LocalSlack, aws: LocalAws, tmp_path: Path) -> None:
    with reaping("after", slack, aws, tmp_path) as reaper:
        room = Room(slack, reaper.environment)
        until(lambda: slack.connections > 0)
        database = Database(reaper.environment["DATABASE_URL"])
        now = datetime.now(UTC)
        SqlJobs(database).add(a_finished_job(channel_id=room.channel, requested_by=Workspace.ADA, requested_at=now))
        SqlDigests(database).put(a_digest(channel_id=room.channel, since=now - timedelta(days=1), next_at=now))
        digest = room.shows("Digest: 1 done")
        until(lambda: _pictures(room.current(digest)) and not SqlCards(database).behind())
        database.close()

        assert [one["ts"] for one in room.cards("Digest:")] == [digest["ts"]]
        assert "chat.postMessage Digest:" in reaper.killed
