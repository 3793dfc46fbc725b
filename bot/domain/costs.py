"""What things cost at most: prices are USD an hour and instance."""

from bot.errors import RefusedError


def usd(usd_per_hour: float, instances: int, seconds: int) -> float:
    """What so many instances cost over that time."""
    return usd_per_hour * instances * seconds / 3600


def within_budget(cost: float, limit: float, instance_type: str, limit_name: str = "MAX_JOB_COST_USD") -> None:
    """Refuse what may cost more than the operators allow for one job."""
    if cost > limit:
        raise RefusedError(
            f"This job may cost ${cost:,.2f}, and a job may cost ${limit:,.2f} at most.",
            f"`{instance_type}` is what makes it dear.",
            f"Take a smaller instance or a shorter `max_run`, or ask the operators to raise {limit_name}.",
        )
