"""What only the operators can mend is told to them, once a day at most, and not to whoever comes upon it."""

import logging
from datetime import datetime, timedelta
from typing import Protocol

from bot.errors import ChatError
from bot.ports import Clock

AGAIN_AFTER = timedelta(days=1)
log = logging.getLogger(__name__)


class ToldRows(Protocol):
    """What the operators have been told, and when."""

    def first(self, key: str, now: datetime, again_after: timedelta) -> bool:
        """Whether it has not been told for so long; from now on it counts as told."""

    def forget(self, key: str) -> None:
        """It has not been told after all."""


class OperatorPost(Protocol):
    """Writes to the operators' channel, or else to each approver. Calls may raise a ChatError where nobody heard."""

    def scope_missing(self, scope: str) -> None: ...


class OperatorNotes:
    """Tells the operators."""

    def __init__(self, told: ToldRows, post: OperatorPost, clock: Clock) -> None:
        self._told = told
        self._post = post
        self._clock = clock

    def scope_missing(self, scope: str) -> None:
        """Slack keeps files from the bot for want of this permission; empty: it does not say why."""
        key = f"scope.{scope}"
        if not self._told.first(key, self._clock(), AGAIN_AFTER):
            return
        log.warning("scope_missing scope=%s", scope)
        try:
            self._post.scope_missing(scope)
        except ChatError as error:
            log.warning("operators_not_told code=%s", error.code)
            self._told.forget(key)
