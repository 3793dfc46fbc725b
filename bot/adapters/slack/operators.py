"""Notes to the operators: into their channel, or without one to each approver by direct message."""

import logging
from collections.abc import Callable

from slack_sdk import WebClient

from bot.adapters.slack.posting import Posting
from bot.domain.access import groups
from bot.errors import ChatError
from bot.views import operators as views
from bot.views.message import Message

log = logging.getLogger(__name__)


class SlackOperatorPost:
    """The port OperatorPost. `members` tells who is in a user group."""

    def __init__(
        self,
        client: WebClient,
        channel_id: str,
        approvers: frozenset[str],
        members: Callable[[str], frozenset[str]],
    ) -> None:
        self._posting = Posting(client)
        self._channel_id = channel_id
        self._approvers = approvers
        self._members = members

    def scope_missing(self, scope: str) -> None:
        self._tell(views.scope_missing(scope), f"scope.{scope}")

    def _tell(self, message: Message, part: str) -> None:
        """To all that can be reached; ChatError: to nobody."""
        refused: ChatError | None = None
        reached = 0
        for place in self._places():
            try:
                self._posting.post(place, message, part)
                reached += 1
            except ChatError as error:
                log.warning("operator_not_told place=%s code=%s", place, error.code)
                refused = error
        if refused and not reached:
            raise refused

    def _places(self) -> list[str]:
        if self._channel_id:
            return [self._channel_id]
        grouped = groups(self._approvers)
        people = self._approvers - frozenset(grouped)
        return sorted(people.union(*(self._members(group) for group in grouped)))
