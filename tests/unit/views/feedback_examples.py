"""The screens of what people say of answers, and of forgetting."""

from typing import Any

from bot.domain import feedback as domain
from bot.domain.feedback import Opinion, Say
from bot.domain.forgetting import Forgotten
from bot.domain.saying import Asked, Said
from bot.views import feedback, forgetting
from bot.views.message import Message
from tests.builders import APPROVER, NOW, REQUESTER, a_prediction, an_answered_upload, an_endpoint, minutes

OTHER = "U0OTHER001"


def an_asked(**changes: Any) -> Asked:
    fields: dict[str, Any] = {
        "upload": an_answered_upload(),
        "prediction": a_prediction(),
        "endpoint": an_endpoint(),
        "in_service": True,
        "thread_ts": "1772443800.000100",
    }
    return Asked(**(fields | changes))


def an_opinion(user_id: str, label: str, *, decides: bool = False, after: float = 0.0) -> Opinion:
    say = Say.LABEL if label else Say.NONE
    return Opinion(an_answered_upload().id, user_id, say, label, NOW + minutes(after), decides)


def _said(*opinions: Opinion, asked: Asked | None = None, is_new: bool = True, hint: bool = False) -> Message:
    verdict = domain.verdict(opinions)
    assert verdict
    message = feedback.said_message(Said(asked or an_asked(), opinions[-1], verdict, is_new, hint))
    assert message
    return message


def messages() -> dict[str, Message]:
    mine, theirs = an_opinion(REQUESTER, "faces"), an_opinion(OTHER, "food", after=1)
    none, decided = an_opinion(OTHER, "", after=1), an_opinion(APPROVER, "faces", decides=True, after=2)
    differing, settled = domain.verdict([mine, theirs, none]), domain.verdict([mine, theirs, decided])
    agreed = domain.verdict([mine, an_opinion(OTHER, "faces")])
    assert differing
    assert settled
    assert agreed
    return {
        "feedback_again": _said(mine, is_new=False),
        "feedback_hint": _said(mine, hint=True),
        "feedback_differs": _said(mine, theirs),
        "feedback_decided": _said(decided, theirs),
        "feedback_endpoint_gone": _said(mine, asked=an_asked(in_service=False)),
        "feedback_question": feedback.question(differing),
        "feedback_settled": feedback.settled(settled),
        "feedback_agreed": feedback.settled(agreed),
        "forgotten": forgetting.forgotten_message(Forgotten(1, 0)),
        "forgotten_kept": forgetting.forgotten_message(Forgotten(2, 2, ("emoji",), ("emoji-v2", "emoji-v3"))),
    }


def views() -> dict[str, dict[str, Any]]:
    many = an_endpoint(classes=tuple(f"class {number}" for number in range(130)))
    mine = an_opinion(REQUESTER, "class 7")
    return {
        "modal_wrong": feedback.wrong_modal(an_asked()),
        "modal_wrong_before": feedback.wrong_modal(an_asked(mine=an_opinion(REQUESTER, ""), in_service=False)),
        "modal_wrong_many": feedback.wrong_modal(an_asked(endpoint=many, mine=mine)),
    }
