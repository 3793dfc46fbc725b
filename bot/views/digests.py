"""The digest of a channel, and what is said of when it comes and of quiet hours."""

from collections.abc import Sequence

from slack_sdk.models.blocks import Block

from bot.domain.approvals import Approval
from bot.domain.digests import Digest, in_words
from bot.domain.editions import Contents, DigestCase, Edition, Run, accuracy
from bot.domain.endpoints import EndpointStatus
from bot.domain.holdings import Holding
from bot.domain.jobs import Job, JobStatus
from bot.domain.quiet_hours import QuietHours
from bot.domain.quiet_hours import in_words as hours_in_words
from bot.domain.spending import Spend
from bot.views import figures, leases, parts
from bot.views.in_use import in_words as in_use_in_words
from bot.views.message import Message

# One message, short: the rest is a command away.
_ROWS = 6
_SIGNS = {JobStatus.COMPLETED: parts.DONE, JobStatus.FAILED: parts.FAILED, JobStatus.STOPPED: parts.STOPPED}


def digest_card(case: DigestCase, picture: tuple[str, str] = ("", "")) -> Message:
    """The message in the channel; `picture` is the chart's file, once Slack can show it, and what it says."""
    contents = case.contents
    told = _told(contents)
    first, since = f"*Digest: {told}*", figures.slack_date(case.edition.since)
    if contents.empty:
        # In one line: nothing to say takes no more.
        return parts.message(f"Digest: {told}.", [parts.section(f"{first} since {since}")])
    blocks: list[Block | None] = [
        parts.section(f"{first}\nSince {since}"),
        _chart(picture),
        _part("Ran", [_run(run) for run in _best_first(contents)]),
        _part("Endpoints", [_endpoint(one) for one in contents.endpoints]),
        _part("Waiting for a decision", [_waiting(one, case.approvers) for one in contents.waiting]),
        _part("Pictures", _pictures(contents)),
        _part("Spent", _spent(contents)),
        parts.context(_small_print(case)),
    ]
    return parts.message(f"Digest: {told}.", blocks)


def asked_reply(edition: Edition) -> Message:
    """The answer to whoever asked for one now."""
    return parts.note(f"The digest comes here in a moment, of all since {figures.slack_date(edition.since)}.")


def planned_reply(digest: Digest, *, zone_was_said: bool) -> Message:
    """The answer to whoever set it."""
    zone = "" if zone_was_said else f" You named no time zone, so I took {digest.zone}."
    return parts.note(
        f"This channel gets a digest {_when(digest)}; the next one comes {figures.slack_date(digest.next_at)}.{zone}"
    )


def stopped_reply(former: Digest | None) -> Message:
    if former is None:
        return parts.note("This channel gets no digest. `/digest weekdays 09:00 Europe/Berlin` sets one.")
    return parts.note(f"No more digests here; until now there was one {_when(former)}.")


def settings_page(digest: Digest | None, quiet: QuietHours | None) -> Message:
    """What is set for a channel."""
    if digest is None:
        told = "This channel gets no digest. `/digest weekdays 09:00 Europe/Berlin` sets one, `/digest now` shows one."
    else:
        told = (
            f"This channel gets a digest {_when(digest)}, set by {parts.mention(digest.set_by)}. "
            f"The next one comes {figures.slack_date(digest.next_at)}."
        )
    hours = (
        f"Quiet hours are {hours_in_words(quiet)}: what is not urgent waits until they end."
        if quiet
        else "There are no quiet hours. `/digest quiet 20:00-08:00 Europe/Berlin` sets some."
    )
    return parts.message(told, [parts.section(told), parts.context(hours)])


def quiet_reply(quiet: QuietHours, *, zone_was_said: bool) -> Message:
    """The answer to whoever set them."""
    zone = "" if zone_was_said else f" You named no time zone, so I took {quiet.zone}."
    return parts.note(
        f"Quiet hours here are {hours_in_words(quiet)}. Until they end I keep to myself what is not urgent; failures, "
        f"requests for approval and answers come at any hour.{zone}"
    )


def loud_reply(former: QuietHours | None) -> Message:
    return parts.note("No quiet hours here any more." if former else "There are no quiet hours here.")


