"""Says in channels what a live model could learn from, and what becomes of it: one message for each lot."""

from slack_sdk import WebClient

from bot.adapters.slack.posting import Posting
from bot.domain.retrainings import Retraining
from bot.errors import NoMessageError
from bot.views.retrainings import retraining_message


class SlackRetrainingTeller:
    """The port RetrainingTeller."""

    def __init__(self, client: WebClient) -> None:
        self._posting = Posting(client)

    def tell(self, retraining: Retraining) -> str:
        message_ts = retraining.message_ts or self._posted_before(retraining)
        message = retraining_message(retraining)
        if not message_ts:
            return self._posting.post(retraining.channel_id, message, retraining.id, joins=False)[1]
        try:
            self._posting.update(retraining.channel_id, message_ts, message)
        except NoMessageError:
            # Somebody deleted it; once is enough.
            return message_ts
        return message_ts

    def _posted_before(self, retraining: Retraining) -> str:
        """What was posted before a crash, or before an answer of Slack's that was lost, is found there."""
        if retraining.tries <= 1:
            return ""
        return self._posting.posted_before(retraining.channel_id, retraining.id, since=retraining.offered_at)
