"""`/digest`: setting when one comes, asking for one now, and quiet hours."""

import json
from datetime import timedelta

import pytest
from slack_bolt import BoltResponse
from slack_sdk.errors import SlackApiError

from bot.domain.access import Access
from bot.domain.cards import CardKind
from bot.services.chronicle import Chronicle
from tests.builders import APPROVER, CHANNEL, NOW, REQUESTER
from tests.unit.handlers.conftest import TEAM, Bot, SlackCalls, bot_of
from tests.unit.services.world import World

NINE = "weekdays 09:00 Europe/Berlin"


def _said(response: BoltResponse) -> str:
    return str(response.body)


def test_setting_one_says_when_the_next_comes(bot: Bot, world: World) -> None:
    said = _said(bot.hears(f"/digest {NINE}"))

    digest = world.stores.digests.of(CHANNEL)
    assert digest
    assert digest.next_at == NOW.replace(hour=8, minute=0) + timedelta(days=1)
    assert "weekdays at 09:00 (Europe/Berlin)" in said
    assert f"<!date^{int(digest.next_at.timestamp())}" in said


def test_a_zone_that_was_not_named_is_said(bot: Bot) -> None:
    assert "so I took UTC" in _said(bot.hears("/digest daily 18:30"))
    bot.hears(f"/digest {NINE}")
    assert "so I took Europe/Berlin" in _said(bot.hears("/digest daily 18:30"))
    assert "so I took Europe/Berlin" in _said(bot.hears("/digest quiet 20:00-08:00"))


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("off now", "a word too many"),
        ("now please", "a word too many"),
        ("of", "Did you mean `off`?"),
        ("weekdays 09:00 Europ/Berlin", "Did you mean `Europe/Berlin`?"),
        ("weekdays", "At what time?"),
        ("every=day", "I don't know `every`"),
        ("quiet 20:00", "From when to when?"),
        ("quiet of", "From when to when?"),
        ("cron 0 9 31 2 *", "That day never comes."),
    ],
)
def test_words_that_are_off_are_answered_with_what_to_write(bot: Bot, typed: str, words: str) -> None:
    assert words in _said(bot.hears(f"/digest {typed}"))


def test_alone_it_says_what_is_set(bot: Bot) -> None:
    assert "gets no digest" in _said(bot.hears("/digest"))
    bot.hears(f"/digest {NINE}")
    bot.hears("/digest quiet 20:00-08:00 Europe/Berlin")

    said = _said(bot.hears("/digest"))
    assert "weekdays at 09:00" in said
    assert "Quiet hours are 20:00 to 08:00 (Europe/Berlin)" in said


def test_help_has_examples_to_copy(bot: Bot) -> None:
    assert "/digest weekdays 09:00 Europe/Berlin" in _said(bot.hears("/digest help"))


def test_quiet_alone_says_what_is_set(bot: Bot) -> None:
    assert "There are no quiet hours" in _said(bot.hears("/digest quiet"))


def test_a_direct_conversation_gets_one_too(bot: Bot, world: World, slack: SlackCalls) -> None:
    command = {"command": "/digest", "text": NINE, "user_id": REQUESTER, "channel_id": "D0DIRECT001", "team_id": TEAM}

    bot.is_sent(command)

    assert world.stores.digests.of("D0DIRECT001")
    assert slack.of("conversations.history") == []


def test_off_is_off(bot: Bot, world: World) -> None:
    bot.hears(f"/digest {NINE}")
    bot.hears("/digest quiet 20:00-08:00")

    assert "No more digests here" in _said(bot.hears("/digest off"))
    assert "gets no digest" in _said(bot.hears("/digest off"))
    assert "No quiet hours here any more" in _said(bot.hears("/digest quiet off"))
    assert "no quiet hours here" in _said(bot.hears("/digest quiet off"))
    assert world.stores.digests.rows == world.stores.quiet_hours.rows == {}


@pytest.mark.parametrize("typed", [NINE, "off", "quiet 20:00-08:00", "quiet off"])
def test_who_neither_trains_nor_approves_may_not_set_it(world: World, slack: SlackCalls, typed: str) -> None:
    world.access = Access(frozenset({REQUESTER}), frozenset({APPROVER}))

    assert "Only trainers can do this" in _said(bot_of(world).hears(f"/digest {typed}", "U0STRANGER1"))


def test_where_the_bot_is_not_it_brings_none(bot: Bot, world: World, slack: SlackCalls) -> None:
    slack.answers["conversations.history"] = SlackApiError("no", {"ok": False, "error": "channel_not_found"})

    assert "I am not in this channel" in _said(bot.hears(f"/digest {NINE}"))
    assert world.stores.digests.rows == {}


def test_now_is_answered_at_once_and_left_to_the_worker(
    bot: Bot, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Chronicle, "of", lambda *_: pytest.fail("Read within the three seconds."))
    said = bot.hears("/digest now")

    assert json.loads(said.body)["response_type"] == "ephemeral"
    assert "comes here in a moment, of all since" in _said(said)
    cards = [card for card in world.stores.cards.rows.values() if card.kind == CardKind.DIGEST]
    assert [card.channel_id for card in cards] == [CHANNEL]
