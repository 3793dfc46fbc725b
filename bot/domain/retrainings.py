"""Retrainings: a live model is offered to be trained on with pictures from use, and what somebody decides of that."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bot.domain.endpoints import Endpoint
from bot.domain.versions import Lot
from bot.errors import WrongStateError


class RetrainingStatus(StrEnum):
    """Where it stands. WANTED: the data set's version is made, and its job starts by itself then."""

    OFFERED = "offered"
    WANTED = "wanted"
    STARTED = "started"
    DECLINED = "declined"
    FAILED = "failed"


MOVES: Mapping[RetrainingStatus, frozenset[RetrainingStatus]] = {
    RetrainingStatus.OFFERED: frozenset({RetrainingStatus.WANTED, RetrainingStatus.DECLINED}),
    RetrainingStatus.WANTED: frozenset({RetrainingStatus.STARTED, RetrainingStatus.FAILED}),
    RetrainingStatus.STARTED: frozenset(),
    RetrainingStatus.DECLINED: frozenset(),
    RetrainingStatus.FAILED: frozenset(),
}
OPEN = frozenset({RetrainingStatus.OFFERED, RetrainingStatus.WANTED})


@dataclass(frozen=True, slots=True)
class Retraining:
    """One lot of pictures for one endpoint. `data_set` is the live model's, `job_id` its job's.

    `lot` is what there was to learn from when it was offered, and then when somebody wanted it. `cost` is the most
    that the job may cost in USD. `message_ts` is its message in `channel_id`, and `shown` what that said last.
    """

    id: str
    endpoint_name: str
    release: str
    data_set: str
    job_id: str
    owner: str
    channel_id: str
    lot: Lot
    cost: float | None
    offered_at: datetime
    status: RetrainingStatus = RetrainingStatus.OFFERED
    decided_by: str = ""
    version_name: str = ""
    started_job: str = ""
    problem: str = ""
    message_ts: str = ""
    shown: str = ""
    tries: int = 0
    version: int = 0

    @property
    def open(self) -> bool:
        return self.status in OPEN

    @property
    def preparation_id(self) -> str:
        """The id of the preparation that makes the version: the same whenever it is asked for."""
        return f"from-use-{self.id}"


def offer(endpoint: Endpoint, retraining_id: str, channel_id: str, lot: Lot, now: datetime) -> Retraining:
    return Retraining(
        id=retraining_id,
        endpoint_name=endpoint.name,
        release=endpoint.id,
        data_set=endpoint.data_set,
        job_id=endpoint.job_id,
        owner=endpoint.owner,
        channel_id=channel_id,
        lot=lot,
        cost=None,
        offered_at=now,
    )


def is_outdated(retraining: Retraining, endpoint: Endpoint) -> bool:
    """Whether it is an offer of which nobody decided before another model was live."""
    return retraining.status == RetrainingStatus.OFFERED and retraining.release != endpoint.id


def moved(retraining: Retraining, status: RetrainingStatus) -> Retraining:
    if status not in MOVES[retraining.status]:
        raise WrongStateError(said(retraining))
    return replace(retraining, status=status)


def wanted(retraining: Retraining, lot: Lot, version_name: str, by: str) -> Retraining:
    """With what there is to learn from now; a WrongStateError where somebody has decided before."""
    begun = moved(retraining, RetrainingStatus.WANTED)
    return replace(begun, lot=lot, version_name=version_name, decided_by=by)


def said(retraining: Retraining) -> str:
    """Why nothing more can be decided about it."""
    who = f"<@{retraining.decided_by}>"
    match retraining.status:
        case RetrainingStatus.WANTED:
            return f"{who} has asked for that: *{retraining.version_name}* is being made, and its job starts then."
        case RetrainingStatus.STARTED:
            return f"{who} has asked for that: *{retraining.started_job}* trains on *{retraining.version_name}*."
        case RetrainingStatus.DECLINED:
            return f"{who} has said *Not now*; `/endpoints learn {retraining.endpoint_name}` does it all the same."
        case RetrainingStatus.FAILED:
            return f"That came to nothing; `/endpoints learn {retraining.endpoint_name}` tries it once more."
        case _:
            return "That is for somebody to decide."
