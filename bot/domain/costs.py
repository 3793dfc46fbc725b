"""What things cost at most: prices are USD an hour and instance."""

from bot.errors import RefusedError


def usd(usd_per_hour: float, instances: int, seconds: int) -> float:
    """What so many instances cost over that time."""
    return usd_per_hour * instances * seconds / 3600


def unpriced(instance_type: str) -> RefusedError:
    """Why nothing starts on machines of unknown price where nobody can be asked."""
    return RefusedError(
        f"I don't know what `{instance_type}` costs here, so I cannot promise to stay within the budget.",
        next_step="Try again in a minute, or take another instance type; `python -m bot doctor` says more.",
    )


def made_of(usd_per_hour: float, instances: int, instance_type: str, seconds: int) -> str:
    """How a cost comes about: so many machines at that price, for that long."""
    return f"{instances} × `{instance_type}` at ${usd_per_hour:,.2f} an hour, for up to {seconds / 3600:,.3g} h"


def within_budget(cost: float, limit: float, made_of: str) -> None:
    """Refuse what may cost more than the operators allow for one job."""
    if cost > limit:
        raise RefusedError(
            f"This job may cost ${cost:,.2f}, and a job may cost ${limit:,.2f} at most.",
            f"It is {made_of}.",
            "Take a shorter `max_run` or a smaller instance, or ask the operators to raise MAX_JOB_COST_USD.",
            field="instance",
        )
