"""AWS's rules on a job's card."""

from slack_sdk.models.blocks import Block

from bot.domain.jobs import Job
from bot.domain.rules import BY_NAME, RULES, RuleResult, RuleStatus
from bot.views import parts

_SAYS = {
    RuleStatus.IN_PROGRESS: "in progress",
    RuleStatus.NO_ISSUES: "no issues",
    RuleStatus.ISSUES: "*issues found*",
    RuleStatus.ERROR: "could not be evaluated",
    RuleStatus.STOPPING: "stopping",
    RuleStatus.STOPPED: "stopped",
}


def rules_block(job: Job) -> Block | None:
    """The rules with what each says, for a job that has some."""
    told = {result.name: _said(result) for result in job.rule_results}
    waiting = (RULES[word].name for word in job.rules if job.active)
    told |= {name: "asked for" for name in waiting if name not in told}
    # Those that found something first, and each thing that is said only once, however many rules there are.
    said = sorted(dict.fromkeys(told.values()), key=lambda one: one != _SAYS[RuleStatus.ISSUES])
    groups = (f"{', '.join(_word(name) for name in told if told[name] == one)}: {one}" for one in said)
    return parts.context(f"Rules · {' · '.join(groups)}") if told else None


def _said(result: RuleResult) -> str:
    known = result.status in set(RuleStatus)
    return _SAYS[RuleStatus(result.status)] if known else parts.name(result.status)


def _word(name: str) -> str:
    """As it was asked for; a rule from elsewhere has AWS's name only."""
    return BY_NAME[name].word if name in BY_NAME else parts.name(name)
