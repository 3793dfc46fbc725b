"""Forgets pictures: everything that was kept of them goes, and what cannot be undone is said."""

import logging
from collections.abc import Sequence

from bot.domain import answers
from bot.domain.forgetting import Forgotten, is_forgotten
from bot.domain.uploads import Upload
from bot.errors import NotAllowedError, NotFoundError
from bot.ports import DataSets, Endpoints, KeptPictures, Uploads, Wakeup
from bot.services.access import AccessControl

log = logging.getLogger(__name__)


class Forgetting:
    """Needs nothing of Slack, so that it works when the message or the file is gone there."""

    def __init__(
        self,
        rows: tuple[Uploads, KeptPictures, Endpoints, DataSets],
        access: AccessControl,
        wakeups: tuple[Wakeup, Wakeup],
    ) -> None:
        self._uploads, self._kept, self._endpoints, self._data_sets = rows
        self._access = access
        self._answer_lane, self._keeping_lane = wakeups

    def forget(self, channel_id: str, message_ts: str, by: str) -> Forgotten:
        """Forget the pictures of a message, and the same files wherever else they were shared."""
        found = self._uploads.of(answers.answer_id(channel_id, message_ts))
        if not found:
            raise NotFoundError(
                "I know no picture of that message, so there is nothing to forget.",
                next_step="Copy the link of the message with the picture itself, not of my answer.",
            )
        self._require_say(found, by)
        return self._forget([one for one in found if not is_forgotten(one)], found, by)

    def file_gone(self, file_id: str) -> Forgotten:
        """Whoever deleted the file in Slack wants no copy of it kept."""
        return self._forget(self._kept.of_files([file_id]), (), "")

    def message_gone(self, channel_id: str, message_ts: str) -> Forgotten:
        """The pictures of a message that was deleted; the same files may be shared in others still."""
        found = self._uploads.of(answers.answer_id(channel_id, message_ts))
        return self._done([one for one in found if not is_forgotten(one)], "")

    def _forget(self, found: Sequence[Upload], all_of_it: Sequence[Upload], by: str) -> Forgotten:
        shared = self._kept.of_files([one.file_id for one in found])
        everywhere = {one.id: one for one in (*all_of_it, *found, *shared)}
        return self._done(list(everywhere.values()), by)

    def _done(self, images: Sequence[Upload], by: str) -> Forgotten:
        if not images:
            return Forgotten(0, 0)
        kept = self._kept.forget(images, by)
        self._answer_lane.call()
        self._keeping_lane.call()
        log.info("pictures_forgotten by=%s images=%s kept=%s", by, len(images), len(kept))
        versions, known = self._kept.versions_with([one.id for one in images]), self._data_sets.all()
        return Forgotten(
            pictures=len(images),
            kept=len(kept),
            data_sets=tuple(sorted({one.data_set for one in kept})),
            versions=tuple(name for name in versions if name in known),
            former=tuple(name for name in versions if name not in known),
        )

    def _require_say(self, images: Sequence[Upload], by: str) -> None:
        """Whose pictures they are, whose endpoint answered them, or an approver."""
        endpoints = [self._endpoints.named(one.endpoint_name) for one in images]
        owners = {endpoint.owner for endpoint in endpoints if endpoint}
        if all(one.user_id == by for one in images) or by in owners or self._access.is_approver(by):
            return
        raise NotAllowedError(
            f"These pictures are <@{images[0].user_id}>'s.",
            next_step="They can have them forgotten, and so can the endpoint's owner and approvers.",
        )
