"""What is started at once, and what is asked about first because of its price or because the same runs already."""

from dataclasses import dataclass, replace

from bot.domain.jobs import Job
from bot.domain.quotes import Quote
from bot.domain.tunings import Tuning


@dataclass(frozen=True, slots=True)
class Started:
    """What was started, what it will cost, and what is worth saying of it."""

    subject: Job | Tuning
    quote: Quote
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """What is not started unasked, and why: over `limit` USD, of unknown price, or just what `twin` does already."""

    wish_id: str
    subject: Job | Tuning
    quote: Quote
    limit: float
    twin: Job | Tuning | None = None
    remarks: tuple[str, ...] = ()

    @property
    def unpriced(self) -> bool:
        return self.quote.worst is None

    @property
    def dear(self) -> bool:
        return self.quote.worst is not None and self.quote.worst > self.limit

    @property
    def must_be_asked(self) -> bool:
        return self.unpriced or self.dear or self.twin is not None


def alike(one: Job | Tuning, other: Job | Tuning) -> bool:
    """Whether both do the same thing on the same machines, whatever those cost."""
    return _essence(one) == _essence(other)


def _essence(subject: Job | Tuning) -> tuple[object, ...]:
    own = subject.initial_model if isinstance(subject, Job) else subject.search
    machines = replace(subject.compute, usd_per_hour=None)
    return own, subject.data_set, subject.recipe, subject.weights, dict(subject.hyperparameters), machines
