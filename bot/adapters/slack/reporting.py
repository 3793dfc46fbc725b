"""Puts a preparation's report, a CSV with a line for each image and rule, into its card's thread, and only once."""

import logging
from collections.abc import Callable

from slack_sdk import WebClient

from bot.adapters.slack.posting import Attachment, Posting
from bot.domain.cards import Card
from bot.domain.preparations import Preparation
from bot.errors import BusyError, ChatBusyError, ChatError, PlatformError
from bot.views import datasets as views

# Its name in the bucket and in the thread.
REPORT = "report.csv"
log = logging.getLogger(__name__)


class ReportUploader:
    """`kept` reads a file that a preparation left; None where there is none."""

    def __init__(self, client: WebClient, kept: Callable[[Preparation, str], bytes | None]) -> None:
        self._posting = Posting(client)
        self._kept = kept

    def bring(self, card: Card, preparation: Preparation) -> None:
        """Upload the report if there is one; Slack or the bucket being busy is raised, so that it is tried again."""
        comment = views.report_comment(preparation, REPORT)
        if not comment:
            return
        try:
            if not self._is_there(card):
                self._upload(card, preparation, comment)
        except (ChatBusyError, BusyError):
            raise
        except (ChatError, PlatformError) as error:
            # Without files:write, or with what it read gone from the bucket, the card says the counts all the same.
            log.warning("report_not_uploaded id=%s code=%s", preparation.id, error.code)

    def _is_there(self, card: Card) -> bool:
        """Whether a crash came after the upload. The report is its file: no message of ours is about it otherwise."""
        part = f"{card.subject_id}.report"
        return bool(self._posting.posted_before(card.channel_id, part, card.message_ts, file_name=REPORT))

    def _upload(self, card: Card, preparation: Preparation, comment: str) -> None:
        report = self._kept(preparation, REPORT)
        if report is None:
            log.warning("report_missing id=%s", preparation.id)
            return
        file = Attachment(REPORT, f"Report on {preparation.name}", report, comment)
        self._posting.attach(card.channel_id, card.message_ts, file)
