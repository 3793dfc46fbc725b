"""What answers, help and errors say."""

from dataclasses import replace

import pytest

from bot.domain.hyperparameters import TABLE
from bot.domain.uploads import UploadStatus
from bot.errors import DarkroomError
from bot.views import errors
from bot.views import help as help_views
from bot.views.failures import explained
from tests.builders import (
    a_prediction,
    an_answered_upload,
    an_endpoint,
    an_upload,
)
from tests.unit.views.screens import answer_said, said


def test_a_hostile_file_name_is_only_a_name() -> None:
    upload = an_upload(status=UploadStatus.FAILED, file_name="<!channel>`\n*x*.png")
    text = answer_said(upload, None).text

    assert "<!channel>" not in text
    assert "\n" not in text


def test_an_answer_without_classes_is_a_failure_that_says_so() -> None:
    upload = an_answered_upload(prediction=a_prediction(), problem="")
    empty = replace(upload, prediction=replace(upload.prediction, labels=()))

    assert "could not classify" in answer_said(empty, an_endpoint()).text


def test_help_names_every_hyperparameter_that_a_person_may_choose() -> None:
    text = said(help_views.usage("/train"))

    assert [name for name, row in TABLE.items() if not row.filled and f"`{name}" not in text] == []


@pytest.mark.parametrize("command", help_views.COMMANDS)
def test_help_has_two_examples_to_copy(command: str) -> None:
    text = said(help_views.usage(command))

    assert text.split("```")[1].count(f"/{command}") == 2


def test_an_error_reads_what_why_and_what_next() -> None:
    message = errors.problem(DarkroomError("What.", "Why.", "Next.", code="AccessDenied"))

    assert [block["type"] for block in message.blocks] == ["section", "context"]
    assert message.blocks[0]["text"]["text"] == "What.\nWhy.\nNext."


def test_an_error_without_words_still_says_something() -> None:
    assert errors.problem(DarkroomError("")).text == "That did not work."


@pytest.mark.parametrize(
    ("reason", "short"),
    [
        ("AlgorithmError: exit code: 137", "the instance type ran out of memory"),
        (
            "CapacityError: Unable to provision capacity.",
            "AWS has no such instance free right now",
        ),
        ("InternalServerError: We encountered an internal error.", "AWS failed inside"),
        (
            "ClientError: this container has no ImageNet weights for resnet18 and cannot download them, exit code: 2",
            "there were no pretrained weights to start from",
        ),
        ("ClientError: Something unheard of. More about it.", "Something unheard of"),
        ("Error:", "Error:"),
        ("  ", "AWS gave no reason"),
    ],
)
def test_a_failure_reason_is_said_in_a_persons_words(reason: str, short: str) -> None:
    assert explained(reason).short == short
