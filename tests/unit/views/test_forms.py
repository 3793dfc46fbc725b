"""The modals, and what was filled in."""

from typing import Any

import pytest

from bot.domain.endpoints import Kind
from bot.errors import FieldError
from bot.views import hosting, modals, training
from tests.builders import (
    a_data_set,
    a_finished_job,
)


def values(**fields: Any) -> dict[str, Any]:
    """A view's `state.values` as Slack sends it."""
    return {name: {"value": {"type": "plain_text_input", "value": value}} for name, value in fields.items()}


def chosen(value: str | None) -> dict[str, Any]:
    option = None if value is None else {"value": value, "text": {"type": "plain_text", "text": value}}
    return {"value": {"type": "static_select", "selected_option": option}}


def _block(view: dict[str, Any], field: str) -> dict[str, Any]:
    return next(block for block in view["blocks"] if block["block_id"] == field)


def test_a_filled_in_training_modal_reads_as_the_words_of_the_command() -> None:
    state = {
        **values(epochs="5", learning_rate=" 0.01 ", more="momentum=0.8\nmax_run = 90m", mini_batch_size=None),
        "data_set": chosen("emoji"),
        "augmentation_type": chosen(None),
    }

    assert training.read_train_modal(state) == (
        "emoji",
        {"epochs": "5", "learning_rate": "0.01", "momentum": "0.8", "max_run": "90m"},
    )


@pytest.mark.parametrize(
    ("more", "field"), [("momentum", training.MORE), ("epochs=3", training.MORE), ("", training.DATA_SET)]
)
def test_what_cannot_be_read_is_said_under_its_field(more: str, field: str) -> None:
    with pytest.raises(FieldError) as refused:
        training.read_train_modal(values(more=more, epochs="5"))

    assert refused.value.field == field


def test_a_prefilled_word_that_no_field_can_hold_does_not_break_the_modal() -> None:
    view = training.train_modal([a_data_set()], {"epochs": "many", "optimizer": "magic", "data_set": "gone"}, "C1")

    assert "initial_value" not in _block(view, "epochs")["element"]
    assert "initial_option" not in _block(view, "data_set")["element"]


@pytest.mark.parametrize("kind", Kind)
def test_the_deployment_modal_asks_for_the_numbers_of_its_kind(kind: Kind) -> None:
    view = hosting.deploy_modal(a_finished_job(), kind, {}, "C1")
    blocks = [block["block_id"] for block in view["blocks"] if block["type"] == "input"]

    assert (
        blocks
        == {
            Kind.SERVERLESS: ["to", "memory", "concurrency", "as"],
            Kind.REALTIME: ["to", "instance", "count", "as"],
        }[kind]
    )


def test_a_filled_in_deployment_modal_reads_as_the_words_of_the_command() -> None:
    radio = {"deploy.kind": {"type": "radio_buttons", "selected_option": {"value": "serverless"}}}
    state = {"to": radio, "memory": chosen("1024"), **values(concurrency="9")}
    state["as"] = {"value": {"type": "plain_text_input", "value": None}}

    assert hosting.read_deploy_modal(state) == {"to": "serverless", "memory": "1024", "concurrency": "9"}


def test_a_modal_remembers_what_it_was_opened_for() -> None:
    view = hosting.deploy_modal(a_finished_job(), Kind.SERVERLESS, {}, "C0EMOJI0001")

    assert modals.metadata(view) == {"job_id": "7f3a2c9e51d04b68", "channel_id": "C0EMOJI0001"}
    assert modals.metadata({}) == {}


def test_an_error_of_a_field_that_is_not_there_stands_under_another() -> None:
    error = FieldError("momentum", "`momentum` takes *a number*, not &lt;x&gt;.")

    assert modals.field_errors(error, ["epochs", "more"], "more") == {"more": "momentum takes a number, not <x>."}
    assert list(modals.field_errors(FieldError("epochs", "No."), ["epochs"], "more")) == ["epochs"]


@pytest.mark.parametrize(("least", "asks"), [(0.0, False), (0.892, False), (0.9, True)])
def test_the_deployment_modal_asks_why_below_the_threshold_only(least: float, asks: bool) -> None:
    view = hosting.deploy_modal(a_finished_job(), Kind.SERVERLESS, {}, "C1", least)

    assert ("reason" in {block.get("block_id") for block in view["blocks"]}) == asks
