"""Which endpoint answers a channel's images, when one comes into service and when one goes."""

from bot.domain.endpoints import Endpoint, EndpointStatus
from bot.ports import Endpoints, Routes


def hand_over(leaving: Endpoint, endpoints: Endpoints, routes: Routes) -> None:
    """Take the endpoint off its channels; the newest other one of its own channel takes its place there, if any."""
    answered_here = routes.of(leaving.channel_id) == leaving.name
    routes.drop(leaving.name)
    others = [one for one in endpoints.live() if _could_answer(one, leaving)]
    if answered_here and others:
        newest = max(others, key=lambda one: one.in_service_at or one.created_at)
        routes.set(leaving.channel_id, newest.name)


def _could_answer(one: Endpoint, leaving: Endpoint) -> bool:
    return one.id != leaving.id and one.channel_id == leaving.channel_id and one.status == EndpointStatus.IN_SERVICE
