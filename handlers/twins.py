"""Messages of which Slack may tell by two events: the first of them is taken, and the other let be."""

import threading
from collections import OrderedDict
from typing import Any

# The other event comes within seconds.
_MOST_REMEMBERED = 1000


class Twins:
    """Remembers by which kind of event a message came first. The same event sent again is taken again."""

    def __init__(self) -> None:
        self._kinds: OrderedDict[tuple[str, str, str], str] = OrderedDict()
        self._lock = threading.Lock()

    def taken(self, event: dict[str, Any]) -> bool:
        """Whether this event is to be answered."""
        edited = (event.get("edited") or {}).get("ts", "")
        with self._lock:
            first = self._kinds.setdefault((event["channel"], event["ts"], edited), str(event["type"]))
            if len(self._kinds) > _MOST_REMEMBERED:
                self._kinds.popitem(last=False)
        return first == str(event["type"])
