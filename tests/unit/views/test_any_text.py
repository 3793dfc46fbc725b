"""Whatever people and vendors write: no screen breaks Slack's limits, and nothing of it becomes markup."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.approvals import ApprovalStatus
from bot.domain.checks import Finding, Rule
from bot.domain.drift import Sign
from bot.domain.endpoints import EndpointStatus, Kind
from bot.domain.evidence import Demand, Evidence
from bot.domain.home_page import Decision, HomePage
from bot.domain.jobs import JobStatus, Phase
from bot.domain.leases import LeaseCase
from bot.domain.preparations import ClassCount, PreparationStatus, Summary
from bot.domain.provenance import Line
from bot.domain.searches import Choice
from bot.domain.tunings import TuningStatus
from bot.domain.uploads import UploadStatus
from bot.errors import DarkroomError
from bot.views import (
    approval_notes,
    approvals,
    data_set_form,
    data_set_pages,
    datasets,
    deciding,
    drift_notes,
    endpoints,
    errors,
    home,
    home_deploy,
    hosting,
    job_pages,
    jobs,
    leases,
    provenance,
    training,
    trying,
    tuning_form,
    tuning_pages,
    tunings,
)
from bot.views.message import Message
from sandbox.slack.blocks import HOME, MESSAGE, MODAL, check_blocks
from tests.builders import (
    NOW,
    a_case,
    a_data_set,
    a_finished_job,
    a_finished_tuning,
    a_lease,
    a_prediction,
    a_ready_preparation,
    a_search,
    a_trial,
    an_answered_upload,
    an_approval,
    an_endpoint,
    an_upload,
)
from tests.unit.views.endpoint_examples import a_holding
from tests.unit.views.home_examples import a_drift, an_offer
from tests.unit.views.screens import answer_said
from tests.unit.views.test_golden import _ALLOWED, mrkdwn_texts

NASTY = st.sampled_from(
    ["<!channel>", "<@U0ADA00001", "&amp", "&" * 3100, "<" * 4000, "`*_~", "\n\n", "a" * 3500, "", " "]
)
TEXT = st.one_of(NASTY, st.text(max_size=200))

TUNE_WORDS = ["data_set", "recipe", "learning_rate", "optimizer", "epochs", "jobs", "strategy", "instance", "warm", "x"]


def assert_fit(message: Message) -> None:
    assert check_blocks(message.blocks, MESSAGE) == []
    assert 0 < len(message.text) <= 3000
    assert_no_markup([*mrkdwn_texts(message.blocks), message.text])


def assert_no_markup(texts: list[str]) -> None:
    assert not [text for text in texts if re.search("[<>&]", _ALLOWED.sub("", text))]


def assert_view_fits(view: dict[str, Any]) -> None:
    assert check_blocks(view["blocks"], HOME if view["type"] == "home" else MODAL) == []
    assert len(view.get("private_metadata", "")) <= 3000
    assert_no_markup(list(mrkdwn_texts(view)))


@settings(max_examples=40, deadline=None)
@given(TEXT, TEXT, TEXT, st.sampled_from(list(JobStatus)))
def test_of_a_job(name: str, reason: str, instance: str, status: JobStatus) -> None:
    job = a_finished_job(
        name=name,
        data_set=name,
        classes=(name, reason) * 50,
        status=status,
        failure_reason=reason,
        artifact=instance,
        s3_prefix=instance,
        phases=(Phase(instance, NOW),) * 30,
        hyperparameters={"epochs": "30", "num_layers": instance, reason: name},
    )
    job = replace(job, compute=replace(job.compute, instance_type=instance))

    assert_fit(jobs.job_card(job, NOW, "F0CHART0001", reason))
    assert_fit(jobs.finished_note(job) or jobs.started_reply(job))
    assert_fit(job_pages.job_list([job] * 12))
    assert_view_fits(job_pages.job_details_modal(job))
    assert_view_fits(hosting.deploy_modal(job, Kind.REALTIME, {"as": reason, "instance": instance}, "C1"))


@settings(max_examples=40, deadline=None)
@given(TEXT, TEXT, st.sampled_from(list(ApprovalStatus)), st.sampled_from(list(EndpointStatus)))
def test_of_a_deployment(name: str, reason: str, decided: ApprovalStatus, status: EndpointStatus) -> None:
    words = {"decision_reason": reason, "problem": reason, "reason": name, "digest": name, "decided_in": reason[:1]}
    approval = an_approval(status=decided, endpoint_name=name, decided_by="U0GRACE001", **words)
    endpoint = an_endpoint(name=name, job_name=name, status=status, failure_reason=reason, classes=(name,) * 90)
    hosting_ = replace(endpoint.hosting, kind=Kind.REALTIME, instance_type=reason)
    live_job = a_finished_job(name=name, data_set=reason, hyperparameters={"epochs": "1", reason: name})
    evidence = Evidence(live_job, Demand(3.0), hosting_, 0.00002, 0.5)
    case = a_case(approval, endpoint, live=replace(endpoint, hosting=hosting_), evidence=evidence)

    assert_fit(approvals.approval_card(case, ("S0APPROVE01",)))
    assert_fit(approvals.approval_card(replace(case, endpoint=None)))
    assert_fit(approval_notes.milestone_note(case) or approval_notes.asked_reply(approval, case.job))
    held = a_holding(replace(endpoint, hosting=hosting_), channels=("C1",) * 90)
    assert_fit(endpoints.endpoint_list([a_holding(endpoint), held] * 30, NOW))
    assert_fit(endpoints.endpoint_page(held, NOW))
    assert_fit(provenance.why_page(Line(endpoint, approval, case.job, before=(endpoint,) * 5)))
    assert_fit(leases.lease_card(LeaseCase(a_lease(endpoint_name=name), endpoint), timedelta(days=7)))
    assert_view_fits(trying.try_modal(endpoint, [an_upload(file_name=reason or "x")] * 30, "C1"))
    assert_view_fits(deciding.reject_modal(approval, case.job))
    assert_view_fits(deciding.change_modal(approval, case.job, Kind.REALTIME, deciding.as_words(hosting_)))
    page = HomePage(
        "U0LIN000001",
        decisions=(Decision(case, may_decide=True),),
        questions=(LeaseCase(a_lease(), endpoint),),
        offers=(an_offer(endpoint_name=name),),
        under_way=(case.job,),
        endpoints=(held,),
    )
    assert_view_fits(home.home(page, NOW))
    assert_view_fits(home_deploy.choose_modal([case.job]))
    assert_fit(drift_notes.drift_note(a_drift(Sign.SHIFTED, endpoint_name=name)))


@settings(max_examples=40, deadline=None)
@given(TEXT, TEXT, st.floats(), st.sampled_from(list(UploadStatus)))
def test_of_an_upload(name: str, problem: str, share: float, status: UploadStatus) -> None:
    prediction = a_prediction((name, share), (problem, 0.1), seconds=1.0)

    assert_fit(answer_said(an_upload(status=status, file_name=name, problem=problem), None))
    assert_fit(answer_said(an_answered_upload(prediction=prediction, file_name=name), an_endpoint()))


@settings(max_examples=40, deadline=None)
@given(TEXT, TEXT, TEXT, TEXT)
def test_of_an_error(what: str, why: str, next_step: str, code: str) -> None:
    assert_fit(errors.problem(DarkroomError(what, why, next_step, code)))
    assert_fit(errors.unexpected(code))


@settings(max_examples=40, deadline=None)
@given(TEXT.filter(bool), st.dictionaries(st.sampled_from(["epochs", "optimizer", "instance", "data_set", "x"]), TEXT))
def test_of_a_form(name: str, prefill: dict[str, str]) -> None:
    assert_view_fits(training.train_modal([a_data_set(name=name)], prefill, "C1"))


@settings(max_examples=40, deadline=None)
@given(TEXT, TEXT, st.sampled_from(list(PreparationStatus)), st.booleans())
def test_of_a_data_set(name: str, reason: str, status: PreparationStatus, zipped: bool) -> None:
    preparation = a_ready_preparation(
        name=name,
        source=reason,
        file_ids=("F1",) if zipped else (),
        status=status,
        problem=reason,
        summary=Summary(
            classes=(ClassCount(name, 1, 2, 3), ClassCount(reason, 10**9, 0)) * 150,
            by_rule=dict.fromkeys(Rule, 10**9),
            warnings=(Finding(Rule.CASE, name, reason), Finding(Rule.IMBALANCE, "", reason)) * 30,
            locations={reason: name, "train": reason, name: f"s3://b/{name}/"},
            smallest_side=1,
        ),
    )

    assert_fit(datasets.data_set_card(preparation, NOW, [("F0BARS00001", reason), ("F0SHEET0001", name)]))
    assert_fit(datasets.finished_note(preparation) or datasets.adding_reply(preparation))
    assert_fit(data_set_pages.removal_question(preparation))
    assert_view_fits(data_set_pages.data_set_details_modal(preparation))
    assert_view_fits(data_set_form.add_modal(data_set_form.again(preparation), "C1"))
    assert_view_fits(home.home(HomePage("U0LIN000001", under_way=(preparation,) * 30), NOW))
    assert_no_markup([datasets.report_comment(preparation, "report.csv")])


@settings(max_examples=40, deadline=None)
@given(TEXT.filter(bool), TEXT)
def test_of_a_list_of_data_sets(name: str, other: str) -> None:
    data_set = a_data_set(name=name, classes=(name, other) * 90, s3_prefix=other, locations={"train": other})
    known = [(None, a_ready_preparation(name=name)), (data_set, None), (data_set, a_ready_preparation(source=other))]

    assert_fit(data_set_pages.data_set_list(known * 30))
    assert_fit(data_set_pages.data_set_page(data_set))


@settings(max_examples=40, deadline=None)
@given(st.dictionaries(st.sampled_from(["name", "source", "share", "format", "resize", "seed", "classes"]), TEXT))
def test_of_a_form_for_a_data_set(prefill: dict[str, str]) -> None:
    assert_view_fits(data_set_form.add_modal(prefill, "C1"))


@settings(max_examples=40, deadline=None)
@given(TEXT, TEXT, TEXT.filter(bool), st.sampled_from(list(TuningStatus)))
def test_of_a_tuning(name: str, reason: str, value: str, status: TuningStatus) -> None:
    given_values = {"learning_rate": value, "optimizer": reason}
    trials = (a_trial(4, 0.9, hyperparameters=given_values, failure_reason=reason), a_trial(2, 0.8, name=name))
    tuning = a_finished_tuning(
        name=name,
        data_set=name,
        status=status,
        failure_reason=reason,
        trials=trials,
        overall_best=a_trial(3, 0.99, name=reason),
        search=a_search(choices=(Choice("optimizer", (value, reason)),), parents=(name, reason)),
    )

    assert_fit(tunings.tuning_card(tuning, NOW, [("F0CHART0001", reason), ("F0CHART0002", name)]))
    assert_fit(tunings.finished_note(tuning) or tunings.started_reply(tuning))
    assert_fit(tuning_pages.tuning_list([tuning] * 12))


@settings(max_examples=40, deadline=None)
@given(TEXT.filter(bool), st.dictionaries(st.sampled_from(TUNE_WORDS), TEXT))
def test_of_a_form_for_a_tuning(name: str, prefill: dict[str, str]) -> None:
    assert_view_fits(tuning_form.tune_modal([a_data_set(name=name)], prefill, "C1"))
