"""The chart on a card: uploaded when its figures change, shown when Slack is ready, and never in the card's way."""

from dataclasses import replace
from typing import Any

import pytest

from bot.adapters.slack.announcer import SlackAnnouncer
from bot.adapters.slack.charting import MAX_LOOKS
from bot.adapters.slack.pictures import curve_digest
from bot.domain.cards import ACCURACY, Card, CardKind, Chart
from bot.domain.evidence import Evidence
from bot.domain.jobs import Job
from sandbox.slack.server import LocalSlack
from sandbox.slack.workspace import Workspace
from tests.builders import NOW, a_case, a_curve, a_finished_job, an_approval, an_approved
from tests.unit.adapters_slack.conftest import Starts, announcer_of, asked, calls_of, messages, picture, running

NEW = Card(asked().id, CardKind.JOB, Workspace.EMOJI)
NOT_YET = 3600.0
ONE, TWO = a_curve((0.5,)), a_curve((0.5, 0.6))


def shown_twice(announcer: SlackAnnouncer, card: Card, job: Job) -> Card:
    """A tick uploads the picture and the next one finds it ready."""
    return announcer.show(announcer.show(card, job, NOW), job, NOW)


def chart_of(card: Card) -> Chart:
    return card.pictures[ACCURACY]


def card_in(slack: LocalSlack) -> dict[str, Any]:
    (message,) = messages(slack)
    return message


def pictures_kept(slack: LocalSlack) -> list[str]:
    return list(slack.workspace.files.by_id)


def test_a_job_without_figures_has_no_picture(slack: LocalSlack, announcer: SlackAnnouncer) -> None:
    called = calls_of(slack)
    announcer.show(NEW, asked(), NOW)

    assert not [method for method in called if method.startswith("files")]


def test_the_card_does_not_wait_for_its_picture(slack: LocalSlack, announcer: SlackAnnouncer) -> None:
    slack.behaviour.file_ready_seconds = NOT_YET
    card = announcer.show(NEW, running(), NOW)

    assert picture(card_in(slack)) == ""
    assert card.waits


def test_a_picture_that_is_ready_stands_on_the_card_with_its_words(
    slack: LocalSlack, announcer: SlackAnnouncer
) -> None:
    card = shown_twice(announcer, NEW, running(curve=TWO))

    image = next(block for block in card_in(slack)["blocks"] if block["type"] == "image")
    assert picture(card_in(slack)) == chart_of(card).file_id != ""
    assert image["alt_text"] == "Accuracy after epoch 2"
    assert not card.waits


def test_a_picture_is_looked_after_until_it_is_ready(slack: LocalSlack, announcer: SlackAnnouncer) -> None:
    slack.behaviour.file_ready_seconds = NOT_YET
    card = shown_twice(announcer, NEW, running())
    assert chart_of(card).looks == 1
    slack.workspace.files.by_id[chart_of(card).waiting_file_id].ready_at = 1.0
    card = announcer.show(card, running(), NOW)

    assert picture(card_in(slack)) == chart_of(card).file_id
    assert len(pictures_kept(slack)) == 1


def test_a_picture_that_never_gets_ready_is_given_up(slack: LocalSlack, announcer: SlackAnnouncer) -> None:
    slack.behaviour.file_ready_seconds = NOT_YET
    card = announcer.show(NEW, running(), NOW)
    card = replace(card, pictures={ACCURACY: replace(chart_of(card), looks=MAX_LOOKS)})
    card = announcer.show(card, running(), NOW)
    called = calls_of(slack)
    card = announcer.show(card, running(), NOW)

    assert not card.waits
    assert called == []


def test_the_same_figures_are_uploaded_once(slack: LocalSlack, announcer: SlackAnnouncer) -> None:
    card = shown_twice(announcer, NEW, running(curve=ONE))
    announcer.show(card, running(curve=replace(ONE, epochs=(replace(ONE.epochs[0], seconds=99.0),))), NOW)

    assert len(pictures_kept(slack)) == 1


def test_new_figures_bring_a_new_picture_and_the_old_one_is_removed(
    slack: LocalSlack, announcer: SlackAnnouncer
) -> None:
    first = shown_twice(announcer, NEW, running(curve=ONE))
    second = shown_twice(announcer, first, running(curve=TWO))

    assert pictures_kept(slack) == [chart_of(second).file_id] != [chart_of(first).file_id]
    assert picture(card_in(slack)) == chart_of(second).file_id


def test_the_old_picture_stands_until_the_new_one_is_ready(slack: LocalSlack, announcer: SlackAnnouncer) -> None:
    first = shown_twice(announcer, NEW, running(curve=ONE))
    slack.behaviour.file_ready_seconds = NOT_YET
    shown_twice(announcer, first, running(curve=TWO))

    assert picture(card_in(slack)) == chart_of(first).file_id


def test_an_old_picture_that_cannot_be_removed_does_not_matter(slack: LocalSlack, announcer: SlackAnnouncer) -> None:
    first = shown_twice(announcer, NEW, running(curve=ONE))
    slack.faults.add("files.delete", "error", error="cant_delete_file")
    second = shown_twice(announcer, first, running(curve=TWO))

    assert picture(card_in(slack)) == chart_of(second).file_id


