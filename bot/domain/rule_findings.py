"""What becomes of a job by what AWS's rules say of it: the results on its row, and what is found told once. All pure.

Rules run as jobs of their own beside the training, and may have their say minutes after its end.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.jobs import Job
from bot.domain.notices import Notice
from bot.domain.rules import BY_NAME, SIGNS, RuleResult, RuleStatus

# What AWS has not settled by then is not waited for.
LONGEST_AFTER_END = timedelta(hours=1)
_SEPARATOR = "."


def with_results(job: Job, results: Iterable[RuleResult]) -> Job:
    """The job after a look at its rules, with a notice for each that has found something new."""
    seen = replace(job, rule_results=tuple(results) or job.rule_results)
    told = {notice.sign for notice in job.warned}
    found = (notice for result in seen.rule_results if (notice := _notice(result)))
    new = [notice for notice in found if notice.sign not in told]
    return replace(seen, warned=(*job.warned, *new)) if new else seen


def is_unsettled(job: Job, now: datetime) -> bool:
    """Whether AWS may still say something of the job's rules; a job that AWS never took has none."""
    if not job.rules or not job.phases:
        return False
    if not job.active and (job.ended_at is None or now - job.ended_at >= LONGEST_AFTER_END):
        return False
    return len(job.rule_results) < len(job.rules) or not all(result.settled for result in job.rule_results)


def milestone(job: Job) -> str:
    """The milestone of a job that has ended: how, and which rule was the last to find something."""
    found = [str(notice.sign) for notice in job.warned if notice.sign in SIGNS]
    return _SEPARATOR.join((str(job.status), *found[-1:]))


def untold(job: Job, announced: str) -> tuple[bool, tuple[Notice, ...]]:
    """Of a job that has ended: whether its end is news to who heard `announced` last, and which findings are."""
    status, _, last = announced.partition(_SEPARATOR)
    has_ended = status == str(job.status)
    found = [notice for notice in job.warned if notice.sign in SIGNS]
    heard = last if has_ended else announced
    order = [str(notice.sign) for notice in job.warned]
    if heard not in order:
        return not has_ended, tuple(found)
    return not has_ended, tuple(notice for notice in found if order.index(str(notice.sign)) > order.index(heard))


def _notice(result: RuleResult) -> Notice | None:
    rule = BY_NAME.get(result.name)
    if rule is None or result.status != RuleStatus.ISSUES:
        return None
    return Notice(rule.sign, f"AWS's rule `{rule.name}` has found that {rule.found}.")
