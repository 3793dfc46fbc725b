"""What a thread reads of its images: one message however many there are, within Slack's limits whatever they are."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.answers import Wait
from bot.domain.feedback import Say, Verdict
from bot.domain.image_rules import Rule
from bot.domain.uploads import UploadStatus
from bot.views.answer_parts import bar
from bot.views.answers import MOST_IN_FULL, answer_message
from sandbox.slack.blocks import MESSAGE, check_blocks
from tests.builders import a_prediction, an_answered_upload, an_endpoint, an_upload
from tests.unit.views.answer_examples import case, gave_up, heic, judged, pictures
from tests.unit.views.screens import actions, said

NASTY = st.sampled_from(
    ["<!channel>", "<@U0ADA00001", "&" * 3100, "<" * 4000, "`*_~", "\n\n", "a" * 3500, "", " ", ".png"]
)
TEXT = st.one_of(NASTY, st.text(max_size=200))


@pytest.mark.parametrize("probability", [0.0, 0.5, 1.0, -1.0, 7.0, float("nan"), float("inf")])
def test_a_bar_always_has_the_same_length(probability: float) -> None:
    assert len(bar(probability)) == 15


def test_people_can_say_right_and_wrong_of_every_image_that_is_shown_in_full() -> None:
    message = answer_message(case(*pictures(MOST_IN_FULL)))
    values = [
        element["value"] for block in message.blocks for element in block.get("elements", ()) if "value" in element
    ]

    assert sorted(set(values)) == sorted(f"x{place}" for place in range(MOST_IN_FULL))
    assert len(values) == 2 * MOST_IN_FULL


def test_what_people_said_can_still_be_changed() -> None:
    message = answer_message(judged(Say.LABEL, "animals"))

    assert actions(message.blocks) == {"answer.agree", "answer.wrong"}


def test_many_failures_and_refusals_need_one_button_each() -> None:
    message = answer_message(case(*pictures(3), *map(heic, range(9)), *map(gave_up, range(9))))
    row = next(block["elements"] for block in message.blocks if "Try again" in str(block))

    assert [element["text"]["text"] for element in row] == ["Convert and classify 9", "Try again"]


def test_a_rule_that_no_conversion_meets_offers_none() -> None:
    small = replace(heic(), rule=Rule.TOO_SMALL)

    assert actions(answer_message(case(small)).blocks) == set()


def test_the_answer_names_the_release_that_answered_whatever_serves_now() -> None:
    before, now = an_endpoint(id="r1", job_name="emoji-before"), an_endpoint(id="r2", job_name="emoji-now")
    image = an_answered_upload(release="r1")
    shown = replace(case(image), endpoints={"r1": before, image.endpoint_name: now})

    assert "emoji-before" in said(answer_message(shown))


def test_a_picture_that_slack_cannot_show_is_told_by_its_name_alone() -> None:
    shown = case(*pictures(2, file_name="photo.heic", made="converted from HEIC"))

    assert "slack_file" not in said(answer_message(shown))
    assert "photo.heic · converted from HEIC" in said(answer_message(shown))


def test_the_time_is_the_slowest_pictures_and_no_persons_pause_before_a_click() -> None:
    quick, late = pictures(2)
    assert late.settled_at
    hour = timedelta(hours=1)
    late = replace(late, begun_at=late.settled_at + hour, settled_at=late.settled_at + hour + timedelta(seconds=9))

    assert answer_message(case(quick, late)).text.startswith("2 images in 9 s")


def test_however_much_there_is_to_say_the_models_and_the_number_of_others_are_said() -> None:
    failures = [replace(gave_up(place), problem=f"Trouble {place}.") for place in range(9)]
    message = answer_message(case(*pictures(400), *map(heic, range(9)), *failures))

    assert len(message.blocks) == 50
    assert "s each" in str(message.blocks[-1])
    assert "and 321 others" in said(message)


@pytest.mark.parametrize("status", [UploadStatus.REFUSED, UploadStatus.FAILED])
def test_a_file_that_is_called_like_a_mention_mentions_nobody(status: UploadStatus) -> None:
    name = "<@U0ADA00001>.heic"
    shown = [an_upload(id=one, file_name=name, status=status, problem=f"`{name}` is HEIC.") for one in ("a", "b")]

    for message in (answer_message(case(shown[0])), answer_message(case(*shown))):
        assert "<@U0ADA00001>" not in message.text + said(message)


def test_without_pictures_it_says_the_same() -> None:
    shown = case(*pictures(3))

    assert "slack_file" not in said(answer_message(shown, pictures=False))
    assert answer_message(shown, pictures=False).text == answer_message(shown).text


@settings(max_examples=40, deadline=None)
@given(TEXT, TEXT, TEXT, st.integers(1, 400), st.sampled_from(list(UploadStatus)))
def test_no_name_and_no_number_breaks_slacks_limits(
    name: str, label: str, problem: str, number: int, status: UploadStatus
) -> None:
    prediction = a_prediction((label, 0.4), (name, 0.35), (problem, 0.2))
    answered = [an_answered_upload(id=f"x{place}", file_name=name, prediction=prediction) for place in range(number)]
    others = [
        an_upload(id=f"y{place}", file_name=name, status=status, problem=problem + str(place), rule=Rule.FORMAT)
        for place in range(number)
    ]
    verdicts = {one.id: Verdict(Say.LABEL, label, (name or "U1",) * 9) for one in answered[::2]}
    for shown in (case(*answered), case(*others), case(*answered, *others, verdicts=verdicts)):
        message = answer_message(replace(shown, endpoints={"emoji-live": an_endpoint(name=name, job_name=problem)}))
        assert check_blocks(message.blocks, MESSAGE) == []
        assert 0 < len(message.text) <= 3000
        assert len(str(message.blocks)) < 40_000


@pytest.mark.parametrize("wait", Wait)
def test_every_wait_has_its_words(wait: Wait) -> None:
    assert answer_message(case(an_upload(), wait=wait, ahead=1)).text.endswith(".")
