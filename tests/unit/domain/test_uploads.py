"""When an image is tried again and when it is given up, how many are in hand at once, and why one waits."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.answers import MOST_TRIES, Wait, delayed, shown, why_waiting
from bot.domain.conversion import made_of
from bot.domain.endpoints import Check, Endpoint
from bot.domain.image_rules import ImageFacts
from bot.domain.uploads import (
    AWAKE_FOR,
    HELD_FOR,
    MOST_CRASHES,
    WAKING_UP,
    WITHHELD,
    Upload,
    UploadStatus,
    again,
    answered,
    exhausted,
    held,
    may_sleep,
    postponed,
    room,
    tells_of_waking,
    upload_id,
)
from tests.builders import (
    NOW,
    a_prediction,
    an_answer,
    an_answered_upload,
    an_endpoint,
    an_upload,
    realtime_hosting,
    serverless_hosting,
)


def seconds(number: float) -> timedelta:
    return timedelta(seconds=number)


def test_another_file_and_another_message_have_other_ids() -> None:
    assert len({upload_id("C1.1", "F1"), upload_id("C1.1", "F2"), upload_id("C1.2", "F1")}) == 3


def test_the_pauses_grow_and_the_last_try_comes_four_minutes_after_the_first() -> None:
    upload, pauses, now = an_upload(), [], NOW
    while (upload := postponed(replace(upload, tries=1), "busy", now)).status == UploadStatus.WAITING:
        pauses.append((upload.due_at - now).total_seconds())
        now = upload.due_at

    assert pauses == [1, 1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert (upload.status, upload.problem) == (UploadStatus.FAILED, "busy")
    assert timedelta(minutes=4) <= now - NOW < timedelta(minutes=5)


def test_a_try_that_came_to_nothing_counts_and_one_after_which_it_waits_does_not() -> None:
    assert [exhausted(an_upload(tries=tries)) for tries in (MOST_CRASHES, MOST_CRASHES + 1)] == [False, True]
    assert not exhausted(postponed(an_upload(tries=MOST_CRASHES), "busy", NOW))


def test_an_image_is_not_held_for_ever() -> None:
    upload = held(an_upload(), "changing", NOW)

    assert held(upload, "changing", NOW + HELD_FOR - seconds(1)).status == UploadStatus.WAITING
    assert held(upload, "changing", NOW + HELD_FOR).status == UploadStatus.FAILED


def test_an_image_that_is_tried_again_has_its_whole_time_once_more() -> None:
    given_up = postponed(an_upload(waiting_since=NOW - timedelta(hours=1)), "busy", NOW)
    anew = again(given_up, NOW, convert=True)

    assert (anew.status, anew.convert, anew.problem) == (UploadStatus.RECEIVED, True, "")
    assert postponed(anew, "busy", NOW).status == UploadStatus.WAITING


def test_an_answer_clears_the_problem_before_it() -> None:
    upload = answered(an_upload(problem="busy"), a_prediction(), "r1", NOW)

    assert (upload.status, upload.problem, upload.release, upload.settled_at) == ("answered", "", "r1", NOW)


@pytest.mark.parametrize(
    ("waited", "took", "woke"), [(60, 0.2, True), (0, 20.0, True), (0, 0.2, False), (1, 0.5, False)]
)
def test_the_first_answer_after_a_wait_tells_that_the_endpoint_is_awake(
    waited: float, took: float, *, woke: bool
) -> None:
    since = NOW - seconds(waited) if waited else None
    upload = an_answered_upload(waiting_since=since, settled_at=NOW + seconds(took))

    assert tells_of_waking(upload, NOW) == woke


CHECKED = replace(an_endpoint(), in_service_at=NOW - seconds(60), check=Check(images=20))


@pytest.mark.parametrize(
    ("endpoint", "ago", "sleeps"),
    [
        (an_endpoint(in_service_at=NOW), None, True),
        (CHECKED, None, False),
        (an_endpoint(), 60, False),
        (an_endpoint(), AWAKE_FOR.total_seconds() + 1, True),
    ],
)
def test_an_endpoint_that_answered_a_moment_ago_is_awake(
    endpoint: Endpoint, ago: float | None, *, sleeps: bool
) -> None:
    assert may_sleep(endpoint, None if ago is None else NOW - seconds(ago), NOW) == sleeps


def test_an_endpoint_that_may_be_asleep_is_asked_about_few_images() -> None:
    serverless = an_endpoint(hosting=serverless_hosting())

    assert room(serverless) == serverless.hosting.concurrency == 5
    assert room(serverless, asleep=True) == 2
    assert room(an_endpoint(hosting=replace(realtime_hosting(), instance_count=9))) == 6


WAITED = an_upload(status=UploadStatus.WAITING, waiting_since=NOW)


@pytest.mark.parametrize(
    ("upload", "asleep", "changing", "ahead", "wait"),
    [
        (an_upload(), True, False, 9, Wait.WAKING),
        (an_upload(), True, True, 9, Wait.CHANGING),
        (an_upload(), False, False, 9, Wait.IN_LINE),
        (WAITED, False, False, 0, Wait.BUSY),
        (replace(WAITED, problem=WAKING_UP), False, False, 9, Wait.WAKING),
        (replace(WAITED, problem=WITHHELD), True, False, 9, Wait.FILES),
        (an_upload(), False, False, 0, Wait.LOOKING),
    ],
)
def test_why_an_image_waits(upload: Upload, asleep: bool, changing: bool, ahead: int, wait: Wait) -> None:
    endpoint = an_endpoint(hosting=serverless_hosting())

    assert why_waiting([upload], endpoint, asleep=asleep, changing=changing, ahead=ahead) == wait


def test_an_endpoint_on_instances_never_has_to_wake_up() -> None:
    endpoint = an_endpoint(hosting=realtime_hosting())

    assert why_waiting([an_upload()], endpoint, asleep=True, changing=False, ahead=0) == Wait.LOOKING


def test_with_many_answers_that_fill_in_each_is_edited_less_often() -> None:
    alone, among_many = (shown(an_answer(), [an_upload()], NOW, others) for others in (0, 19))

    assert (alone.due_at - NOW, among_many.due_at - NOW) == (seconds(2), seconds(1.2 * 19))


def test_an_answer_without_its_pictures_comes_back_for_them_a_few_times() -> None:
    bare = an_answer(reply_ts="1.2", digest="", tries=1)

    assert shown(bare, [an_answered_upload()], NOW).shown != bare.wanted
    assert shown(replace(bare, tries=9), [an_answered_upload()], NOW).shown == bare.wanted


def test_where_slack_names_the_time_it_was_no_try_and_answers_come_back_one_after_the_other() -> None:
    times = [delayed(an_answer(id=f"C1.{number}", tries=3), NOW, 10) for number in range(20)]

    assert {one.tries for one in times} == {2}
    assert all(seconds(10) <= one.due_at - NOW <= seconds(20) for one in times)
    assert len({one.due_at for one in times}) > 10


def test_a_slack_that_is_down_is_asked_less_and_less_often_and_not_for_ever() -> None:
    pauses = [delayed(an_answer(tries=tries), NOW, 0).due_at - NOW for tries in (1, 2, 5, 20)]

    assert pauses == [seconds(2), seconds(4), seconds(32), seconds(300)]
    assert delayed(an_answer(tries=MOST_TRIES), NOW, 0).shown == an_answer().wanted


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (ImageFacts("HEIC", 640, 480, 1000), "converted from HEIC"),
        (ImageFacts("JPEG", 8064, 6048, 9_000_000), "scaled from 8064 × 6048"),
        (ImageFacts("WebP", 8064, 6048, 1000), "converted from WebP, scaled from 8064 × 6048"),
        (ImageFacts("PNG", 3000, 3000, 12_582_912), "saved smaller, from 12.0 MB"),
        (ImageFacts("PNG", 640, 480, 1000), ""),
    ],
)
def test_what_was_done_to_an_image_is_said_in_few_words(facts: ImageFacts, said: str) -> None:
    assert made_of(facts) == said
