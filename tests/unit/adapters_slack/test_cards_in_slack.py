"""Cards in Slack: posted once, edited in place, posted elsewhere where they cannot stand."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from slack_sdk import WebClient

from bot.adapters.slack.announcer import SlackAnnouncer
from bot.domain.cards import Card, CardKind
from bot.domain.jobs import JobStatus
from bot.domain.metrics import Curve
from bot.errors import ChatBusyError, NoPlaceError
from sandbox.slack.server import LocalSlack
from sandbox.slack.workspace import Workspace, direct_channel
from tests.builders import NOW, a_case, an_approval, an_approved, an_endpoint
from tests.unit.adapters_slack.conftest import (
    LONG_AGO,
    Starts,
    announcer_of,
    asked,
    calls_of,
    finished,
    leaves,
    messages,
    running,
    thread,
)

NEW = Card(asked().id, CardKind.JOB, Workspace.EMOJI)
REQUEST = Card(an_approval().id, CardKind.APPROVAL, Workspace.EMOJI)


def test_a_card_is_posted_with_its_subject_in_its_metadata(slack: LocalSlack, announcer: SlackAnnouncer) -> None:
    card = announcer.show(NEW, asked(), NOW)

    (message,) = messages(slack)
    assert (card.channel_id, card.message_ts) == (Workspace.EMOJI, message["ts"])
    assert message["metadata"] == {"event_type": "darkroom", "event_payload": {"id": asked().id}}
    assert "emoji-7f3a2c" in message["text"]


def test_a_card_that_shows_it_all_already_costs_no_call(slack: LocalSlack, announcer: SlackAnnouncer) -> None:
    card = announcer.show(NEW, asked(), NOW)
    called = calls_of(slack)

    assert announcer.show(card, asked(), NOW) == card
    assert called == []


def test_a_change_edits_the_message_in_its_place(slack: LocalSlack, announcer: SlackAnnouncer) -> None:
    card = announcer.show(NEW, asked(), NOW)
    after = announcer.show(card, asked(status=JobStatus.STOPPING, stopped_by=Workspace.GRACE), NOW)

    (message,) = messages(slack)
    assert after.message_ts == card.message_ts == message["ts"]
    assert "Stopping" in message["text"]


def test_a_card_whose_row_was_not_saved_is_found_and_not_posted_again(
    slack: LocalSlack, announcer: SlackAnnouncer
) -> None:
    posted = announcer.show(NEW, asked(), NOW)
    found = announcer.show(NEW, running(curve=Curve()), NOW)

    (message,) = messages(slack)
    assert found.message_ts == posted.message_ts
    assert "Training" in message["text"]


def test_a_post_whose_answer_got_lost_is_found(slack: LocalSlack, announcer: SlackAnnouncer) -> None:
    slack.faults.add("chat.postMessage", "drop", applied=True)
    with pytest.raises(ChatBusyError):
        announcer.show(NEW, asked(), NOW)
    card = announcer.show(NEW, asked(), NOW)

    assert [message["ts"] for message in messages(slack)] == [card.message_ts]


def test_other_messages_are_not_taken_for_the_card(
    slack: LocalSlack, announcer: SlackAnnouncer, client: WebClient
) -> None:
    client.chat_postMessage(channel=Workspace.EMOJI, text="emoji-7f3a2c")
    client.chat_postMessage(
        channel=Workspace.EMOJI, text="a", metadata={"event_type": "other", "event_payload": {"id": asked().id}}
    )
    announcer.show(NEW, asked(), NOW)

    assert len(messages(slack)) == 3


def test_a_card_that_somebody_deleted_is_posted_anew(
    slack: LocalSlack, announcer: SlackAnnouncer, client: WebClient
) -> None:
    card = announcer.show(NEW, asked(), NOW)
    client.chat_delete(channel=card.channel_id, ts=card.message_ts)
    again = announcer.show(card, running(curve=Curve()), NOW)

    assert again.message_ts != card.message_ts
    assert [message["ts"] for message in messages(slack)] == [again.message_ts]


def test_a_card_in_a_private_channel_that_the_bot_had_to_leave_goes_on_with_the_requester(
    slack: LocalSlack, announcer: SlackAnnouncer
) -> None:
    slack.change(lambda workspace: workspace.channel(Workspace.PRIVATE_LAB).members.add(Workspace.BOT_USER))
    card = announcer.show(replace(NEW, channel_id=Workspace.PRIVATE_LAB), asked(), NOW)
    leaves(slack, Workspace.PRIVATE_LAB)
    again = announcer.show(card, running(curve=Curve()), NOW)

    assert (card.channel_id, again.channel_id) == (Workspace.PRIVATE_LAB, direct_channel(asked().requested_by))


def test_a_card_in_a_public_channel_that_the_bot_had_to_leave_stays_one_card(
    slack: LocalSlack, announcer: SlackAnnouncer
) -> None:
    card = announcer.show(NEW, asked(), NOW)
    leaves(slack, Workspace.EMOJI)
    again = announcer.show(card, running(curve=Curve()), NOW)

    assert (again.channel_id, again.message_ts) == (card.channel_id, card.message_ts)


def test_the_bot_joins_a_public_channel_in_which_it_is_not(slack: LocalSlack, announcer: SlackAnnouncer) -> None:
    leaves(slack, Workspace.EMOJI)
    announcer.show(NEW, asked(), NOW)

    assert Workspace.BOT_USER in slack.workspace.channels[Workspace.EMOJI].members
    assert len([message for message in messages(slack) if "metadata" in message]) == 1


def test_a_card_for_a_private_channel_goes_to_the_requester(slack: LocalSlack, announcer: SlackAnnouncer) -> None:
    card = announcer.show(replace(NEW, channel_id=Workspace.PRIVATE_LAB), asked(), NOW)

    direct = slack.workspace.direct(Workspace.ADA).id
    assert card.channel_id == direct
    assert len(messages(slack, direct)) == 1


def test_a_card_that_went_to_the_requester_is_edited_there(slack: LocalSlack, announcer: SlackAnnouncer) -> None:
    card = announcer.show(replace(NEW, channel_id=Workspace.PRIVATE_LAB), asked(), NOW)
    announcer.show(card, running(curve=Curve()), NOW)

    assert len(messages(slack, card.channel_id)) == 1


def test_a_channel_that_the_bot_may_not_join_is_no_place_either(start: Starts) -> None:
    slack = start("channels:join")
    leaves(slack, Workspace.EMOJI)
    card = announcer_of(slack).show(NEW, asked(), NOW)

    assert card.channel_id == slack.workspace.direct(Workspace.ADA).id


def test_a_card_for_an_archived_channel_goes_to_the_requester(slack: LocalSlack, announcer: SlackAnnouncer) -> None:
    slack.change(lambda workspace: setattr(workspace.channels[Workspace.EMOJI], "is_archived", True))

    assert announcer.show(NEW, asked(), NOW).channel_id == slack.workspace.direct(Workspace.ADA).id


def test_where_nobody_can_be_reached_the_card_says_so(slack: LocalSlack, announcer: SlackAnnouncer) -> None:
    with pytest.raises(NoPlaceError):
        announcer.show(replace(NEW, channel_id=Workspace.PRIVATE_LAB), asked(requested_by="U0NOBODY01"), NOW)


def test_a_busy_slack_is_told_as_busy(slack: LocalSlack, announcer: SlackAnnouncer) -> None:
    slack.faults.add("chat.postMessage", "ratelimited", retry_after=3)

    with pytest.raises(ChatBusyError):
        announcer.show(NEW, asked(), NOW)
    assert messages(slack) == []


def test_a_requests_card_mentions_those_who_may_decide(slack: LocalSlack, announcer: SlackAnnouncer) -> None:
    announcer.show(REQUEST, a_case(an_approval(requested_at=LONG_AGO)), NOW)

    (message,) = messages(slack)
    drawn = str(message["blocks"])
    assert f"<!subteam^{Workspace.APPROVERS}>" in drawn
    assert f"<@{Workspace.ADA}>" in drawn


def test_the_end_is_told_in_the_thread_and_in_the_channel(slack: LocalSlack, announcer: SlackAnnouncer) -> None:
    job = finished()
    card = announcer.show(NEW, job, NOW)
    announcer.announce(card, job)

    assert [note["text"] for note in thread(slack, card.message_ts)] == [
        f"<@{Workspace.ADA}> *emoji-7f3a2c* is trained: best 89.2 % (epoch 9 of 30)."
    ]
    assert len(messages(slack)) == 2


def test_the_end_is_told_once_though_the_row_was_not_saved(slack: LocalSlack, announcer: SlackAnnouncer) -> None:
    job = finished()
    card = announcer.show(NEW, job, NOW)
    announcer.announce(card, job)
    announcer.announce(card, job)

    assert len(thread(slack, card.message_ts)) == 1


def test_what_waited_is_told_to_the_channel_in_one_message_with_each_person_and_once(
    slack: LocalSlack, announcer: SlackAnnouncer
) -> None:
    ended = [(announcer.show(NEW, finished(), NOW), finished())]
    second = finished(id="other", name="emoji-0000ff", requested_by=Workspace.LIN)
    ended.append((announcer.show(replace(NEW, subject_id="other"), second, NOW), second))
    before = len(messages(slack))
    for _ in range(2):
        announcer.announce_together(ended, datetime.now(UTC))
        for card, job in ended:
            announcer.announce(card, job, told_together=True)

    (told,) = messages(slack)[before:]
    assert (f"<@{Workspace.ADA}>" in str(told["blocks"]), f"<@{Workspace.LIN}>" in str(told["blocks"])) == (True, True)
    assert [thread(slack, card.message_ts) for card, _ in ended] == [[], []]


def test_a_job_under_way_announces_nothing(slack: LocalSlack, announcer: SlackAnnouncer) -> None:
    card = announcer.show(NEW, running(curve=Curve()), NOW)
    announcer.announce(card, running())

    assert thread(slack, card.message_ts) == []


def test_a_card_that_stands_nowhere_announces_nothing(slack: LocalSlack, announcer: SlackAnnouncer) -> None:
    called = calls_of(slack)
    announcer.announce(NEW, finished())

    assert called == []


def test_a_decision_and_then_the_endpoint_are_told_in_the_requests_thread(
    slack: LocalSlack, announcer: SlackAnnouncer
) -> None:
    approved = an_approved(requested_at=LONG_AGO)
    card = announcer.show(REQUEST, a_case(approved), NOW)
    announcer.announce(card, a_case(approved))
    announcer.announce(card, a_case(approved, an_endpoint()))

    notes = [note["text"] for note in thread(slack, card.message_ts)]
    assert len(notes) == 2
    assert "approved this" in notes[0]
    assert len(messages(slack)) == 2
