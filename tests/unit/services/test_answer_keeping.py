"""What a thread reads of its images, and when: a note in time, one message that fills in, and nothing twice."""

from datetime import timedelta

import pytest

from bot.domain.answers import MOST_TRIES, NOTE_AFTER, Answer, AnswerCase
from bot.domain.endpoints import EndpointStatus
from bot.domain.sharing import SharedFile, SharedMessage
from bot.errors import BusyError, ChatBusyError, ChatError, NoMessageError, NoPlaceError
from bot.services.answers import CLAIM_SECONDS
from tests.builders import CHANNEL, REQUESTER, an_endpoint
from tests.unit.services.world import World

URL = "https://files.slack.com/files-pri/T0-F1/fox.png"


@pytest.fixture
def serving(world: World) -> World:
    """Somebody shared two images in a channel that an endpoint answers."""
    world.has_endpoint(an_endpoint())
    world.hosting.says("emoji-live", EndpointStatus.IN_SERVICE)
    world.hosting.answers["emoji-live"] = [0.04, 0.01, 0.0, 0.94, 0.0, 0.01, 0.0]
    world.stores.routes.set(CHANNEL, "emoji-live")
    world.files.kept[URL] = b"a fox"
    files = tuple(SharedFile(f"F{number}", "fox.png", URL, 48_213) for number in range(2))
    world.classification().receive(SharedMessage(CHANNEL, REQUESTER, "1.0", "1.0", files))
    return world


def said(world: World) -> list[list[list[str]]]:
    return [[[str(status) for status in statuses] for statuses in message] for message in world.writer.said.values()]


def show(world: World) -> bool:
    return world.answers().work_once()


def test_images_that_are_answered_at_once_make_one_message(serving: World) -> None:
    serving.classification().work_once()
    assert not show(serving)
    serving.classification().work_once()

    assert show(serving)
    assert not show(serving)
    assert said(serving) == [[["answered", "answered"]]]


def test_a_note_stands_there_within_two_seconds_and_becomes_the_answer(serving: World) -> None:
    assert timedelta(seconds=2) > NOTE_AFTER
    serving.passes(seconds=NOTE_AFTER.total_seconds())
    show(serving)
    serving.classification().work_once()
    serving.classification().work_once()
    show(serving)

    assert said(serving) == [[["received", "received"], ["answered", "answered"]]]


def test_the_answer_fills_in_at_a_measured_pace(serving: World) -> None:
    serving.passes(seconds=2)
    show(serving)
    serving.classification().work_once()
    assert not show(serving)
    serving.passes(seconds=2)
    show(serving)

    assert said(serving) == [[["received", "received"], ["answered", "received"]]]


def test_a_model_that_stays_busy_makes_no_second_message(serving: World) -> None:
    serving.hosting.fails("invoke", BusyError("The model is waking up.", code="ModelNotReadyException"))
    serving.passes(seconds=2)
    serving.classification().work_once()
    show(serving)
    serving.passes(seconds=2)
    serving.hosting.fails("invoke", BusyError("The model is waking up.", code="ModelNotReadyException"))
    serving.classification().work_once()
    serving.passes(seconds=2)
    show(serving)

    assert len(said(serving)) == 1


def test_what_slack_cannot_take_now_it_is_told_later(serving: World) -> None:
    serving.classification().work_once()
    serving.classification().work_once()
    serving.writer.fails(ChatBusyError("Slack is busy.", retry_after=7))
    show(serving)
    serving.passes(seconds=6)
    assert not show(serving)
    serving.passes(seconds=8)
    show(serving)

    assert said(serving) == [[["answered", "answered"]]]


@pytest.mark.parametrize(
    "error",
    [
        NoPlaceError("I cannot write in this conversation.", code="is_archived"),
        NoMessageError("The message is gone.", code="thread_not_found"),
        ChatError("Slack refused.", code="invalid_blocks"),
    ],
)
def test_what_slack_refuses_for_good_is_let_be(serving: World, error: ChatError) -> None:
    serving.classification().work_once()
    serving.classification().work_once()
    serving.writer.fails(error)
    show(serving)
    serving.passes(minutes=10)

    assert not show(serving)
    assert said(serving) == []


def test_an_answer_waits_for_operators_who_have_to_let_the_bot_in_again(serving: World) -> None:
    serving.classification().work_once()
    serving.classification().work_once()
    serving.writer.fails(ChatError("Slack refused.", code="token_revoked"))
    show(serving)
    serving.passes(minutes=10)

    assert show(serving)
    assert said(serving) == [[["answered", "answered"]]]


def test_a_slack_that_stays_busy_is_not_asked_for_ever(serving: World) -> None:
    serving.classification().work_once()
    serving.classification().work_once()
    tries = 0
    serving.passes(seconds=1)
    for _ in range(MOST_TRIES * 2):
        serving.writer.fails(ChatBusyError("Slack is busy."))
        tries += show(serving)
        serving.passes(minutes=6)

    assert tries == MOST_TRIES


def test_what_a_dead_process_was_about_to_show_another_shows(serving: World) -> None:
    serving.classification().work_once()
    serving.classification().work_once()
    serving.stores.answers.claim(serving.now, 60)
    assert not show(serving)
    serving.passes(seconds=60)

    assert show(serving)


def test_a_lane_sleeps_until_the_next_answer_is_due(serving: World) -> None:
    assert serving.answers().seconds_to_next(30) == NOTE_AFTER.total_seconds()
    serving.passes(seconds=9)
    assert serving.answers().seconds_to_next(30) == 0
    show(serving)

    assert serving.answers().seconds_to_next(30) == 30


def test_what_is_being_written_is_not_written_by_another(serving: World, monkeypatch: pytest.MonkeyPatch) -> None:
    answers, others = serving.answers(), []

    def slow(_: object, case: AnswerCase) -> Answer:
        for _ in range(3):
            serving.passes(seconds=CLAIM_SECONDS - 1)
            answers.renew_claims()
            others.append(serving.stores.answers.claim(serving.now, CLAIM_SECONDS))
        return case.answer

    monkeypatch.setattr(type(serving.writer), "write", slow)
    serving.passes(seconds=2)
    answers.work_once()
    answers.renew_claims()

    assert others == [None, None, None]
    assert serving.stores.answers.claims == {}
