"""What came of a replay, in the thread of the request's card: a line, and a picture of the disagreements; only once."""

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from slack_sdk import WebClient

from bot.adapters.slack.client import translated
from bot.adapters.slack.posting import EVENT_TYPE
from bot.domain import replays
from bot.domain.cards import Card
from bot.domain.replays import Pair, Replay
from bot.errors import ChatBusyError, ChatError
from bot.views.replays import replay_words

PICTURE = "replay.jpg"
log = logging.getLogger(__name__)


class SlackExhibits:
    """The port Exhibits. `sheet` draws rows of pictures with what stands before each."""

    def __init__(self, client: WebClient, sheet: Callable[[Mapping[str, Sequence[bytes]]], bytes]) -> None:
        self._client = client
        self._sheet = sheet

    def show_replay(self, card: Card, replay: Replay, pairs: Sequence[Pair]) -> None:
        part = f"{replay.id}.replay"
        if not card.message_ts or self._is_there(card, part):
            return
        words, differing = replay_words(replay, pairs), replays.disagreements(pairs)
        if not (differing and self._uploaded(card, words, self._sheet(differing))):
            self._post(card, words, part)

    def _is_there(self, card: Card, part: str) -> bool:
        """Slack takes no idempotency key. The thread's first message is the card, which is ours: so its user is us."""
        with translated("look"):
            found = self._client.conversations_replies(
                channel=card.channel_id, ts=card.message_ts, limit=200, include_all_metadata=True
            )
        messages = found["messages"]
        ours = [one for one in messages if one.get("user") == messages[0].get("user")]
        return any(_is(one, part) for one in ours)

    def _uploaded(self, card: Card, words: str, picture: bytes) -> bool:
        try:
            with translated("upload"):
                self._client.files_upload_v2(
                    content=picture,
                    filename=PICTURE,
                    title="Where the models disagree",
                    channel=card.channel_id,
                    thread_ts=card.message_ts,
                    initial_comment=words,
                )
        except ChatBusyError:
            raise
        except ChatError as error:
            # Without files:write the words alone have to do.
            log.warning("replay_picture_not_uploaded id=%s code=%s", card.subject_id, error.code)
            return False
        return True

    def _post(self, card: Card, words: str, part: str) -> None:
        metadata = {"event_type": EVENT_TYPE, "event_payload": {"id": part}}
        with translated("post"):
            self._client.chat_postMessage(
                channel=card.channel_id, thread_ts=card.message_ts, text=words, metadata=metadata
            )


def _is(message: Mapping[str, Any], part: str) -> bool:
    told = (message.get("metadata") or {}).get("event_payload", {})
    return told.get("id") == part or any(file.get("name") == PICTURE for file in message.get("files", ()))
