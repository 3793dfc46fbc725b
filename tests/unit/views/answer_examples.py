"""What an answer to images is shown with: one example a state that a person may meet in the thread."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.domain.answers import AnswerCase, Wait
from bot.domain.feedback import Say, Side, Verdict
from bot.domain.image_rules import Rule
from bot.domain.uploads import Upload, UploadStatus
from bot.views.answers import answer_message
from bot.views.message import Message
from tests.builders import APPROVER, REQUESTER, a_prediction, an_answer_case, an_answered_upload, an_endpoint, an_upload

CLOSE = a_prediction(("cat", 0.41), ("fox", 0.38), ("dog", 0.2))
SIDES = (Side(Say.LABEL, "fox", (APPROVER,)), Side(Say.NONE, "", (REQUESTER,)))
RECEIVED_AT = an_upload().received_at


def pictures(number: int, **changes: Any) -> tuple[Upload, ...]:
    """Answered images of one message."""
    settled_at = RECEIVED_AT + timedelta(seconds=6)
    names = [
        {"id": f"x{place}", "file_id": f"F0FOX0000{place:02}", "file_name": f"fox-{place}.png"}
        for place in range(number)
    ]
    return tuple(
        an_answered_upload(**{**name, "place": place, "settled_at": settled_at, **changes})
        for place, name in enumerate(names)
    )


def case(*uploads: Upload, **changes: Any) -> AnswerCase:
    return an_answer_case(*uploads, endpoint=an_endpoint(), **changes)


def heic(place: int = 0) -> Upload:
    name = f"sunset-{place}.heic"
    problem = f"`{name}` is HEIC, and this model reads JPEG and PNG."
    return an_upload(id=f"h{place}", status=UploadStatus.REFUSED, file_name=name, problem=problem, rule=Rule.FORMAT)


def gave_up(place: int = 0) -> Upload:
    return an_upload(
        id=f"f{place}",
        file_name=f"cat-{place}.png",
        status=UploadStatus.FAILED,
        problem="AWS could not ask the endpoint *emoji-live* for the moment.",
        waiting_since=RECEIVED_AT,
        settled_at=RECEIVED_AT + timedelta(minutes=4),
    )


def judged(say: Say, label: str = "", *by: str, **changes: Any) -> AnswerCase:
    image = an_answered_upload()
    return case(image, verdicts={image.id: Verdict(say, label, by or (REQUESTER,), **changes)})


def messages() -> Mapping[str, Message]:
    """Every answer by the name of its golden file."""
    waiting, seven = an_upload(status=UploadStatus.WAITING), pictures(7)
    open_ones = tuple(replace(one, status=UploadStatus.RECEIVED, prediction=None) for one in pictures(20)[7:])
    mixed = (*pictures(2), replace(pictures(3)[2], prediction=CLOSE), heic(), heic(1), gave_up(), gave_up(1))
    cases = {
        "answer": case(an_answered_upload()),
        "answer_sure": an_answer_case(an_answered_upload(prediction=a_prediction(("cat", 1.0), ("fox", 0.0)))),
        "answer_not_sure": case(an_answered_upload(prediction=CLOSE)),
        "answer_converted": case(an_answered_upload(made="converted from HEIC")),
        "answer_right": judged(Say.LABEL, "animals", REQUESTER, APPROVER),
        "answer_other_class": judged(Say.LABEL, "fox"),
        "answer_none_of_these": judged(Say.NONE),
        "answer_not_fair": judged(Say.UNFAIR),
        "answer_disputed": judged(Say.LABEL, "fox", REQUESTER, APPROVER, disputed=True, sides=SIDES),
        "answer_decided": judged(Say.LABEL, "fox", APPROVER, settled_by=(APPROVER,), sides=SIDES),
        "answer_refused": case(heic()),
        "answer_broken": case(an_upload(status=UploadStatus.REFUSED, problem="This PNG is cut short or damaged.")),
        "answer_failed": case(gave_up()),
        "answer_looking": case(an_upload()),
        "answer_looking_at_several": case(*open_ones),
        "answer_waking": case(waiting, wait=Wait.WAKING),
        "answer_in_line": case(waiting, wait=Wait.IN_LINE, ahead=41),
        "answer_busy": case(waiting, wait=Wait.BUSY),
        "answer_without_files": case(waiting, wait=Wait.FILES),
        "answer_changing": case(waiting, wait=Wait.CHANGING),
        "answer_filling_in": case(*seven, *open_ones),
        "answer_of_several": case(*mixed, verdicts={"x1": Verdict(Say.LABEL, "animals", (REQUESTER,))}),
    }
    return {name: answer_message(one) for name, one in cases.items()}
