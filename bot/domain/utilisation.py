"""How busy a job's machine is, and what to do about a graphics card that mostly waits. All pure.

Debugger's own rule speaks up where 95 % of its looks see less than 70 %; averages of whole minutes shake less, and a
word that comes too often is not read any more. So a card counts as idle that stays below 30 % in ten minutes running,
each of them by itself, since the first epoch began: before it images are decoded, for which no card is needed.
https://docs.aws.amazon.com/sagemaker/latest/dg/debugger-built-in-profiler-rules.html
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain import compute, machines
from bot.domain.corrections import SIZES
from bot.domain.jobs import Job, JobStatus
from bot.domain.notices import Notice, Sign
from bot.domain.watchdog import TRAINING_PHASE

IDLE_SHARE, IDLE_MINUTES = 0.30, 10
# Above this something is at its limit, and a machine should have this much room.
BUSY_SHARE, ROOM = 0.90, 0.70
# A card does many times what processors do: they may take over what a tenth of one does, and rather more of them.
_SHARE_FOR_CORES, _CORES_FOR_CARDS = 0.10, 2
Price = Callable[[str], float | None]


@dataclass(frozen=True, slots=True)
class Minute:
    """The average of one minute, from 0 to 1 of all that the machine has."""

    began_at: datetime
    share: float


@dataclass(frozen=True, slots=True)
class Use:
    """What CloudWatch says of a job's first machine over the last minutes; None where it says nothing."""

    gpu: tuple[Minute, ...] = ()
    gpu_memory: float | None = None
    cpu: float | None = None


def is_watched(job: Job) -> bool:
    """Whether its graphics cards are worth a look: they compute by now, and nothing has been said of them yet."""
    told = any(notice.sign == Sign.IDLE_GPU for notice in job.warned)
    return not told and _computes(job) and machines.gpus(job.compute.instance_type) > 0


def idle_gpu(job: Job, use: Use, price: Price) -> Notice | None:
    """What to say of graphics cards that mostly wait; nothing while they compute, or while little is known."""
    if not is_watched(job):
        return None
    since = _epochs_since(job)
    last = [minute.share for minute in use.gpu if minute.began_at >= since][-IDLE_MINUTES:]
    if len(last) < IDLE_MINUTES or max(last) >= IDLE_SHARE:
        return None
    cards = machines.gpus(job.compute.instance_type)
    whose = "its GPU has" if cards == 1 else f"its {cards} GPUs have"
    said = (
        f"{whose} been at {_percent(sum(last) / len(last))} on average for {IDLE_MINUTES} minutes, "
        f"and never above {_percent(max(last))}. {_advice(job, use, max(last), price)}"
    )
    return Notice(Sign.IDLE_GPU, said)


def _computes(job: Job) -> bool:
    phase = job.phases[-1] if job.phases else None
    in_training = phase is not None and phase.name == TRAINING_PHASE and phase.ended_at is None
    return job.status == JobStatus.RUNNING and in_training and bool(job.curve)


def _epochs_since(job: Job) -> datetime:
    """When the first epoch had begun at the latest; of the time after the last one's end nothing is known for sure."""
    began_at = job.phases[-1].began_at
    spent = timedelta(seconds=sum(epoch.seconds or 0.0 for epoch in job.curve.epochs))
    return max(began_at, job.printed_at - spent) if job.printed_at else began_at


def _advice(job: Job, use: Use, gpu: float, price: Price) -> str:
    """What slows it down first; then a machine that costs less, or more work for this one."""
    own = job.compute.instance_type
    if use.cpu is not None and use.cpu >= BUSY_SHARE:
        return (
            f"It waits for its {machines.cores(own)} vCPUs, which are at {_percent(use.cpu)}: images as record files "
            "(`format=rec` when a data set is made) or less augmentation bring them faster."
        )
    if cheaper := _cheapest(job, use, gpu, price):
        return _cheaper(cheaper, price(cheaper), price(own))
    batch = job.made_by.terms.batch
    if use.gpu_memory is None or use.gpu_memory < ROOM:
        return f"No instance that I know a price of costs less; a larger `{batch}` gives it more to do at once."
    return "No instance that I know a price of costs less."


def _cheaper(name: str, usd: float | None, own: float | None) -> str:
    costs = f"`{name}` costs {_dollars(usd)} an hour, not {_dollars(own)}"
    if machines.gpus(name) or not usd or not own:
        return f"A smaller instance saves money: {costs}."
    return f"A CPU instance may save money: {costs}, so it does unless it takes {own / usd:.1f} times as long."


def _cheapest(job: Job, use: Use, gpu: float, price: Price) -> str:
    """The cheapest type with room for what it does now, where that costs less than its own."""
    own = price(job.compute.instance_type)
    if own is None:
        return ""
    known = {name: usd for name in _types(job) if _has_room(name, job, use, gpu) and (usd := price(name)) is not None}
    found = min(known, key=lambda name: (known[name], name), default="")
    return found if found and known[found] < own else ""


def _types(job: Job) -> Sequence[str]:
    names = [f"ml.{family}.{size}" for family in job.made_by.families for size in SIZES.get(family, ())]
    return [name for name in names if compute.fits(name, job.made_by)]


def _has_room(name: str, job: Job, use: Use, gpu: float) -> bool:
    """Without cards, only as a guess: how well processors do instead, nobody knows before."""
    own = job.compute.instance_type
    cards, cores = machines.gpus(name), machines.cores(name)
    if not cards:
        return gpu * machines.gpus(own) <= _SHARE_FOR_CORES and cores >= _CORES_FOR_CARDS * machines.cores(own)
    return gpu * machines.gpus(own) <= ROOM * cards and (use.cpu or 0.0) * machines.cores(own) <= BUSY_SHARE * cores


def _percent(share: float) -> str:
    return f"{share * 100:.0f} %"


def _dollars(usd: float | None) -> str:
    return f"${usd:,.2f}" if usd is not None else "an unknown price"