def test_without_the_scope_for_files_the_card_works_without_a_picture(start: Starts) -> None:
    slack = start("files:write")
    announcer = announcer_of(slack)
    card = shown_twice(announcer, NEW, running())

    assert picture(card_in(slack)) == ""
    assert not card.waits


def test_without_the_scope_for_files_each_figure_is_tried_once(start: Starts) -> None:
    slack = start("files:write")
    announcer = announcer_of(slack)
    card = announcer.show(NEW, running(), NOW)
    called = calls_of(slack)
    announcer.show(card, running(), NOW)

    assert called == []


@pytest.mark.parametrize("method", ["files.getUploadURLExternal", "upload", "files.completeUploadExternal"])
def test_an_upload_that_fails_for_the_moment_is_done_at_the_next_look(
    slack: LocalSlack, announcer: SlackAnnouncer, method: str
) -> None:
    slack.faults.add(method, "http", status=503)
    card = announcer.show(NEW, running(), NOW)
    assert card.waits
    assert picture(card_in(slack)) == ""
    card = shown_twice(announcer, card, running())

    assert picture(card_in(slack)) == chart_of(card).file_id != ""


def test_a_look_that_fails_for_the_moment_forgets_nothing(slack: LocalSlack, announcer: SlackAnnouncer) -> None:
    card = announcer.show(NEW, running(curve=ONE), NOW)
    slack.faults.add("files.info", "http", status=503)
    after = announcer.show(card, running(curve=TWO), NOW)

    assert chart_of(after) == chart_of(card)


def refuses_the_picture(slack: LocalSlack, method: str) -> None:
    said = "[ERROR] invalid slack file [json-pointer:/blocks/1/slack_file]"
    slack.faults.add(method, "error", error="invalid_blocks", response_metadata={"messages": [said]})


def test_a_picture_that_slack_refuses_after_all_is_left_out_and_tried_again(
    slack: LocalSlack, announcer: SlackAnnouncer
) -> None:
    card = announcer.show(NEW, running(), NOW)
    refuses_the_picture(slack, "chat.update")
    without = announcer.show(card, running(), NOW)
    assert picture(card_in(slack)) == ""
    assert chart_of(without).waiting_file_id == chart_of(card).waiting_file_id
    after = announcer.show(without, running(), NOW)

    assert picture(card_in(slack)) == chart_of(after).file_id == chart_of(card).waiting_file_id
    assert len(pictures_kept(slack)) == 1


def test_a_picture_that_slack_refuses_again_and_again_is_given_up(slack: LocalSlack, announcer: SlackAnnouncer) -> None:
    card = announcer.show(NEW, running(), NOW)
    for _ in range(MAX_LOOKS + 1):
        refuses_the_picture(slack, "chat.update")
        card = announcer.show(card, running(), NOW)
    called = calls_of(slack)
    slack.faults.clear()
    card = announcer.show(card, running(), NOW)

    assert not card.waits
    assert "files.getUploadURLExternal" not in called


def test_a_refused_new_picture_takes_the_old_one_with_it(slack: LocalSlack, announcer: SlackAnnouncer) -> None:
    first = shown_twice(announcer, NEW, running(curve=ONE))
    waiting = announcer.show(first, running(curve=TWO), NOW)
    refuses_the_picture(slack, "chat.update")
    announcer.show(waiting, running(curve=TWO), NOW)

    assert pictures_kept(slack) == [chart_of(waiting).waiting_file_id]


def test_another_refusal_is_not_blamed_on_the_picture(slack: LocalSlack, announcer: SlackAnnouncer) -> None:
    slack.faults.add("chat.postMessage", "error", error="invalid_blocks", response_metadata={"messages": ["too long"]})

    with pytest.raises(Exception, match="Slack refused"):
        announcer.show(NEW, running(), NOW)


def test_a_digest_is_of_the_figures_that_the_picture_shows() -> None:
    assert curve_digest(ONE) == curve_digest(a_curve((0.5,), seconds=3.0)) != curve_digest(TWO)


def test_a_card_without_any_chart_starts_empty() -> None:
    assert NEW.pictures == {}
    assert not NEW.waits


def test_a_request_shows_the_candidates_curve_and_keeps_it_after_the_decision(
    slack: LocalSlack, announcer: SlackAnnouncer
) -> None:
    card = Card(an_approval().id, CardKind.APPROVAL, Workspace.EMOJI)
    for _ in range(2):
        card = announcer.show(card, a_case(), NOW)
    shown = picture(card_in(slack))
    for _ in range(2):
        card = announcer.show(card, a_case(an_approved()), NOW)

    assert shown
    assert picture(card_in(slack)) == shown
    assert pictures_kept(slack) == [shown]


def test_beside_what_is_live_the_candidates_picture_compares_both(slack: LocalSlack, announcer: SlackAnnouncer) -> None:
    live = a_finished_job(id="earlier", name="emoji-51c0aa", curve=ONE)
    case = a_case(evidence=Evidence(live_job=live))
    card = Card(an_approval().id, CardKind.APPROVAL, Workspace.EMOJI)
    for _ in range(2):
        card = announcer.show(card, case, NOW)

    (alt,) = [block["alt_text"] for block in card_in(slack)["blocks"] if block["type"] == "image"]
    assert alt == "2 jobs The first is the candidate, the other one is live."
