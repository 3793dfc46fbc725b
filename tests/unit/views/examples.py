"""What each view is shown with: one example a screen that a person may meet."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.domain.approvals import ApprovalStatus
from bot.domain.comparisons import Compared, Comparison
from bot.domain.corrections import Correction
from bot.domain.endpoints import EndpointStatus, Kind
from bot.domain.in_use import InUse
from bot.domain.jobs import Job, JobStatus
from bot.domain.metrics import Curve
from bot.domain.notices import Notice, Sign
from bot.errors import FieldError, PlatformError, WrongStateError
from bot.views import (
    approval_notes,
    approvals,
    comparisons,
    corrections,
    errors,
    hosting,
    job_pages,
    jobs,
    parts,
    replies,
    training,
)
from bot.views import help as help_views
from bot.views import notices as notice_views
from bot.views.message import Message
from tests.builders import (
    APPROVER,
    NOW,
    REQUESTER,
    a_case,
    a_curve,
    a_data_set,
    a_finished_job,
    a_job,
    a_running_job,
    an_approval,
    an_approved,
    an_endpoint,
    minutes,
    phases,
    realtime_hosting,
)
from tests.unit.views import (
    answer_examples,
    approval_examples,
    asking_examples,
    data_set_examples,
    digest_examples,
    endpoint_examples,
    feedback_examples,
    home_examples,
    release_examples,
    retraining_examples,
    start_examples,
    tuning_examples,
)

LATER = NOW + minutes(3.4)
FAILED_JOB = a_finished_job(
    status=JobStatus.FAILED,
    failure_reason="AlgorithmError: CUDA error: out of memory, exit code: 1",
    artifact="",
    curve=Curve(),
    phases=(*phases()[:2], replace(phases()[2], ended_at=NOW + timedelta(seconds=90))),
)
SMALLER_BATCH = Correction({"mini_batch_size": "16"}, {"mini_batch_size": "16"}, 1.472)
STOPPED_JOB = a_running_job(
    status=JobStatus.STOPPED, stopped_by=APPROVER, ended_at=NOW + minutes(4), billable_seconds=180
)
UNPRICED = replace(a_job().compute, usd_per_hour=None)


def _approved(status: EndpointStatus, **changes: Any) -> Message:
    return approvals.approval_card(a_case(an_approved(), an_endpoint(status=status, **changes)))


def _decided(status: ApprovalStatus) -> Message:
    by = "" if status == ApprovalStatus.EXPIRED else APPROVER
    return approvals.approval_card(a_case(an_approval(status=status, decided_by=by, decided_at=NOW + minutes(30))))


def _warned() -> Message:
    notices = (Notice(Sign.FALLING, "its accuracy has fallen."), Notice(Sign.SILENT, "it has printed nothing."))
    note = notice_views.warning_note(a_running_job(warned=notices), notices)
    assert note
    return note


def _compared(*more: Job) -> Compared:
    other = a_finished_job(id="51c0aa", name="emoji-51c0aa", curve=a_curve((0.5, 0.62)), ended_at=NOW + minutes(4))
    other = replace(other, hyperparameters={**other.hyperparameters, "learning_rate": "0.01", "top_k": "3"})
    chosen = (a_finished_job(), other, *more)
    return Compared(Comparison("c1", tuple(job.id for job in chosen), REQUESTER, "C0EMOJI0001", NOW), chosen)


def _jobs() -> Mapping[str, Message]:
    chart: dict[str, Any] = {"chart_file_id": "F0CHART0001", "chart_alt": "Best validation accuracy 89.2 % at epoch 9."}
    return {
        "told_together": notice_views.told_together([parts.note(f"<@{REQUESTER}> *emoji* is trained.")] * 42),
        "job_requested": jobs.job_card(a_job(), LATER),
        "job_running": jobs.job_card(a_running_job(), LATER, **chart),
        "job_running_unpriced": jobs.job_card(a_running_job(compute=UNPRICED, curve=Curve()), LATER),
        "job_stopping": jobs.job_card(a_running_job(status=JobStatus.STOPPING, stopped_by=APPROVER), LATER),
        "job_completed": jobs.job_card(a_finished_job(), LATER, **chart),
        "job_failed": jobs.job_card(FAILED_JOB, LATER),
        "job_stopped": jobs.job_card(STOPPED_JOB, LATER, **chart),
        "job_started_reply": jobs.started_reply(a_job()),
        "job_list": job_pages.job_list([a_running_job(), a_finished_job(), FAILED_JOB, STOPPED_JOB, a_job()]),
        "job_list_empty": job_pages.job_list([]),
        "job_failed_with_retry": jobs.job_card(FAILED_JOB, LATER, correction=SMALLER_BATCH),
        "job_retry_reply": corrections.retry_reply(a_job(), FAILED_JOB),
        "job_warned": _warned(),
        "comparison": comparisons.comparison_card(_compared(), "F0CHART0002", "Best validation accuracies."),
        "comparison_reply": comparisons.comparison_reply(_compared()),
        "comparison_of_five": comparisons.comparison_card(_compared(a_job(), FAILED_JOB, a_running_job())),
    }


def _approvals() -> Mapping[str, Message]:
    live = an_endpoint(id="another", name="emoji-old", job_name="emoji-51c0aa", accuracy=0.875)
    real_time = an_approval(hosting=realtime_hosting())
    return {
        "approval_pending": approvals.approval_card(a_case(), ("S0APPROVE01", APPROVER)),
        "approval_pending_realtime": approvals.approval_card(
            a_case(real_time, live=live, in_use=InUse(62, 56)), (APPROVER,)
        ),
        "approval_pending_no_approver": approvals.approval_card(a_case()),
        "approval_approved": approvals.approval_card(a_case(an_approved())),
        "approval_rejected": _decided(ApprovalStatus.REJECTED),
        "approval_expired": _decided(ApprovalStatus.EXPIRED),
        "approval_creating": _approved(EndpointStatus.CREATING),
        "approval_renamed": _approved(
            EndpointStatus.REQUESTED,
            name="emoji-live-a41c",
            failure_reason="There is an endpoint *emoji-live* already.",
        ),
        "approval_in_service": approvals.approval_card(
            a_case(an_approved(), an_endpoint(status=EndpointStatus.IN_SERVICE), in_use=InUse(62, 56))
        ),
        "approval_failed": _approved(
            EndpointStatus.FAILED, failure_reason="The primary container did not pass the ping health check."
        ),
        "approval_deleting": _approved(EndpointStatus.DELETING, deleted_by=REQUESTER),
        "approval_deleted": _approved(EndpointStatus.DELETED),
        "approval_asked_reply": approval_notes.asked_reply(an_approval(), a_finished_job()),
    }


def _words() -> Mapping[str, Message]:
    refused = PlatformError("AWS refused this.", "The role may not do it.", "Ask the operators.", "AccessDenied")
    return {
        **{f"help_{command}": help_views.usage(command) for command in (*help_views.COMMANDS, "all")},
        "problem_field": errors.problem(FieldError("epochs", "`epochs` takes a whole number, not `x`.")),
        "problem_platform": errors.problem(refused),
        "problem_late_click": errors.problem(WrongStateError(f"<@{APPROVER}> approved this already.")),
        "reply_stopping": replies.stopping(a_running_job()),
        "reply_deleting": replies.deleting(an_endpoint()),
        "reply_outdated": replies.outdated(),
        "reply_card_copy": replies.card_copy(
            jobs.job_card(a_finished_job(), LATER), "https://example.slack.com/archives/C0EMOJI0001/p1"
        ),
        "reply_card_copy_without_link": replies.card_copy(jobs.job_card(a_job(), LATER), ""),
        "unexpected": errors.unexpected("4f8a21c9"),
    }


def messages() -> dict[str, Message]:
    """Every message by the name of its golden file."""
    return {
        **_jobs(),
        **data_set_examples.messages(),
        **release_examples.messages(),
        **tuning_examples.messages(),
        **start_examples.messages(),
        **asking_examples.messages(),
        **_approvals(),
        **approval_examples.messages(),
        **endpoint_examples.messages(),
        **home_examples.messages(),
        **digest_examples.messages(),
        **answer_examples.messages(),
        **feedback_examples.messages(),
        **retraining_examples.messages(),
        **_words(),
    }


def views() -> dict[str, dict[str, Any]]:
    """Every modal and Home tab by the name of its golden file."""
    job = a_finished_job()
    return {
        **approval_examples.views(),
        "modal_train": training.train_modal([a_data_set()], {}, "C0EMOJI0001"),
        "modal_train_prefilled": training.train_modal(
            [a_data_set(), a_data_set(name="pets")],
            {"data_set": "pets", "epochs": "5", "optimizer": "adam", "max_run": "90m", "beta_1": "0.8"},
            "C0EMOJI0001",
        ),
        "modal_train_no_data_set": training.train_modal([], {}, "C0EMOJI0001"),
        "modal_deploy_serverless": hosting.deploy_modal(job, Kind.SERVERLESS, {}, "C0EMOJI0001"),
        "modal_deploy_realtime": hosting.deploy_modal(job, Kind.REALTIME, {"as": "emoji-live"}, "C0EMOJI0001"),
        "modal_job_details": job_pages.job_details_modal(job),
        "modal_job_details_failed": job_pages.job_details_modal(FAILED_JOB),
        "modal_compare": comparisons.compare_modal(job, [a_finished_job(id="b", name="emoji-51c0aa")], "C0EMOJI0001"),
        "modal_compare_none": comparisons.compare_modal(job, [], "C0EMOJI0001"),
        **data_set_examples.views(),
        **tuning_examples.views(),
        **start_examples.views(),
        **endpoint_examples.views(),
        **home_examples.views(),
        **feedback_examples.views(),
    }
