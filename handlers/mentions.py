"""`@darkroom train emoji epochs=5`: the commands' words in a message, which works in threads, where commands do not.

Each is handed to its command's own listener, so that the same words get the same answer, for the asker's eyes only.
"""

import html
import inspect
import json
import logging
import re
from collections.abc import Callable, Mapping
from typing import Any

from slack_bolt import Ack, App, BoltContext, BoltResponse
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.domain.hyperparameters import nearest
from bot.domain.sharing import shared_file
from bot.errors import DarkroomError, UsageError
from bot.services.access import AccessControl
from bot.views import errors as error_views
from bot.views import help as help_views
from bot.views.message import Message
from handlers import classify, datasets, deployments, digests, endpoints, jobs, training, tuning
from handlers.access import require_insider
from handlers.twins import Twins

COMMANDS: Mapping[str, Callable[..., BoltResponse]] = {
    "train": training.train,
    "tune": tuning.tune,
    "datasets": datasets.datasets,
    "jobs": jobs.jobs,
    "deploy": deployments.deploy,
    "endpoints": endpoints.endpoints,
    "classify": classify.classify,
    "digest": digests.digest,
}
# As commands, these are for trainers by a middleware of theirs.
_TRAINERS_ONLY = ("train", "deploy")
# Whoever says so wants no answer.
_COURTESIES = frozenset({"thanks", "thank", "thx", "ty", "ok", "okay", "great", "nice", "bye"})
# Slack's clients make links of what looks like one: https://docs.slack.dev/messaging/formatting-message-text#links
_LINK = re.compile(r"<(?:https?|mailto):[^<>|]+\|([^<>]+)>")
log = logging.getLogger(__name__)


def register(app: App) -> None:
    app.event("app_mention")(mentioned)


def mentioned(event: dict[str, Any], client: WebClient, context: BoltContext) -> None:
    twins: Twins = context["twins"]
    if event.get("bot_id") or not event.get("user") or not twins.taken(event):
        return
    try:
        said = _answer(event, client, context)
    except DarkroomError as error:
        log.info("refused kind=%s user=%s", type(error).__name__, event["user"])
        said = error_views.problem(error)
    if said:
        _whisper(said, event, client)


def is_to_us(event: dict[str, Any], context: BoltContext) -> bool:
    """Whether a message speaks to us where that may bring no `app_mention`.

    Slack documents that direct messages bring none, and developers report both of those among several people:
    https://docs.slack.dev/reference/events/app_mention, https://github.com/slackapi/bolt-js/issues/817. Whoever writes
    to us alone need not mention us; what they add in a thread may be a note of their own.
    """
    text = event.get("text") or ""
    is_named = f"<@{context.bot_user_id}" in text
    match event.get("channel_type"):
        case "mpim":
            return is_named
        case "im":
            return bool(text) and not event.get("files") and (is_named or "thread_ts" not in event)
    return False


def spoken(text: str, bot_user_id: str) -> str:
    """What follows the mention, as it was typed, or copied from help with its backticks."""
    _, _, after = text.partition(f"<@{bot_user_id}")
    words = after.partition(">")[2] if after else text
    return html.unescape(_LINK.sub(r"\1", words)).replace("`", " ").strip()


def _answer(event: dict[str, Any], client: WebClient, context: BoltContext) -> Message | None:
    """What the asker reads; nothing where the answer comes in the thread by itself."""
    word, rest = (*spoken(event.get("text", ""), context.bot_user_id or "").split(None, 1), "", "")[:2]
    name = word.lower().removeprefix("/")
    if name not in (*COMMANDS, "help") and _brings_images(event):
        # An image beside a mention is a question, whatever the words. The message is an event of its own, too.
        name, rest = "classify", ""
    if (name == "classify" and not rest and "edited" in event) or name.strip("!.,") in _COURTESIES:
        return None
    if name in ("", "help", "?", "hi", "hello"):
        return help_views.usage(rest)
    if name not in COMMANDS:
        like = nearest(name, list(COMMANDS))
        hint = f"Did you mean `{like}`?" if like else "`help` tells what I understand."
        raise UsageError(f"I don't know `{word}`.", next_step=hint)
    require_insider(context, event.get("user_team"))
    if name in _TRAINERS_ONLY:
        access: AccessControl = context["access"]
        access.require_trainer(event["user"])
    return _heard(name, rest, event, client, context)


def _brings_images(event: dict[str, Any]) -> bool:
    return any(shared_file(file).may_be_image for file in event.get("files") or ())


def _heard(name: str, text: str, event: dict[str, Any], client: WebClient, context: BoltContext) -> Message | None:
    """What the command's listener answers; the message's place and time are the same when Slack sends it again."""
    command = {
        "text": text,
        "user_id": event["user"],
        "channel_id": event["channel"],
        "trigger_id": f"{event['channel']}.{event['ts']}",
        "mention": event,
    }
    given = {**context, "command": command, "client": client, "context": context}
    given["ack"] = Ack()  # type: ignore[no-untyped-call]  # Bolt's
    listener = COMMANDS[name]
    try:
        response = listener(**{wanted: given[wanted] for wanted in inspect.signature(listener).parameters})
    except SlackApiError as error:
        if not str(getattr(error.response, "api_url", "")).endswith("views.open"):
            raise
        # Only commands and clicks carry what Slack opens a form for.
        next_step = f"Write the words along, or type `/{name}` in the channel."
        raise UsageError("A mention cannot open a form.", next_step=next_step) from None
    reply = json.loads(response.body or "{}")
    return Message(reply["text"], reply["blocks"]) if reply else None


def _whisper(said: Message, event: dict[str, Any], client: WebClient) -> None:
    """Where they asked: Slack shows an ephemeral message in a thread only where there is one already."""
    place = {"channel": event["channel"], "user": event["user"], "thread_ts": event.get("thread_ts")}
    try:
        client.chat_postEphemeral(text=said.text, blocks=said.blocks, **place)
    except SlackApiError as error:
        # What was asked for is done; sent again, it would be refused again.
        log.warning("mention_not_answered channel=%s code=%s", event["channel"], error.response.get("error", ""))
