"""The lines in a request's thread that tell what became of its release."""

from bot.domain.endpoints import Endpoint, EndpointStatus
from bot.views import parts, savings
from bot.views.failures import explained
from bot.views.rollouts import unfit


def release_note(release: Endpoint) -> str:
    """What there is to tell; empty while it is on its way."""
    match release.status:
        case EndpointStatus.IN_SERVICE:
            return _arrived(release)
        case EndpointStatus.SUPERSEDED:
            return f"*{parts.name(release.name)}* has a newer release than *{parts.name(release.job_name)}*."
        case EndpointStatus.ROLLED_BACK:
            return _went_back(release)
        case EndpointStatus.FAILED:
            return f"{_named(release)} failed: {parts.prose(explained(release.failure_reason).sentences)}"
        case EndpointStatus.DELETED:
            return _went(release)
        case _:
            return ""


def _named(release: Endpoint) -> str:
    return f"{parts.mention(release.owner)} *{parts.name(release.name)}*"


def _arrived(release: Endpoint) -> str:
    if release.replaces:
        return f"{_named(release)} answers with *{parts.name(release.job_name)}* now."
    where = f"<#{parts.escape(release.channel_id)}>"
    return f"{_named(release)} is in service. Images uploaded in {where} are answered in their threads now."


def _went_back(release: Endpoint) -> str:
    if release.rolled_back_by:
        by = parts.mention(release.rolled_back_by)
        return f"{_named(release)} was rolled back by {by}; it answers with the release before."
    return f"{_named(release)} goes on with the release before: {_short(release)}."


def _went(release: Endpoint) -> str:
    if unfit(release):
        return f"{_named(release)} is deleted again: {_short(release)}."
    by = f" ({parts.mention(release.deleted_by)} asked for it)" if release.deleted_by else ""
    because = savings.why_deleted(release)
    why = f" ({because})" if because else by
    saves = f" {savings.saved(release.hosting)}" if release.hosting.cost_per_day else ""
    return f"*{parts.name(release.name)}* is deleted{why}; it answers no more images.{saves}"


def _short(release: Endpoint) -> str:
    return parts.prose(explained(release.failure_reason).short)
