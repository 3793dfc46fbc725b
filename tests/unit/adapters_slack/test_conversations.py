"""Single messages as Slack tells them, who sees which conversation, and notes to the operators."""

from pathlib import Path

import pytest
from slack_sdk import WebClient

from bot.adapters.slack.conversations import SlackConversations
from bot.adapters.slack.operators import SlackOperatorPost
from bot.errors import ChatError, MissingScopeError, NoMessageError, NoPlaceError
from sandbox.slack.drawn import text_of
from sandbox.slack.person import Person
from sandbox.slack.server import LocalSlack
from sandbox.slack.workspace import Workspace
from tests.unit.adapters_slack.conftest import PNG, Starts, client_of

ADAS_DIRECT, GRACES_DIRECT = (one.replace("U", "D", 1) for one in (Workspace.ADA, Workspace.GRACE))


@pytest.fixture
def ada(slack: LocalSlack) -> Person:
    return Person(slack.url, Workspace.ADA)


@pytest.fixture
def conversations(client: WebClient) -> SlackConversations:
    return SlackConversations(client)


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "fox.png"
    path.write_bytes(PNG)
    return path


def test_a_message_is_told_with_its_files(ada: Person, conversations: SlackConversations, picture: Path) -> None:
    told = ada.uploads(Workspace.EMOJI, picture, picture, text="two foxes")
    ada.says(Workspace.EMOJI, "later")
    message = conversations.message(Workspace.EMOJI, told["ts"])

    assert (message.user_id, message.message_ts, message.thread_ts) == (Workspace.ADA, told["ts"], told["ts"])
    assert [file.name for file in message.files] == ["fox.png", "fox.png"]


def test_a_reply_is_told_by_its_thread(ada: Person, conversations: SlackConversations, picture: Path) -> None:
    parent = ada.says(Workspace.EMOJI, "foxes")
    ada.says(Workspace.EMOJI, "first", thread_ts=parent["ts"])
    reply = ada.uploads(Workspace.EMOJI, picture, thread_ts=parent["ts"])
    message = conversations.message(Workspace.EMOJI, reply["ts"], parent["ts"])

    assert (message.message_ts, message.thread_ts, len(message.files)) == (reply["ts"], parent["ts"], 1)


def test_a_message_that_was_deleted_is_gone(ada: Person, conversations: SlackConversations) -> None:
    alone, parent = ada.says(Workspace.EMOJI, "alone"), ada.says(Workspace.EMOJI, "parent")
    ada.says(Workspace.EMOJI, "reply", thread_ts=parent["ts"])
    for message in (alone, parent):
        ada.deletes(message)
        with pytest.raises(NoMessageError):
            conversations.message(Workspace.EMOJI, message["ts"])
    with pytest.raises(NoMessageError):
        conversations.message(Workspace.EMOJI, "1.000001", "1.000000")


def test_a_conversation_that_the_bot_is_not_in_tells_nothing(conversations: SlackConversations) -> None:
    with pytest.raises(NoPlaceError):
        conversations.message(Workspace.PRIVATE_LAB, "1.000000")
    with pytest.raises(NoPlaceError):
        conversations.shown_to(Workspace.PRIVATE_LAB, Workspace.ADA)


def test_a_public_channel_is_shown_to_all_and_a_private_one_to_its_members(
    ada: Person, conversations: SlackConversations
) -> None:
    ada.invites_bot(Workspace.PRIVATE_LAB)
    shown = [conversations.shown_to(where, Workspace.LIN) for where in (Workspace.EMOJI, Workspace.PRIVATE_LAB)]

    assert (shown, conversations.shown_to(Workspace.PRIVATE_LAB, Workspace.GRACE)) == ([True, False], True)


def test_who_is_in_a_direct_message_is_not_told(conversations: SlackConversations) -> None:
    assert not conversations.shown_to(ADAS_DIRECT, Workspace.ADA)


def test_a_missing_scope_is_named(start: Starts) -> None:
    without = SlackConversations(client_of(start("channels:read")))

    with pytest.raises(MissingScopeError) as refusal:
        without.shown_to(Workspace.EMOJI, Workspace.ADA)
    assert refusal.value.scope == "channels:read"


def test_a_link_leads_into_the_workspace(ada: Person, conversations: SlackConversations) -> None:
    message = ada.says(Workspace.EMOJI, "here")

    assert conversations.link(Workspace.EMOJI, message["ts"]).startswith(conversations.workspace_url())
    with pytest.raises(NoMessageError):
        conversations.link(Workspace.EMOJI, "1.000000")


def test_a_link_that_slack_does_not_tell_is_unknown(
    slack: LocalSlack, ada: Person, conversations: SlackConversations
) -> None:
    message = ada.says(Workspace.EMOJI, "here")
    slack.faults.add("chat.getPermalink", "http")

    assert conversations.link(Workspace.EMOJI, message["ts"]) == ""


def test_a_workspace_that_slack_does_not_tell_is_unknown(slack: LocalSlack, client: WebClient) -> None:
    slack.faults.add("auth.test", "http")
    conversations = SlackConversations(client)

    assert [conversations.workspace_url(), conversations.workspace_url()] == ["", "https://darkroom-lab.slack.com/"]


def told(slack: LocalSlack, user_id: str, channel: str) -> list[str]:
    return [text_of(one) for one in Person(slack.url, user_id).messages(channel)]


def a_post(client: WebClient, channel: str = "", approvers: tuple[str, ...] = ()) -> SlackOperatorPost:
    groups = {Workspace.APPROVERS: frozenset({Workspace.GRACE})}
    return SlackOperatorPost(client, channel, frozenset(approvers), lambda group: groups[group])


def test_the_operators_are_told_in_their_channel(slack: LocalSlack, client: WebClient) -> None:
    a_post(client, Workspace.EMOJI, (Workspace.ADA,)).scope_missing("files:read")

    assert "files:read" in told(slack, Workspace.LIN, Workspace.EMOJI)[0]
    assert told(slack, Workspace.ADA, ADAS_DIRECT) == []


def test_without_a_channel_each_approver_is_told(slack: LocalSlack, client: WebClient) -> None:
    a_post(client, "", (Workspace.ADA, Workspace.APPROVERS)).scope_missing("files:read")

    assert len(told(slack, Workspace.ADA, ADAS_DIRECT)) == len(told(slack, Workspace.GRACE, GRACES_DIRECT)) == 1


def test_where_nobody_can_be_told_that_is_an_error(client: WebClient) -> None:
    with pytest.raises(ChatError):
        a_post(client, "C0NOWHERE01").scope_missing("files:read")
