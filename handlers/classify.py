"""`/classify`: the images of a message by its link or by a mention beside them, and the channel's settings."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from slack_bolt import Ack, App, BoltContext, BoltResponse

from bot.domain.asking import Asked, Asker, Outcome
from bot.domain.channel_settings import days_kept, switched_on
from bot.domain.hyperparameters import nearest
from bot.domain.message_links import is_link, message_link
from bot.domain.sharing import shared_message
from bot.errors import RefusedError, UsageError
from bot.services.asking import Asking
from bot.services.channel_choices import ChannelCase, ChannelChoices
from bot.services.forgetting import Forgetting
from bot.views import asking as views
from bot.views import channel_settings as settings_views
from bot.views import forgetting as forgetting_views
from bot.views import help as help_views
from bot.views.message import Message
from handlers.parsing import at_most
from handlers.replying import ack_with, tell


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody asked for by a verb: the words after it, who and where, and what it takes to do it."""

    words: tuple[str, ...]
    user_id: str
    channel_id: str
    context: BoltContext

    @property
    def choices(self) -> ChannelChoices:
        service: ChannelChoices = self.context["channel_choices"]
        return service

    def word(self) -> str:
        """The one word after the verb, or nothing."""
        at_most(self.words, 1, "/classify")
        return self.words[0] if self.words else ""


def register(app: App) -> None:
    app.command("/classify")(classify)


def classify(ack: Ack, command: dict[str, Any], context: BoltContext, asking: Asking) -> BoltResponse:
    words = tuple(command.get("text", "").replace("`", " ").split())
    mention: dict[str, Any] | None = command.get("mention")
    if mention and not words:
        return _beside(ack, mention, asking)
    if not words or words[0].lower() in ("help", "?"):
        return ack_with(ack, help_views.usage("classify"))
    if is_link(words[0]):
        at_most(words, 1, "/classify")
        return _by_link(ack, words[0], command, context, asking)
    act = VERBS.get(words[0].lower())
    if act is None:
        raise _unknown(words[0])
    return ack_with(ack, act(Wish(words[1:], command["user_id"], command["channel_id"], context)))


def _by_link(ack: Ack, link: str, command: dict[str, Any], context: BoltContext, asking: Asking) -> BoltResponse:
    """Slack is asked about the message several times; should that take longer than it waits, the reply comes later."""
    if "mention" in command:
        return ack_with(ack, views.asked(asking.ask_by_link(link, _asker(command))))
    acknowledged = ack()
    tell(context, views.asked(asking.ask_by_link(link, _asker(command))))
    return acknowledged


def _beside(ack: Ack, mention: dict[str, Any], asking: Asking) -> BoltResponse:
    """The images of the mention, and of its thread's first message; their answers come in this very thread."""
    found = _asked_beside(mention, asking)
    if not found:
        raise RefusedError(
            "There is no image beside this mention.",
            next_step="Mention me in the image's thread, or write `classify` and a link to its message.",
        )
    answered = [one for one in found if one.outcome == Outcome.ANSWERED]
    return ack_with(ack, views.asked(answered[0])) if len(answered) == len(found) else ack()


def _asked_beside(mention: dict[str, Any], asking: Asking) -> list[Asked]:
    channel_id, user_id, thread_ts = mention["channel"], mention["user"], mention.get("thread_ts") or ""
    found: list[Asked] = []
    if mention.get("files"):
        found.append(asking.ask(shared_message(mention, channel_id, user_id)))
    if thread_ts and thread_ts != mention["ts"]:
        found += asking.ask_above(channel_id, thread_ts, user_id)
    return found


def _asker(command: dict[str, Any]) -> Asker:
    return Asker(command["user_id"], command["channel_id"])


def _settings(wish: Wish) -> Message:
    at_most(wish.words, 0, "/classify")
    return _page(wish.choices.of(wish.channel_id))


def _convert(wish: Wish) -> Message:
    return _page(wish.choices.convert(wish.channel_id, wish.user_id, converts=switched_on(wish.word())))


def _keep(wish: Wish) -> Message:
    return _page(wish.choices.keep(wish.channel_id, wish.user_id, days_kept(wish.word())))


def _forget(wish: Wish) -> Message:
    link = message_link(wish.word())
    forgetting: Forgetting = wish.context["forgetting"]
    return forgetting_views.forgotten_message(forgetting.forget(link.channel_id, link.message_ts, wish.user_id))


def _page(case: ChannelCase) -> Message:
    return settings_views.settings_page(case.settings, case.endpoint)


# To be extended by a line: a verb, and what answers to it.
VERBS: Mapping[str, Callable[[Wish], Message]] = {
    "convert": _convert,
    "forget": _forget,
    "keep": _keep,
    "settings": _settings,
}


def _unknown(word: str) -> UsageError:
    like = nearest(word.lower(), list(VERBS))
    hint = f"Did you mean `{like}`?" if like else "`/classify help` shows what I understand."
    return UsageError(f"I don't know `{word}`.", next_step=hint)
