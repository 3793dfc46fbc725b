"""The two pictures on a tuning's card, and the word in its thread at the end."""

from typing import Any

from bot.adapters.slack.announcer import SlackAnnouncer
from bot.domain.cards import PROGRESS, SCATTERS, Card, CardKind
from bot.domain.tunings import Tuning
from sandbox.slack.server import LocalSlack
from sandbox.slack.workspace import Workspace
from tests.builders import NOW, a_finished_tuning, a_running_tuning, a_tuning
from tests.unit.adapters_slack.conftest import calls_of, in_emoji, messages, pictures

NEW = Card(a_tuning().id, CardKind.TUNING, Workspace.EMOJI)


def running() -> Tuning:
    return a_running_tuning(**in_emoji())


def shown_twice(announcer: SlackAnnouncer, card: Card, tuning: Tuning) -> Card:
    """A tick uploads the pictures and the next one finds them ready."""
    return announcer.show(announcer.show(card, tuning, NOW), tuning, NOW)


def card_in(slack: LocalSlack) -> dict[str, Any]:
    return messages(slack)[0]


def test_a_tuning_without_results_has_no_picture(slack: LocalSlack, announcer: SlackAnnouncer) -> None:
    called = calls_of(slack)
    announcer.show(NEW, a_tuning(**in_emoji()), NOW)

    assert not [method for method in called if method.startswith("files")]


def test_with_a_result_it_shows_its_progress_and_then_its_hyperparameters(
    slack: LocalSlack, announcer: SlackAnnouncer
) -> None:
    card = shown_twice(announcer, NEW, running())

    assert pictures(card_in(slack)) == [card.pictures[PROGRESS].file_id, card.pictures[SCATTERS].file_id]
    alt_texts = [block["alt_text"] for block in card_in(slack)["blocks"] if block["type"] == "image"]
    assert alt_texts == ["4 jobs", "2 hyperparameters"]


def test_pictures_are_not_drawn_again_while_they_show_the_same(slack: LocalSlack, announcer: SlackAnnouncer) -> None:
    card = shown_twice(announcer, NEW, running())
    called = calls_of(slack)
    announcer.show(card, running(), NOW)

    assert not [method for method in called if method.startswith("files")]


def test_its_end_is_told_in_the_thread_and_to_the_channel(slack: LocalSlack, announcer: SlackAnnouncer) -> None:
    done = a_finished_tuning(**in_emoji())
    announcer.announce(shown_twice(announcer, NEW, done), done)

    said = messages(slack)[-1]
    assert "is tuned: best 91.0 %" in said["text"]
    assert said["subtype"] == "thread_broadcast"
