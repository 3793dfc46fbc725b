"""A digest in Slack: posted once however a call ends, with its chart, and elsewhere where the bot may not write."""

from dataclasses import replace

import pytest

from bot.adapters.slack.announcer import SlackAnnouncer
from bot.domain.cards import Card, CardKind
from bot.domain.editions import DigestCase
from bot.errors import ChatBusyError
from sandbox.slack.server import LocalSlack
from sandbox.slack.workspace import Workspace, direct_channel
from tests.builders import NOW
from tests.digests import an_edition
from tests.unit.adapters_slack.conftest import LONG_AGO, leaves, messages, picture
from tests.unit.views.digest_examples import FULL, NOTHING


def _case(channel_id: str = Workspace.EMOJI) -> DigestCase:
    return DigestCase(an_edition(channel_id=channel_id, until=LONG_AGO, asked_by=Workspace.ADA), FULL)


def _card(case: DigestCase) -> Card:
    return Card(case.edition.id, CardKind.DIGEST, case.edition.channel_id)


def test_a_digest_whose_post_was_not_recorded_is_found_and_not_posted_again(
    slack: LocalSlack, announcer: SlackAnnouncer
) -> None:
    slack.faults.add("chat.postMessage", "drop", applied=True)
    with pytest.raises(ChatBusyError):
        announcer.show(_card(_case()), _case(), NOW)
    card = announcer.show(_card(_case()), _case(), NOW)

    assert [one["ts"] for one in messages(slack)] == [card.message_ts]


def test_its_chart_comes_with_it_as_soon_as_slack_can_show_it(slack: LocalSlack, announcer: SlackAnnouncer) -> None:
    card = announcer.show(_card(_case()), _case(), NOW)
    assert card.waits
    announcer.show(card, _case(), NOW)

    (message,) = messages(slack)
    assert picture(message)


def test_without_accuracies_it_has_no_chart(slack: LocalSlack, announcer: SlackAnnouncer) -> None:
    bare = replace(_case(), contents=NOTHING)

    assert not announcer.show(_card(bare), bare, NOW).waits


def test_where_the_bot_was_removed_it_goes_to_whoever_set_it(slack: LocalSlack, announcer: SlackAnnouncer) -> None:
    leaves(slack, Workspace.PRIVATE_LAB)
    case = _case(Workspace.PRIVATE_LAB)

    assert announcer.show(_card(case), case, NOW).channel_id == direct_channel(Workspace.ADA)
