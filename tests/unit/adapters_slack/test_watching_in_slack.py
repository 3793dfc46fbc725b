"""Warnings in a card's thread, comparisons with their picture, and corrections on a failed job's card."""

from dataclasses import replace

from bot.adapters.slack.announcer import SlackAnnouncer
from bot.domain.cards import Card, CardKind
from bot.domain.comparisons import Compared, Comparison
from bot.domain.corrections import Correction
from bot.domain.jobs import JobStatus
from bot.domain.notices import Notice, Sign
from bot.domain.rule_findings import with_results
from bot.domain.rules import RuleResult, RuleStatus
from sandbox.slack.server import LocalSlack
from sandbox.slack.workspace import Workspace
from tests.builders import NOW
from tests.unit.adapters_slack.conftest import (
    LONG_AGO,
    asked,
    client_of,
    drawing,
    finished,
    kept_file,
    messages,
    picture,
    running,
    thread,
)

NEW = Card(asked().id, CardKind.JOB, Workspace.EMOJI)
FALLING = Notice(Sign.FALLING, "it falls.")
SILENT = Notice(Sign.SILENT, "it is silent.")
OTHER = finished(id="51c0aa", name="emoji-51c0aa")
COMPARED = Compared(
    Comparison("c1", (finished().id, OTHER.id), Workspace.ADA, Workspace.EMOJI, LONG_AGO), (finished(), OTHER)
)


def test_a_warning_stands_in_the_thread_alone_with_a_way_to_stop(slack: LocalSlack, announcer: SlackAnnouncer) -> None:
    job = running(warned=(FALLING,))
    card = announcer.show(NEW, job, NOW)
    announcer.announce(card, job)

    (note,) = thread(slack, card.message_ts)
    assert "It falls." in note["blocks"][0]["text"]["text"]
    assert note["blocks"][1]["elements"][0]["action_id"] == "job.stop"
    assert len(messages(slack)) == 1


def test_a_warning_is_told_once_though_the_row_was_not_saved(slack: LocalSlack, announcer: SlackAnnouncer) -> None:
    job = running(warned=(FALLING,))
    card = announcer.show(NEW, job, NOW)
    announcer.announce(card, job)
    announcer.announce(card, job)

    assert len(thread(slack, card.message_ts)) == 1


def test_warnings_that_came_while_slack_was_down_are_told_together(
    slack: LocalSlack, announcer: SlackAnnouncer
) -> None:
    job = running(warned=(FALLING, SILENT))
    card = announcer.show(NEW, job, NOW)
    announcer.announce(replace(card, announced="falling"), job)
    announcer.announce(card, replace(job, warned=(FALLING, SILENT, Notice(Sign.PLATEAU, "it stands."))))

    first, second = (note["blocks"][0]["text"]["text"] for note in thread(slack, card.message_ts))
    assert ("It falls." in first, "It is silent." in first) == (False, True)
    assert all(words in second for words in ("It falls.", "It is silent.", "It stands."))


def test_what_a_rule_finds_after_the_end_stands_in_the_thread_once_and_not_in_the_channel(
    slack: LocalSlack, announcer: SlackAnnouncer
) -> None:
    job = finished(rules=("low-gpu",))
    card = announcer.show(NEW, job, NOW)
    announcer.announce(card, job)
    told = with_results(job, (RuleResult("LowGPUUtilization", RuleStatus.ISSUES),))
    for _ in range(2):
        announcer.announce(replace(card, announced="completed"), told)

    ended, found = thread(slack, card.message_ts)
    assert ("is trained" in ended["text"], "LowGPUUtilization" in ended["text"]) == (True, False)
    assert ("is trained" in found["text"], "LowGPUUtilization" in found["text"]) == (False, True)
    assert found.get("subtype") != "thread_broadcast"


def test_a_comparison_is_posted_and_gets_its_picture(slack: LocalSlack, announcer: SlackAnnouncer) -> None:
    card = announcer.show(Card("c1", CardKind.COMPARISON, Workspace.EMOJI), COMPARED, NOW)
    shown = announcer.show(card, COMPARED, NOW)

    (message,) = messages(slack)
    assert (shown.waits, bool(picture(message))) == (False, True)
    assert "Comparing emoji-7f3a2c and emoji-51c0aa" in message["text"]


def test_a_comparison_that_shows_it_all_is_left_alone(slack: LocalSlack, announcer: SlackAnnouncer) -> None:
    card = announcer.show(Card("c1", CardKind.COMPARISON, Workspace.EMOJI), COMPARED, NOW)
    shown = announcer.show(card, COMPARED, NOW)

    assert announcer.show(shown, COMPARED, NOW) == shown


def test_a_failed_jobs_card_offers_its_correction(slack: LocalSlack) -> None:
    correction = Correction({"mini_batch_size": "16"}, {"mini_batch_size": "16"}, 1.47)
    announcer = SlackAnnouncer(client_of(slack), drawing(kept_file), (), lambda job: correction)
    announcer.show(NEW, finished(status=JobStatus.FAILED, failure_reason="out of memory"), NOW)

    (message,) = messages(slack)
    assert message["blocks"][-1]["elements"][0]["text"]["text"] == "Retry with mini_batch_size=16 ($1.47 at most)"
