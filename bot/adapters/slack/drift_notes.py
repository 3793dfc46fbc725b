"""Tells channels that a release no longer meets what it was trained for."""

from slack_sdk import WebClient

from bot.adapters.slack.posting import Posting
from bot.domain.drift import DriftNote
from bot.views.drift_notes import drift_note


class SlackDriftTeller:
    """The port DriftTeller."""

    def __init__(self, client: WebClient) -> None:
        self._posting = Posting(client)

    def tell(self, note: DriftNote) -> None:
        # What was posted before a crash, or before an answer of Slack's that was lost, is found there.
        if note.tries > 1 and self._posting.posted_before(note.channel_id, note.id, since=note.seen_at):
            return
        self._posting.post(note.channel_id, drift_note(note), note.id, joins=False)
