"""Middleware that lets only those through who may: people of this organisation, and trainers where it takes one."""

from collections.abc import Callable
from typing import Any

from slack_bolt import BoltContext, BoltResponse

from bot.errors import NotAllowedError
from bot.services.access import AccessControl

_BY_HAND = ("block_actions", "block_suggestion", "message_action", "view_submission")


def trainers_only(context: BoltContext, next: Callable[[], BoltResponse]) -> BoltResponse:  # noqa: A002 - Bolt's name
    """Refuse whoever may not start, stop and ask; the error handler tells them."""
    access: AccessControl = context["access"]
    access.require_trainer(context.user_id or "")
    return next()


def insiders_only(
    body: dict[str, Any],
    context: BoltContext,
    next: Callable[[], BoltResponse],  # noqa: A002 - Bolt's name
) -> BoltResponse:
    """Refuse the commands, clicks, searches and forms of people who share a channel with us, and not an organisation.

    Slack shows them every button: https://docs.slack.dev/apis/slack-connect/using-slack-connect-api
    """
    if "command" in body or body.get("type") in _BY_HAND:
        user = body.get("user", {})
        require_insider(context, user.get("team_id") or body.get("team_id"), user.get("enterprise_id"))
    return next()


def require_insider(context: BoltContext, *homes: str | None) -> None:
    """`homes` are the workspace and the organisation of a person, as far as Slack tells them.

    Of a member of an Enterprise organisation `team_id` may be its id.
    """
    token = context.authorize_result
    ours = {token.team_id, token.enterprise_id} - {None, ""} if token else set()
    theirs = {home for home in homes if home}
    if ours and theirs and not ours & theirs:
        raise NotAllowedError(
            "Only people of the organisation that runs this bot can do that.",
            "You share this channel with them, and not their workspace.",
            "Ask one of them.",
        )
