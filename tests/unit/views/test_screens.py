"""What the screens say and offer, case by case."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.approvals import MOVES as APPROVAL_MOVES
from bot.domain.approvals import ApprovalStatus
from bot.domain.endpoints import EndpointStatus, Kind
from bot.domain.hyperparameters import TABLE
from bot.domain.jobs import JobStatus, Phase
from bot.domain.metrics import Curve
from bot.domain.predictions import UploadStatus
from bot.errors import DarkroomError, FieldError
from bot.views import approvals, endpoints, errors, home, hosting, job_pages, jobs, modals, predictions, training
from bot.views import help as help_views
from bot.views.failures import explained
from bot.views.message import Message
from tests.builders import (
    APPROVER,
    NOW,
    REQUESTER,
    a_case,
    a_data_set,
    a_finished_job,
    a_job,
    a_prediction,
    a_running_job,
    an_answered_upload,
    an_approval,
    an_approved,
    an_endpoint,
    an_upload,
    minutes,
    phases,
    realtime_hosting,
)


def actions(blocks: list[dict[str, Any]]) -> set[str]:
    """The action ids of all buttons."""
    elements = [element for block in blocks for element in (*block.get("elements", ()), block.get("accessory", {}))]
    return {element["action_id"] for element in elements if element.get("type") == "button"}


def said(message: Message) -> str:
    return str(message.blocks)


@pytest.mark.parametrize("status", JobStatus)
def test_stop_is_offered_exactly_while_it_is_possible(status: JobStatus) -> None:
    job = a_running_job(status=status)

    assert (jobs.STOP in actions(jobs.job_card(job, NOW).blocks)) == job.stoppable


def test_deployment_is_offered_where_there_is_a_model() -> None:
    assert jobs.ASK in actions(jobs.job_card(a_finished_job(), NOW).blocks)
    assert jobs.ASK not in actions(jobs.job_card(a_finished_job(artifact=""), NOW).blocks)


def test_a_running_card_does_not_change_every_second() -> None:
    cards = [jobs.job_card(a_running_job(), NOW + timedelta(seconds=second)) for second in range(240, 260)]

    assert len({str(card) for card in cards}) <= 2


def test_a_card_works_without_its_chart() -> None:
    blocks = jobs.job_card(a_running_job(), NOW).blocks

    assert "image" not in {block["type"] for block in blocks}


def test_a_chart_without_words_of_its_own_is_described_by_its_best_epoch() -> None:
    blocks = jobs.job_card(a_running_job(), NOW, "F0CHART0001").blocks

    assert [block["alt_text"] for block in blocks if block["type"] == "image"] == [
        "Accuracy per epoch of emoji-7f3a2c: best 89.2 % (epoch 9)"
    ]


def test_a_job_that_is_not_over_has_no_note() -> None:
    assert jobs.finished_note(a_running_job()) is None


@pytest.mark.parametrize(
    ("job", "words"),
    [
        (a_finished_job(), "is trained: best 89.2 % (epoch 9 of 30)"),
        (a_finished_job(curve=Curve()), "no validation accuracy in its log"),
        (
            a_finished_job(status=JobStatus.FAILED, failure_reason="CapacityError: no"),
            "no such instance free right now",
        ),
        (a_finished_job(status=JobStatus.STOPPED, stopped_by=APPROVER), f"as <@{APPROVER}> asked. The model it had"),
        (a_running_job(status=JobStatus.STOPPED), "It left no model."),
        (a_running_job(status=JobStatus.STOPPED, phases=(Phase("MaxRuntimeExceeded", NOW),)), "longest run time"),
    ],
)
def test_the_requester_is_told_of_the_end(job: Any, words: str) -> None:
    note = jobs.finished_note(job)

    assert note is not None
    assert note.text.startswith(f"<@{REQUESTER}>")
    assert words in note.text


def test_a_price_that_nobody_knows_is_called_unknown() -> None:
    unpriced = a_job(compute=replace(a_job().compute, usd_per_hour=None))

    assert "price unknown" in said(jobs.job_card(unpriced, NOW))
    assert "unknown" in jobs.started_reply(unpriced).text


def test_billed_seconds_that_aws_has_not_told_are_not_called_a_missing_price() -> None:
    card = said(jobs.job_card(a_finished_job(billable_seconds=None), NOW))

    assert "billed time unknown" in card
    assert "$" not in card


def test_a_phase_that_did_not_last_has_no_time() -> None:
    card = said(jobs.job_card(a_running_job(phases=(Phase("Starting", NOW, NOW),)), NOW))

    assert "'Starting'" in card


def test_only_the_end_of_the_phases_is_no_phase() -> None:
    card = jobs.job_card(a_finished_job(phases=(phases(ended=True)[-1],)), NOW)

    assert "context" not in {block["type"] for block in card.blocks}


def test_the_list_of_one_job_says_so() -> None:
    assert job_pages.job_list([a_job()]).text == "The only job so far: emoji-7f3a2c."


def test_a_list_shows_ten_jobs_at_most() -> None:
    assert len(job_pages.job_list([a_job()] * 30).blocks) == 11


@pytest.mark.parametrize("status", ApprovalStatus)
def test_the_buttons_of_a_request_are_drawn_exactly_while_it_can_be_decided(status: ApprovalStatus) -> None:
    card = approvals.approval_card(a_case(an_approval(status=status, decided_by=APPROVER)))

    assert (actions(card.blocks) == {approvals.APPROVE, approvals.REJECT}) == bool(APPROVAL_MOVES[status])


def test_approving_asks_once_and_names_the_price() -> None:
    card = approvals.approval_card(a_case(an_approval(hosting=realtime_hosting())))
    approve = card.blocks[-1]["elements"][0]

    assert "$2.76 a day" in approve["confirm"]["text"]["text"]


@pytest.mark.parametrize("status", EndpointStatus)
def test_every_status_of_an_endpoint_has_its_card(status: EndpointStatus) -> None:
    card = approvals.approval_card(a_case(an_approved(), an_endpoint(status=status, step="endpoint")))

    assert "emoji" in card.text


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (ApprovalStatus.APPROVED, f"<@{REQUESTER}> <@{APPROVER}> approved this"),
        (ApprovalStatus.REJECTED, f"<@{REQUESTER}> <@{APPROVER}> rejected this"),
        (ApprovalStatus.EXPIRED, f"<@{REQUESTER}> nobody decided this in time"),
    ],
)
def test_the_requester_is_told_of_the_decision(status: ApprovalStatus, words: str) -> None:
    note = approvals.milestone_note(a_case(an_approval(status=status, decided_by=APPROVER)))

    assert note is not None
    assert note.text.startswith(words)


def test_nothing_is_told_before_the_decision() -> None:
    assert approvals.milestone_note(a_case()) is None


@pytest.mark.parametrize(
    ("endpoint", "words"),
    [
        (an_endpoint(), "Images uploaded in <#C0EMOJI0001> are answered"),
        (an_endpoint(status=EndpointStatus.FAILED), "AWS gave no reason"),
        (an_endpoint(status=EndpointStatus.DELETED, deleted_by=APPROVER), f"(<@{APPROVER}> asked for it)"),
        (an_endpoint(status=EndpointStatus.CREATING), "approved this"),
    ],
)
def test_the_thread_is_told_what_became_of_the_endpoint(endpoint: Any, words: str) -> None:
    note = approvals.milestone_note(a_case(an_approved(), endpoint))

    assert note is not None
    assert words in note.text


def test_what_is_live_is_named_beside_the_candidate() -> None:
    live = an_endpoint(job_name="emoji-51c0aa", accuracy=None, in_service_at=None)
    card = said(approvals.approval_card(a_case(live=live)))

    assert "unknown (emoji-51c0aa on emoji-live)" in card


@pytest.mark.parametrize("status", EndpointStatus)
def test_an_endpoint_can_be_deleted_exactly_where_that_is_possible(status: EndpointStatus) -> None:
    endpoint = an_endpoint(status=status)

    assert (actions(endpoints.endpoint_list([endpoint]).blocks) == {endpoints.DELETE}) == endpoint.deletable


def test_deleting_a_real_time_endpoint_says_what_it_saves() -> None:
    row = endpoints.endpoint_detail(an_endpoint(hosting=realtime_hosting())).blocks[-1]

    assert "saves $2.76 a day" in row["elements"][0]["confirm"]["text"]["text"]


@pytest.mark.parametrize(
    ("hostings", "words"),
    [
        ([realtime_hosting(usd_per_hour=None)], "price unknown"),
        ([realtime_hosting(usd_per_hour=None), realtime_hosting()], "at least $2.76 a day"),
        ([realtime_hosting(), realtime_hosting()], "$5.52 a day"),
    ],
)
def test_the_list_of_endpoints_says_what_they_cost_together(hostings: list[Any], words: str) -> None:
    listed = endpoints.endpoint_list([an_endpoint(hosting=hosting) for hosting in hostings])

    assert words in listed.text


def test_a_long_list_of_endpoints_fits_into_a_message_and_says_how_many_are_left_out() -> None:
    listed = endpoints.endpoint_list([an_endpoint()] * 120)

    assert len(listed.blocks) <= 50
    assert "80 more" in said(listed)


@pytest.mark.parametrize("probability", [0.0, 0.5, 1.0, -1.0, 7.0, float("nan"), float("inf")])
def test_a_bar_always_has_the_same_length(probability: float) -> None:
    assert len(predictions.bar(probability)) == 15


@pytest.mark.parametrize("status", UploadStatus)
def test_an_upload_always_has_something_to_read(status: UploadStatus) -> None:
    assert predictions.prediction_reply(an_upload(status=status), None).text


def test_the_best_class_comes_first_and_large() -> None:
    reply = predictions.prediction_reply(an_answered_upload(), an_endpoint())

    assert reply.blocks[0]["text"]["text"].startswith("*animals* 94 %")


def test_a_hostile_file_name_is_only_a_name() -> None:
    upload = an_upload(status=UploadStatus.FAILED, file_name="<!channel>`\n*x*.png")
    text = predictions.prediction_reply(upload, None).text

    assert "<!channel>" not in text
    assert "\n" not in text


def test_an_answer_without_classes_is_a_failure_that_says_so() -> None:
    upload = an_answered_upload(prediction=a_prediction(), problem="")
    empty = replace(upload, prediction=replace(upload.prediction, labels=()))

    assert "could not classify" in predictions.prediction_reply(empty, an_endpoint()).text


def test_ones_own_request_has_no_buttons_on_the_home_tab() -> None:
    own = home.home([], [a_case()], [], REQUESTER)
    others = home.home([], [a_case()], [], APPROVER)

    assert actions(own["blocks"]) == set()
    assert actions(others["blocks"]) == {approvals.APPROVE, approvals.REJECT}


def test_a_full_home_tab_keeps_to_slacks_limit() -> None:
    view = home.home([a_running_job()] * 99, [a_case()] * 99, [an_endpoint()] * 99, APPROVER)

    assert len(view["blocks"]) <= 100


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
        ("ClientError: Something unheard of. More about it.", "Something unheard of"),
        ("Error:", "Error:"),
        ("  ", "AWS gave no reason"),
    ],
)
def test_a_failure_reason_is_said_in_a_persons_words(reason: str, short: str) -> None:
    assert explained(reason).short == short


def values(**fields: Any) -> dict[str, Any]:
    """A view's `state.values` as Slack sends it."""
    return {name: {"value": {"type": "plain_text_input", "value": value}} for name, value in fields.items()}


def chosen(value: str | None) -> dict[str, Any]:
    option = None if value is None else {"value": value, "text": {"type": "plain_text", "text": value}}
    return {"value": {"type": "static_select", "selected_option": option}}


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
        training.read_train_modal(values(more=more))

    assert refused.value.field == field


def test_a_prefilled_word_that_no_field_can_hold_does_not_break_the_modal() -> None:
    view = training.train_modal([a_data_set()], {"epochs": "many", "optimizer": "magic", "data_set": "gone"}, "C1")

    assert "initial_value" not in view["blocks"][1]["element"]
    assert "initial_option" not in view["blocks"][0]["element"]


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


def test_the_time_left_is_told_while_a_job_runs() -> None:
    assert "about 4 min left" in said(jobs.job_card(a_running_job(), NOW + minutes(3)))
