"""What runs, one row each: how far it is as a bar, how long it may take, and what it has cost so far."""

from datetime import datetime

from slack_sdk.models.blocks import Block

from bot.domain.home_page import Running
from bot.domain.jobs import Job, JobStatus
from bot.domain.preparations import Preparation
from bot.domain.spending import Period, job_cost
from bot.domain.tunings import Tuning
from bot.views import datasets, figures, job_pages, jobs, parts, tuning_pages, tunings
from bot.views.answer_parts import bar


def row(one: Running, now: datetime) -> Block:
    """With a button that brings all there is."""
    match one:
        case Job():
            head, more = jobs.first_line(one)
            first, open_it = parts.headline(jobs.sign(one), head, *more), ("Card", job_pages.CARD)
        case Tuning():
            head, more = tunings.first_line(one)
            first, open_it = parts.headline(tunings.sign(one), head, *more), ("Card", tuning_pages.CARD)
        case Preparation():
            head, more = datasets.first_line(one)
            first, open_it = parts.headline(datasets.sign(one), head, *more), ("Details", datasets.DETAILS)
    lines = (first, _progress(one, now), _asked(one))
    return parts.section("\n".join(filter(None, lines)), accessory=parts.button(*open_it, one.id))


def share_done(one: Running) -> float | None:
    """None before anything can be said of it."""
    match one:
        case Job():
            done, of_all = one.curve.last_number, one.epochs
        case Tuning():
            done, of_all = one.counters.begun - one.counters.running, one.search.jobs
        case Preparation():
            done, of_all = one.progress.checked, one.progress.found or 0
    return min(1.0, done / of_all) if done and of_all else None


def _progress(one: Running, now: datetime) -> str:
    share, cost = share_done(one), _cost(one, now)
    drawn = f"{bar(share)} {figures.probability(share)}" if share is not None else ""
    spent = f"{figures.money(cost)} so far" if cost else ""
    return " · ".join(filter(None, (drawn, _left(one), spent)))


def _left(one: Running) -> str:
    if not isinstance(one, Job) or one.status != JobStatus.RUNNING:
        return ""
    left = one.curve.seconds_left(one.epochs)
    return "" if left is None else figures.time_left(left)


def _cost(one: Running, now: datetime) -> float | None:
    match one:
        case Job():
            return job_cost(one, Period(one.requested_at, now))
        case Tuning():
            return one.cost(now)
        case Preparation():
            return None


def _asked(one: Running) -> str:
    asked = f"{parts.mention(one.requested_by)}, {figures.slack_ago(one.requested_at)}"
    return asked if isinstance(one, Preparation) else f"{parts.code(one.data_set)} · {asked}"
