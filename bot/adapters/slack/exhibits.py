"""What came of a replay, in the thread of the request's card: a line, and a picture of the disagreements; only once."""

import logging
from collections.abc import Callable, Mapping, Sequence

from slack_sdk import WebClient

from bot.adapters.slack.conversations import SlackConversations
from bot.adapters.slack.posting import Attachment, Posting
from bot.domain import replays
from bot.domain.cards import Card
from bot.domain.replays import Pair, Replay
from bot.errors import ChatBusyError, ChatError
from bot.views import parts
from bot.views.replays import replay_words

PICTURE = "replay.jpg"
log = logging.getLogger(__name__)


class SlackExhibits:
    """The port Exhibits. `sheet` draws rows of pictures with what stands before each."""

    def __init__(self, client: WebClient, sheet: Callable[[Mapping[str, Sequence[bytes]]], bytes]) -> None:
        self._posting = Posting(client)
        self._conversations = SlackConversations(client)
        self._sheet = sheet

    def show_replay(self, card: Card, replay: Replay, pairs: Sequence[Pair], shared_in: str) -> None:
        part = f"{replay.id}.replay"
        if not card.message_ts or self._is_there(card, part):
            return
        differing = replays.disagreements(pairs)
        shown = bool(differing) and self._may_be_shown(card, shared_in)
        words = replay_words(replay, pairs, with_picture=shown)
        if not (shown and self._attached(card, words, self._sheet(differing))):
            self._posting.post(card.channel_id, parts.note(words), part, thread_ts=card.message_ts)

    def _may_be_shown(self, card: Card, shared_in: str) -> bool:
        """Approvers may decide elsewhere than where the images were shared, and that may be a private place."""
        if card.channel_id == shared_in:
            return True
        try:
            return self._conversations.is_public(shared_in)
        except ChatBusyError:
            raise
        except ChatError as error:
            log.info("channel_not_known channel=%s code=%s", shared_in, error.code)
            return False

    def _is_there(self, card: Card, part: str) -> bool:
        """The line, or the picture."""
        return bool(self._posting.posted_before(card.channel_id, part, thread_ts=card.message_ts, file_name=PICTURE))

    def _attached(self, card: Card, words: str, picture: bytes) -> bool:
        file = Attachment(PICTURE, "Where the models disagree", picture, words)
        try:
            self._posting.attach(card.channel_id, card.message_ts, file)
        except ChatBusyError:
            raise
        except ChatError as error:
            # Without files:write the words alone have to do.
            log.warning("replay_picture_not_uploaded id=%s code=%s", card.subject_id, error.code)
            return False
        return True
