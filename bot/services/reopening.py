"""Has images that came to an end looked at from the beginning, as somebody wishes."""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime

from bot.domain.forgetting import is_forgotten
from bot.domain.uploads import Upload
from bot.errors import StaleError
from bot.ports import Clock, Uploads
from bot.services.classification import Classification

log = logging.getLogger(__name__)


class Reopening:
    """What somebody else was quicker with is left alone, and so is what was forgotten: nothing leads to its file."""

    def __init__(self, uploads: Uploads, classification: Classification, clock: Clock) -> None:
        self._uploads = uploads
        self._classification = classification
        self._clock = clock

    def reopen(self, found: Iterable[Upload], by: str, anew: Callable[[Upload, datetime], Upload]) -> int:
        """Save each image as `anew` makes it at this moment; returns how many those are."""
        now = self._clock()
        done = sum(self._saved(anew(one, now), by) for one in found if not is_forgotten(one))
        if done:
            self._classification.wake()
        return done

    def _saved(self, image: Upload, by: str) -> bool:
        try:
            self._uploads.save(image, by)
        except StaleError:
            log.info("upload_moved_on id=%s", image.id)
            return False
        log.info("upload_reopened id=%s by=%s convert=%s", image.id, by, image.convert)
        return True
