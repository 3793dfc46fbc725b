"""Who is in which user group, remembered for a while because Slack allows few such questions a minute."""

import logging
import threading
import time
from collections.abc import Callable

from slack_sdk import WebClient

from bot.adapters.slack.client import translated
from bot.errors import ChatError

REMEMBERED_SECONDS = 300.0
FAILED_SECONDS = 20.0
log = logging.getLogger(__name__)


class SlackDirectory:
    """Implements the port `Directory`. A group that cannot be read counts as it was last known, at first as empty."""

    def __init__(self, client: WebClient, clock: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._clock = clock
        self._known: dict[str, tuple[float, frozenset[str]]] = {}
        self._lock = threading.Lock()

    def members(self, group_id: str) -> frozenset[str]:
        with self._lock:
            read_at, members = self._known.get(group_id, (float("-inf"), frozenset[str]()))
            if self._clock() - read_at < REMEMBERED_SECONDS:
                return members
            return self._read(group_id, members)

    def _read(self, group_id: str, last_known: frozenset[str]) -> frozenset[str]:
        try:
            with translated("user group"):
                members = frozenset(self._client.usergroups_users_list(usergroup=group_id)["users"])
        except ChatError as error:
            # plan_upgrade_required: user groups need a paid plan of Slack.
            log.warning("user_group_not_read group=%s code=%s", group_id, error.code)
            # Not asked again at every click while Slack fails: a listener has three seconds.
            self._known[group_id] = (self._clock() - REMEMBERED_SECONDS + FAILED_SECONDS, last_known)
            return last_known
        self._known[group_id] = (self._clock(), members)
        return members
