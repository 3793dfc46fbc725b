"""Listener middleware that lets only those through who may."""

from collections.abc import Callable

from slack_bolt import BoltContext, BoltResponse

from bot.services.access import AccessControl


def trainers_only(context: BoltContext, next: Callable[[], BoltResponse]) -> BoltResponse:  # noqa: A002 - Bolt's name
    """Refuse whoever may not start, stop and ask; the error handler tells them."""
    access: AccessControl = context["access"]
    access.require_trainer(context.user_id or "")
    return next()
