"""The form under `Wrong`: it opens whatever the classes are called, and Slack hears at once that it came in."""

from types import SimpleNamespace
from typing import Any

import pytest

from bot.domain import feedback
from bot.domain.saying import Said
from bot.views.feedback import class_options, wrong_modal
from handlers.feedback import wrong_submitted
from sandbox.slack.blocks import MODAL, check_blocks
from tests.builders import REQUESTER, an_endpoint
from tests.unit.views.feedback_examples import an_asked, an_opinion

STATE = {"say": {"value": {"selected_option": {"value": "label"}}}, "class": {"value": {"value": "faces"}}}
VIEW = {"private_metadata": '{"upload_id": "C1.1.0.F1"}', "state": {"values": STATE}}


def test_a_form_is_acknowledged_before_its_sender_is_whispered_to() -> None:
    done: list[str] = []
    opinion = an_opinion(REQUESTER, "faces")
    verdict = feedback.verdict([opinion])
    assert verdict
    said = Said(an_asked(), opinion, verdict, is_new=False)
    service: Any = SimpleNamespace(say=lambda *_: said)
    client: Any = SimpleNamespace(chat_postEphemeral=lambda **_: done.append("whispered"))
    ack: Any = lambda: done.append("acknowledged")  # noqa: E731 - Bolt's is no plain function
    wrong_submitted(ack, VIEW, {"user": {"id": REQUESTER}}, client, service)

    assert done == ["acknowledged", "whispered"]


ALIKE = tuple(f"{'a & <b> :cat: ' * 20}"[:180] + f"{'z' * 17}{number:03}" for number in range(3))
WITHIN = tuple(f"{'y' * 90}{number:03}{'y' * 107}" for number in range(3))
SHORT = ("a & b", "<!channel>", ":smile:", " spaced ", "cat", "a &amp; b")


@pytest.mark.parametrize("classes", [ALIKE, WITHIN, SHORT, tuple(f"{WITHIN[0]}{number}" for number in range(130))])
def test_each_class_can_be_chosen_whatever_it_is_called(classes: tuple[str, ...]) -> None:
    asked = an_asked(endpoint=an_endpoint(classes=classes), mine=an_opinion(REQUESTER, classes[1]))
    view = wrong_modal(asked)
    options = [one.to_dict() for one in class_options(asked, asked.classes_like(""))]
    initial = view["blocks"][-1]["element"]["initial_option"]

    assert check_blocks(view["blocks"], MODAL) == []
    assert asked.class_of(initial["value"]) == classes[1]
    assert [asked.class_of(one["value"]) for one in options] == list(classes[:100])
    assert len({one["text"]["text"] for one in options}) == len(options)


@pytest.mark.parametrize("number", [3, 130])
def test_the_form_opens_where_slack_takes_no_name_of_a_class_into_a_list(number: int) -> None:
    classes = tuple(f"{'x' * 2000}{place}" for place in range(number))
    asked = an_asked(endpoint=an_endpoint(classes=classes), mine=an_opinion(REQUESTER, classes[0]))

    assert check_blocks(wrong_modal(asked)["blocks"], MODAL) == []
