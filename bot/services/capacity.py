"""How many images each endpoint may be asked about at once, over all workers, and which endpoints may be asleep."""

from collections.abc import Collection, Mapping

from bot.domain import uploads
from bot.domain.endpoints import Endpoint
from bot.ports import Clock, Endpoints, Uploads


class Capacity:
    """Reads it from the rows, for no process knows of the others."""

    def __init__(self, rows: tuple[Uploads, Endpoints], clock: Clock) -> None:
        self._uploads, self._endpoints = rows
        self._clock = clock

    def rooms(self) -> Mapping[str, int]:
        """For each endpoint that has open images, how many of them may be in hand.

        While many endpoints may be asleep those wait for each other, and never hold up one that is awake; nor does one
        that hangs, or goes to sleep unnoticed.
        """
        in_hand = self._uploads.in_hand(self._clock())
        found = {name: endpoint for name in in_hand if (endpoint := self._endpoints.named(name))}
        asleep = self.asleep(found.values())
        probing = sum(in_hand[name] for name in found if found[name].id in asleep)
        total = sum(in_hand.values())
        rooms = {
            name: uploads.share(uploads.room(one, asleep=one.id in asleep), total - in_hand[name])
            for name, one in found.items()
        }
        if probing >= uploads.MOST_PROBES:
            rooms |= {name: 0 for name, one in found.items() if one.id in asleep}
        return rooms

    def full(self) -> list[str]:
        """The endpoints that have as many images in hand as there may be."""
        in_hand, rooms = self._uploads.in_hand(self._clock()), self.rooms()
        return [name for name, room in rooms.items() if in_hand.get(name, 0) >= room]

    def asleep(self, endpoints: Collection[Endpoint]) -> frozenset[str]:
        """The ids of those that may have to wake up first."""
        last = self._uploads.last_answered([one.id for one in endpoints])
        now = self._clock()
        return frozenset(one.id for one in endpoints if uploads.may_sleep(one, last.get(one.id), now))
