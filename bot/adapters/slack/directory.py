"""Who is in which user group, remembered for a while because Slack allows few such questions a minute."""

import logging
import threading
import time
from collections.abc import Callable

from slack_sdk import WebClient

from bot.adapters.slack.client import translated
from bot.errors import ChatBusyError, ChatError

REMEMBERED_SECONDS = 300.0
FAILED_SECONDS = 20.0
# A listener has three seconds, and may ask for several groups.
ANSWER_SECONDS = 1
_Members = frozenset[str] | None
log = logging.getLogger(__name__)


class SlackDirectory:
    """Implements the port `Directory`. A group that cannot be read counts as it was last known.

    One that was never read is empty where Slack refuses, and a ChatBusyError where Slack may answer the next time.
    """

    def __init__(self, client: WebClient, clock: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._clock = clock
        self._known: dict[str, tuple[float, _Members]] = {}
        self._lock = threading.Lock()

    def members(self, group_id: str) -> frozenset[str]:
        with self._lock:
            until, members = self._known.get(group_id, (float("-inf"), None))
            if self._clock() >= until:
                members = self._read(group_id, members)
        if members is None:
            raise ChatBusyError("I cannot read right now who is in the user group; try again in half a minute.")
        return members

    def _read(self, group_id: str, last_known: _Members) -> _Members:
        members, seconds = last_known, FAILED_SECONDS
        try:
            with translated("user group"):
                answer = self._client.usergroups_users_list(usergroup=group_id)
            members, seconds = frozenset(answer["users"]), REMEMBERED_SECONDS
        except ChatError as error:
            # plan_upgrade_required: user groups need a paid plan of Slack.
            log.warning("user_group_not_read group=%s code=%s", group_id, error.code)
            if last_known is None and not isinstance(error, ChatBusyError):
                members = frozenset()
        # After a failure too: not asked again at every click while Slack fails.
        self._known[group_id] = (self._clock() + seconds, members)
        return members
