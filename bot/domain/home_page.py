"""What one person sees on App Home: what waits for them, what runs, what is up, and what the month has cost."""

from dataclasses import dataclass
from datetime import timedelta

from bot.domain.cards import DeploymentCase
from bot.domain.holdings import Holding
from bot.domain.jobs import Job
from bot.domain.leases import LeaseCase
from bot.domain.preparations import Preparation
from bot.domain.retrainings import Retraining
from bot.domain.spending import Spend
from bot.domain.tunings import Tuning

Running = Job | Tuning | Preparation


@dataclass(frozen=True, slots=True)
class Decision:
    """A request that waits: for this person, or one that they asked for themselves and others decide."""

    case: DeploymentCase
    may_decide: bool


@dataclass(frozen=True, slots=True)
class HomePage:
    """All of it. `usual_lease` is for how long a button keeps an endpoint; `trains`: they may begin jobs.

    `deployable` says whether there is a model to ask for.
    """

    user_id: str
    decisions: tuple[Decision, ...] = ()
    questions: tuple[LeaseCase, ...] = ()
    offers: tuple[Retraining, ...] = ()
    under_way: tuple[Running, ...] = ()
    endpoints: tuple[Holding, ...] = ()
    spend: Spend | None = None
    usual_lease: timedelta = timedelta(days=7)
    trains: bool = True
    deployable: bool = False

    @property
    def empty(self) -> bool:
        """Whether there is nothing yet, so that how to begin is what matters."""
        return not (
            self.decisions or self.questions or self.offers or self.under_way or self.endpoints or self.deployable
        )


def decision(case: DeploymentCase, user_id: str, *, is_approver: bool, self_approval: bool) -> Decision | None:
    """None: it is none of theirs. Who has said yes already has nothing to decide any more."""
    own = case.approval.requested_by == user_id
    has_voted = any(vote.by == user_id for vote in case.approval.votes)
    may = is_approver and not has_voted and (self_approval or not own)
    return Decision(case, may) if may or own else None
