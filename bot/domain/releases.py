"""Releases of one endpoint: how one takes another's place, how it goes back, and for how long that is possible."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.endpoints import MOVES, Check, Endpoint, EndpointStatus, Hosting, HostingSnapshot, Kind
from bot.errors import WrongStateError

# AWS's names have 63 characters: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateModel.html
_LONGEST_STEM = 54
_KINDS = {Kind.SERVERLESS: "serverless", Kind.REALTIME: "real-time"}


def release_name(endpoint_name: str, release_id: str) -> str:
    """What the release's model and configuration are called on AWS."""
    return f"{endpoint_name[:_LONGEST_STEM].rstrip('-')}-{release_id[:8]}"


def check_update(living: Endpoint, hosting: Hosting) -> None:
    """Refuse what an update cannot do.

    AWS turns no instances into a serverless endpoint; the other way it could not come back when the check fails.
    https://docs.aws.amazon.com/sagemaker/latest/dg/serverless-endpoints.html
    """
    if living.status != EndpointStatus.IN_SERVICE:
        raise WrongStateError(
            f"There is an endpoint *{living.name}* already; it is {living.status}.",
            next_step="Choose another name with `as=NAME`, or ask again when that is over.",
        )
    if living.traffic is not None:
        raise WrongStateError(
            f"*{living.name}* divides its traffic with *{living.traffic.other_job}*.",
            next_step=f"First write `/endpoints split {living.name} off`.",
        )
    if living.hosting.kind != hosting.kind:
        raise WrongStateError(
            f"*{living.name}* is {_KINDS[living.hosting.kind]}, and AWS makes no {_KINDS[hosting.kind]} one of it "
            "that could go back.",
            next_step=f"Deploy under another name with `as=NAME`, have your channel answered by that one, and then "
            f"`/endpoints delete {living.name}`.",
        )


def succeeding(release: Endpoint, living: Endpoint) -> Endpoint:
    """The release on its way into the place of the living one: the owner and the channel belong to the name."""
    return replace(release, name=living.name, replaces=living.id, owner=living.owner, channel_id=living.channel_id)


def updated(release: Endpoint, before: Endpoint, snapshot: HostingSnapshot) -> Endpoint:
    """The release after a look at AWS, which is to serve it in the place of the one before."""
    if snapshot.status == EndpointStatus.DELETED or before.status != EndpointStatus.IN_SERVICE:
        return rolled_back(release, f"{release.name} was {_gone(before, snapshot)} meanwhile.")
    if snapshot.changing:
        return release
    if snapshot.configuration == release.release_name and snapshot.status == EndpointStatus.IN_SERVICE:
        return replace(release, status=EndpointStatus.CHECKING)
    reason = snapshot.failure_reason or "AWS went back to the release before and did not say why."
    return rolled_back(release, reason)


def rolled_back(release: Endpoint, reason: str = "") -> Endpoint:
    """The release as it ends when it did not stay; what AWS has of it is to be removed at once."""
    kept_until = release.created_at
    return replace(
        release,
        status=EndpointStatus.ROLLED_BACK,
        failure_reason=reason or release.failure_reason,
        kept_until=kept_until,
    )


def in_service(release: Endpoint, check: Check, now: datetime) -> Endpoint:
    """The release that has passed its check."""
    return replace(release, status=EndpointStatus.IN_SERVICE, check=check, failure_reason="", in_service_at=now)


def superseded(before: Endpoint, now: datetime, kept_for: timedelta) -> Endpoint:
    """The release that another one has taken the place of."""
    return replace(before, status=EndpointStatus.SUPERSEDED, kept_until=now + kept_for)


def unfit(release: Endpoint, check: Check) -> Endpoint:
    """The release that has not passed its check, on its way back or, where nothing was before it, away."""
    status = EndpointStatus.ROLLING_BACK if release.replaces else EndpointStatus.DELETING
    return replace(release, status=status, check=check, failure_reason=check.problem)


def roll_back_asked(release: Endpoint, before: Endpoint | None, by: str) -> tuple[Endpoint, Endpoint]:
    """The release on its way back to the one before, and that one; a person asked for it."""
    if EndpointStatus.ROLLING_BACK not in MOVES[release.status] or not release.live:
        raise WrongStateError(f"*{release.name}* is {release.status}; there is nothing to go back from.")
    if before is None or before.kept_until is None:
        raise WrongStateError(
            f"There is no release of *{release.name}* to go back to.",
            next_step=f"`/deploy JOB as={release.name}` asks for another model in its place.",
        )
    return replace(release, status=EndpointStatus.ROLLING_BACK, rolled_back_by=by, failure_reason=""), before


def came_back(before: Endpoint) -> Endpoint:
    """The release before, in service again."""
    return replace(before, status=EndpointStatus.IN_SERVICE, kept_until=None)


def stays(release: Endpoint, reason: str) -> Endpoint:
    """The release that could not be rolled back and goes on serving."""
    return replace(release, status=EndpointStatus.IN_SERVICE, failure_reason=reason, rolled_back_by="", step="endpoint")


def changes_answers(chain: Sequence[Endpoint]) -> bool:
    """Whether AWS is on its way between releases with other classes, or which take images in another way.

    Nobody knows then which one an answer is of.
    """
    by_id = {one.id: one for one in chain}
    moving = [one for one in chain if one.arriving or one.status == EndpointStatus.ROLLING_BACK]
    pairs = ((one, by_id.get(one.replaces)) for one in moving)
    return any(before is not None and not answer_alike(one, before) for one, before in pairs)


def answer_alike(one: Endpoint, other: Endpoint) -> bool:
    """Whether an answer of the one can be read as if it were the other's."""
    return (one.classes, one.recipe) == (other.classes, other.recipe)


def _gone(before: Endpoint, snapshot: HostingSnapshot) -> str:
    return "deleted" if snapshot.status == EndpointStatus.DELETED else str(before.status)
