"""Comparisons, warnings and corrections, whatever the jobs hold."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.comparisons import Compared, Comparison
from bot.domain.corrections import Correction
from bot.domain.jobs import JobStatus
from bot.domain.notices import Notice, Sign
from bot.views import comparisons, corrections, job_pages, jobs, notices, parts
from sandbox.slack.blocks import MODAL, check_blocks
from tests.builders import NOW, REQUESTER, a_finished_job, a_running_job
from tests.unit.views.screens import actions
from tests.unit.views.test_any_text import TEXT, assert_fit


@settings(max_examples=40, deadline=None)
@given(texts=st.lists(TEXT, min_size=3, max_size=3))
def test_a_comparison_of_any_jobs_fits_and_has_no_markup(texts: list[str]) -> None:
    name, data_set, value = texts
    first = a_finished_job(name=name, data_set=data_set, continues=value)
    second = replace(first, id="b", hyperparameters={**first.hyperparameters, "optimizer": value})
    compared = Compared(Comparison("c", ("a", "b"), REQUESTER, "C1", NOW), (first, second, first, second, first))

    assert_fit(comparisons.comparison_card(compared, "F1", name))
    assert_fit(comparisons.comparison_reply(compared))
    assert check_blocks(comparisons.compare_modal(first, [second], "C1")["blocks"], MODAL) == []


@settings(max_examples=40, deadline=None)
@given(name=TEXT, said=TEXT)
def test_a_warning_of_any_job_fits_and_has_no_markup(name: str, said: str) -> None:
    note = notices.warning_note(a_running_job(name=name), (Notice(Sign.FALLING, said), Notice(Sign.SILENT, said)))

    assert note
    assert_fit(note)


@settings(max_examples=40, deadline=None)
@given(value=TEXT, cost=st.floats(0, 1e6))
def test_a_correction_of_any_job_fits_its_button(value: str, cost: float) -> None:
    correction = Correction({}, {"optimizer": value}, cost)
    job = a_finished_job(status=JobStatus.FAILED, failure_reason=value)

    assert_fit(jobs.job_card(job, NOW, correction=correction))
    assert_fit(corrections.retry_reply(replace(job, name=value), job))


def test_a_job_that_is_stopping_is_not_asked_to_stop() -> None:
    note = notices.warning_note(a_running_job(status=JobStatus.STOPPING), (Notice(Sign.SILENT, "it is silent."),))

    assert note
    assert actions(note.blocks) == set()


def test_what_was_said_on_the_way_stands_in_the_details() -> None:
    warned = (Notice(Sign.FALLING, "it falls <fast>."), Notice(Sign.SILENT, "x" * 4000))
    view = job_pages.job_details_modal(a_running_job(warned=warned))

    assert "It falls &lt;fast&gt;." in str(view)
    assert check_blocks(view["blocks"], MODAL) == []


def test_without_anything_new_there_is_no_warning() -> None:
    assert notices.warning_note(a_running_job(), ()) is None


def test_a_correction_that_changes_nothing_is_called_training_again() -> None:
    button = corrections.retry_button(a_finished_job(), Correction({}, {}, None)).to_dict()

    assert button["text"]["text"] == "Train again"


def test_the_cost_stays_on_the_button_however_long_the_change_is() -> None:
    button = corrections.retry_button(a_finished_job(), Correction({}, {"instance": "ml." * 40}, 1.5)).to_dict()

    assert button["text"]["text"].endswith("($1.50 at most)")
    assert len(button["text"]["text"]) <= parts.BUTTON_LIMIT


def test_a_comparison_names_the_one_who_asked() -> None:
    compared = Compared(Comparison("c", ("a", "b"), REQUESTER, "C1", NOW), (a_finished_job(), a_running_job()))

    assert f"<@{REQUESTER}>" in str(comparisons.comparison_card(compared).blocks[-1])
