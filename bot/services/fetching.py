"""Files on their way from Slack: what they are where an event only hinted at them, and why one does not come."""

import logging
from typing import Protocol

from bot.domain import sharing, uploads
from bot.domain.image_rules import MAX_BYTES
from bot.domain.sharing import SharedFile
from bot.domain.uploads import Upload
from bot.errors import ChatBusyError, ChatError, MissingScopeError, RefusedError
from bot.ports import Answers, Clock, Files
from bot.services.operator_notes import OperatorNotes

log = logging.getLogger(__name__)


class DescribedFiles(Files, Protocol):
    """Files that Slack also describes."""

    def describe(self, file_id: str) -> SharedFile:
        """What Slack tells of a file. RefusedError: it was deleted, or the bot may not see it any more."""


class Fetching:
    """Gets people's files from Slack."""

    def __init__(self, files: DescribedFiles, answers: Answers, operators: OperatorNotes, clock: Clock) -> None:
        self._files = files
        self._answers = answers
        self._operators = operators
        self._clock = clock

    def described(self, upload: Upload) -> Upload:
        """The upload with what Slack tells of its file. What is no image is dropped, unless somebody asked about it."""
        asked = bool(self._answers.get(upload.answer_id).asked_by)
        try:
            file = self._described(upload)
        except RefusedError:
            if asked:
                raise
            return uploads.dropped(upload)
        if not asked and not file.is_image:
            return uploads.dropped(upload)
        if refusal := sharing.impossible(file):
            raise refusal
        if not file.url:
            raise ChatBusyError("Slack has not taken the file in yet.", code="no_url")
        return uploads.described(upload, file, self._clock())

    def fetch(self, upload: Upload, most_bytes: int = MAX_BYTES) -> bytes:
        """The file's bytes; raises what a person can read of why there are none."""
        try:
            return self._files.fetch(upload.url, most_bytes)
        except (ChatBusyError, RefusedError):
            raise
        except ChatError as error:
            log.warning("file_withheld upload=%s code=%s", upload.id, error.code)
            self._explain(upload)
            # Slack describes the file, which takes the same scope, and does not give it: nobody knows what is missing.
            self._operators.scope_missing("")
            raise _withheld() from error

    def _explain(self, upload: Upload) -> None:
        """Raise the reason for which Slack sends a web page instead of the file, where it tells one."""
        refusal = sharing.impossible(self._described(upload))
        if refusal and refusal.code in ("deleted", "hidden_by_limit"):
            raise refusal

    def _described(self, upload: Upload) -> SharedFile:
        try:
            return self._files.describe(upload.file_id)
        except MissingScopeError as error:
            self._operators.scope_missing(error.scope or "files:read")
            raise _withheld() from error


def _withheld() -> ChatError:
    return ChatError("Slack does not let me read this file.", next_step="Those who run me have been told.")