def _when(digest: Digest) -> str:
    return parts.escape(in_words(digest.timetable))


def _told(contents: Contents) -> str:
    """All of it in a line: `3 done, 1 failed, best 94.3 % (emoji-7f3a2c)`."""
    best = contents.best
    runs = [
        f"{len(runs):,} {word}"
        for runs, word in ((contents.done, "done"), (contents.failed, "failed"), (contents.stopped, "stopped"))
        if runs
    ]
    waiting = f"{figures.of_things(len(contents.waiting), 'decision')} waiting" if contents.waiting else ""
    answered = contents.pictures.answered
    told = [
        *runs,
        f"best {figures.percent(accuracy(best))} ({parts.name(best.name)})" if best else "",
        waiting,
        f"{figures.of_things(answered, 'picture')} answered" if answered else "",
    ]
    return ", ".join(filter(None, told)) or "nothing has happened"


def _best_first(contents: Contents) -> list[Run]:
    return [*contents.done, *contents.failed, *contents.stopped]


def _run(run: Run) -> str:
    cost = run.cost if isinstance(run, Job) else run.cost(run.ended_at or run.requested_at)
    share = accuracy(run)
    told = (
        figures.percent(share) if share is not None else "",
        f"{len(run.trials)} jobs" if not isinstance(run, Job) else "",
        figures.money(cost) if cost else "",
    )
    return parts.headline(_SIGNS[run.status], parts.name(run.name), *told)


def _endpoint(holding: Holding) -> str:
    endpoint = holding.endpoint
    sign = parts.IN_SERVICE if endpoint.status == EndpointStatus.IN_SERVICE else parts.WAITING
    day = holding.cost_a_day
    model = f"{parts.name(endpoint.job_name)} ({figures.percent(endpoint.accuracy)})"
    used = in_use_in_words(holding.in_use)
    lease = f"lease ends {leases.until(holding.lease)}" if holding.lease else ""
    cost = f"{figures.money(day)} a day" if day else ""
    return parts.headline(sign, parts.name(endpoint.name), endpoint.status, model, used, lease, cost)


def _waiting(approval: Approval, approvers: Sequence[str]) -> str:
    who = ", ".join(parts.mention(one) for one in approvers if one != approval.requested_by) or "an approver"
    until = f"open until {figures.slack_date(approval.expires_at)}"
    return parts.headline(parts.DECISION, f"Deploy to {parts.name(approval.endpoint_name)}?", f"waits for {who}", until)


def _pictures(contents: Contents) -> list[str]:
    pictures = contents.pictures
    rated = f"{pictures.rated:,} rated: {pictures.right:,} right, {pictures.wrong:,} wrong" if pictures.rated else ""
    answered = f"{pictures.answered:,} answered" if pictures.answered else ""
    told = " · ".join(filter(None, (answered, rated)))
    return [told] if told else []


def _spent(contents: Contents) -> list[str]:
    told = [_usd(contents.spent, "since then"), _usd(contents.month, "this month in all")]
    line = " · ".join(filter(None, told))
    return [line] if line else []


def _usd(spend: Spend | None, when: str) -> str:
    """`at least $14.00 of $200.00 this month in all`; nothing where nothing was spent."""
    if spend is None or not (spend.total or spend.unknown):
        return ""
    least = "at least " if spend.unknown else ""
    budget = f" of {figures.money(spend.budget)}" if spend.budget else ""
    return f"{least}{figures.money(spend.total)}{budget} {when}"


def _part(title: str, lines: Sequence[str]) -> Block | None:
    """Nothing where there is nothing to say."""
    if not lines:
        return None
    more = len(lines) - _ROWS
    shown = [*lines[:_ROWS], *([f"{more} more"] if more > 0 else [])]
    return parts.section(f"*{title}*\n" + "\n".join(shown))


def _chart(picture: tuple[str, str]) -> Block | None:
    file_id, alt = picture
    return parts.image(file_id, alt) if file_id else None


def _small_print(case: DigestCase) -> str:
    if case.digest is None:
        return "`/digest weekdays 09:00 Europe/Berlin` has one come by itself."
    return f"{_when(case.digest)} · next {figures.slack_date(case.digest.next_at)} · `/digest help`"
