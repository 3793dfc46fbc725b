"""What an endpoint costs and what it saves to delete it, in words."""

from datetime import datetime

from bot.domain.endpoints import Endpoint, Hosting, Kind
from bot.domain.holdings import Holding
from bot.views import figures, parts

# Of the month's figure only the size matters.
DAYS_A_MONTH = 30


def saved(hosting: Hosting) -> str:
    """`That saves $2.76 a day, about $82.80 a month.`; nothing where there is nothing to say."""
    if hosting.kind == Kind.SERVERLESS:
        return "It cost nothing while idle; its name and its configuration are free again."
    day = hosting.cost_per_day
    if day is None:
        return ""
    return f"That saves {figures.money(day)} a day, about {figures.money(day * DAYS_A_MONTH)} a month."


def why_deleted(endpoint: Endpoint) -> str:
    """Why it went where nobody asked for that."""
    match endpoint.deleted_because:
        case "ending":
            return "its lease ended, and nobody kept it"
        case "idle":
            return "nobody used it, and nobody kept it"
        case _:
            return ""


def farewell(endpoint: Endpoint) -> str:
    """Why it is deleted, and what that saves."""
    because = why_deleted(endpoint)
    if endpoint.deleted_by:
        told = f"Deletion asked for by {parts.mention(endpoint.deleted_by)}"
    else:
        told = f"{because[0].upper()}{because[1:]}" if because else "Deleted outside of this bot"
    saves = saved(endpoint.hosting) if endpoint.hosting.kind == Kind.REALTIME else ""
    return f"{told}. {saves}" if saves else told


def so_far(holding: Holding, now: datetime) -> str:
    """`$0.80 so far`; nothing before it is in service, and where it is not known."""
    cost = holding.cost_so_far(now)
    if holding.endpoint.in_service_at is None or cost is None:
        return ""
    return f"{figures.money(cost)} so far"


def cost(holding: Holding, now: datetime) -> str:
    """`$0.80 so far, $2.76 a day`."""
    told = filter(None, (so_far(holding, now), _a_day(holding)))
    return ", ".join(told)


def _a_day(holding: Holding) -> str:
    day = holding.cost_a_day
    if holding.endpoint.hosting.kind == Kind.SERVERLESS:
        return f"{figures.money(day)} a day at this use" if day else "nothing while idle"
    return figures.UNKNOWN_PRICE if day is None else f"{figures.money(day)} a day"
