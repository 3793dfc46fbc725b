"""The two pictures on a data set's card: each for itself, and gone with the data set."""

from dataclasses import replace
from typing import Any

import pytest

from bot.adapters.slack.announcer import SlackAnnouncer
from bot.domain.cards import BARS, CONTACT_SHEET, Card, CardKind
from bot.domain.preparations import Preparation, PreparationStatus
from bot.errors import BusyError, DeniedError, PlatformError
from sandbox.slack.server import LocalSlack
from sandbox.slack.workspace import Workspace
from tests.builders import NOW
from tests.unit.adapters_slack.conftest import (
    announcer_of,
    calls_of,
    kept_file,
    messages,
    pictures,
    prepared,
    preparing,
)

NEW = Card(prepared().id, CardKind.DATA_SET, Workspace.EMOJI)


def shown_twice(announcer: SlackAnnouncer, card: Card, preparation: Preparation) -> Card:
    """A tick uploads the pictures and the next one finds them ready."""
    return announcer.show(announcer.show(card, preparation, NOW), preparation, NOW)


def card_in(slack: LocalSlack) -> dict[str, Any]:
    (message,) = messages(slack)
    return message


def refuses_a_picture(slack: LocalSlack) -> None:
    said = "[ERROR] invalid slack file [json-pointer:/blocks/1/slack_file]"
    slack.faults.add("chat.update", "error", error="invalid_blocks", response_metadata={"messages": [said]})


def test_a_data_set_in_the_making_has_no_picture(slack: LocalSlack, announcer: SlackAnnouncer) -> None:
    called = calls_of(slack)
    announcer.show(NEW, preparing(), NOW)

    assert not [method for method in called if method.startswith("files")]


def test_a_ready_one_shows_its_bars_and_then_its_contact_sheet(slack: LocalSlack, announcer: SlackAnnouncer) -> None:
    card = shown_twice(announcer, NEW, prepared())

    assert pictures(card_in(slack)) == [card.pictures[BARS].file_id, card.pictures[CONTACT_SHEET].file_id]
    alt_texts = [block["alt_text"] for block in card_in(slack)["blocks"] if block["type"] == "image"]
    assert alt_texts == ["2 classes", "A few images of each class: cat, dog"]
    assert not card.waits


def test_a_picture_that_is_ready_does_not_wait_for_the_other(slack: LocalSlack, announcer: SlackAnnouncer) -> None:
    slack.behaviour.file_ready_seconds = 3600.0
    card = announcer.show(NEW, prepared(), NOW)
    slack.workspace.files.by_id[card.pictures[BARS].waiting_file_id].ready_at = 1.0
    card = announcer.show(card, prepared(), NOW)

    assert pictures(card_in(slack)) == [card.pictures[BARS].file_id]
    assert card.waits


def test_shown_again_nothing_is_uploaded(slack: LocalSlack, announcer: SlackAnnouncer) -> None:
    card = shown_twice(announcer, NEW, prepared())
    called = calls_of(slack)

    assert announcer.show(card, prepared(), NOW) == card
    assert called == []


def test_a_picture_that_slack_refuses_after_all_leaves_the_other_where_it_is(
    slack: LocalSlack, announcer: SlackAnnouncer
) -> None:
    slack.behaviour.file_ready_seconds = 3600.0
    card = announcer.show(NEW, prepared(), NOW)
    slack.workspace.files.by_id[card.pictures[BARS].waiting_file_id].ready_at = 1.0
    card = announcer.show(card, prepared(), NOW)
    slack.workspace.files.by_id[card.pictures[CONTACT_SHEET].waiting_file_id].ready_at = 1.0
    refuses_a_picture(slack)
    card = announcer.show(card, prepared(), NOW)
    assert pictures(card_in(slack)) == [card.pictures[BARS].file_id]

    announcer.show(card, prepared(), NOW)
    assert len(pictures(card_in(slack))) == 2


def test_where_slack_refuses_both_the_card_is_shown_without(slack: LocalSlack, announcer: SlackAnnouncer) -> None:
    card = shown_twice(announcer, NEW, prepared())
    refuses_a_picture(slack)
    refuses_a_picture(slack)
    card = announcer.show(card, prepared(problem="", stopped_by=Workspace.GRACE), NOW)

    assert pictures(card_in(slack)) == []
    assert card.waits


def test_a_removed_data_set_takes_its_pictures_with_it(slack: LocalSlack, announcer: SlackAnnouncer) -> None:
    card = shown_twice(announcer, NEW, prepared())
    card = announcer.show(card, prepared(status=PreparationStatus.REMOVED), NOW)

    assert pictures(card_in(slack)) == []
    assert list(slack.workspace.files.by_id) == []
    assert card.pictures == {}


def test_without_a_contact_sheet_in_the_bucket_the_bars_stand_alone(slack: LocalSlack) -> None:
    announcer = announcer_of(slack, lambda preparation, name: None)
    card = shown_twice(announcer, NEW, prepared())

    assert pictures(card_in(slack)) == [card.pictures[BARS].file_id]
    assert not card.waits


def test_a_bucket_that_is_busy_is_asked_again(slack: LocalSlack) -> None:
    def busy(preparation: Preparation, name: str) -> bytes | None:
        raise BusyError("AWS is busy.")

    card = announcer_of(slack, busy).show(NEW, prepared(), NOW)
    assert card.waits
    card = shown_twice(announcer_of(slack), card, prepared())

    assert len(pictures(card_in(slack))) == 2


@pytest.mark.parametrize("error", [DeniedError("No."), PlatformError("No.")])
def test_a_bucket_that_refuses_does_not_hold_up_the_card(slack: LocalSlack, error: PlatformError) -> None:
    def refused(preparation: Preparation, name: str) -> bytes | None:
        raise error

    card = shown_twice(announcer_of(slack, refused), NEW, prepared())

    assert len(pictures(card_in(slack))) == 1
    assert not card.waits


def test_new_counts_bring_new_bars_and_the_same_contact_sheet(slack: LocalSlack) -> None:
    asked: list[str] = []

    def kept(preparation: Preparation, name: str) -> bytes | None:
        asked.append(name)
        return kept_file(preparation, name)

    announcer = announcer_of(slack, kept)
    first = shown_twice(announcer, NEW, prepared())
    fewer = replace(prepared().summary, classes=prepared().summary.classes[:1])
    second = shown_twice(announcer, first, prepared(summary=fewer))

    assert second.pictures[BARS].file_id != first.pictures[BARS].file_id
    assert second.pictures[CONTACT_SHEET] == first.pictures[CONTACT_SHEET]
    assert asked == ["contact-sheet.jpg"]
