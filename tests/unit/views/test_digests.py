"""What a digest says, and what it leaves out."""

from dataclasses import replace

from hypothesis import given, settings

from bot.domain.approvals import Approval
from bot.domain.editions import Contents, Pictures, accuracy, charted
from bot.domain.jobs import JobStatus
from bot.domain.spending import Period, Spend
from bot.views import digests
from tests.builders import NOW, a_finished_job, a_job, an_approval, an_endpoint
from tests.unit.views.digest_examples import FULL, MANY, NOTHING, STANDING, a_digest_case
from tests.unit.views.endpoint_examples import a_holding
from tests.unit.views.test_any_text import TEXT, assert_fit
from tests.unit.views.test_golden import mrkdwn_texts


def _said(contents: Contents) -> str:
    return "\n".join(mrkdwn_texts(digests.digest_card(a_digest_case(contents)).blocks))


def test_nothing_to_say_takes_one_line() -> None:
    message = digests.digest_card(a_digest_case(NOTHING))

    assert message.text == "Digest: nothing has happened."
    assert len(message.blocks) == 1


def test_empty_parts_are_left_out() -> None:
    said = _said(STANDING)

    assert "*Endpoints*" in said
    assert [part for part in ("*Ran*", "*Waiting", "*Pictures*", "*Spent*") if part in said] == []


def test_what_there_is_much_of_is_counted() -> None:
    assert "3 more" in _said(MANY)


def test_of_what_was_spent_without_its_price_known_it_is_a_least() -> None:
    spent = Spend(Period(NOW, NOW), training=1.0, unknown=("emoji-live",), budget=20.0)

    assert "at least $1.00 of $20.00 this month in all" in _said(replace(FULL, spent=None, month=spent))


def test_who_asked_is_not_among_those_who_are_asked_to_decide() -> None:
    def waits_for(approval: Approval) -> str:
        return _said(replace(NOTHING, waiting=(approval,)))

    assert "<@U0ADA00001>" not in waits_for(an_approval(requested_by="U0ADA00001"))
    assert "<@U0ADA00001>" in waits_for(an_approval(requested_by="U0LIN000001"))


def test_the_best_is_of_those_that_left_a_model() -> None:
    failed = replace(a_finished_job(id="f", name="failed"), status=JobStatus.FAILED)
    stopped = replace(a_finished_job(id="s", name="stopped"), status=JobStatus.STOPPED)

    assert Contents(runs=(failed, stopped)).best == stopped
    assert Contents(runs=(failed, a_job())).best is None


def test_the_chart_has_the_best_first_and_only_what_has_a_figure() -> None:
    shown = charted(replace(FULL, runs=(*FULL.runs, *MANY.runs)))

    assert [share for _, share in shown] == sorted((share for _, share in shown), reverse=True)
    assert len(shown) == 8
    assert None not in [accuracy(run) for run in FULL.done]


@settings(max_examples=40, deadline=None)
@given(TEXT, TEXT)
def test_no_name_becomes_markup_or_breaks_a_limit(name: str, other: str) -> None:
    contents = Contents(
        runs=(a_finished_job(name=name), a_job(name=other, status=JobStatus.FAILED)),
        endpoints=(a_holding(an_endpoint(name=name, job_name=other)),) * 30,
        waiting=(an_approval(endpoint_name=other),) * 30,
        pictures=Pictures(3, 1, 1),
    )

    assert_fit(digests.digest_card(a_digest_case(contents)))
