"""Has images looked at once more: those that failed, and refused ones that conversion makes what the model reads."""

from collections.abc import Callable
from datetime import datetime

from bot.domain import image_rules, uploads
from bot.domain.uploads import Upload, UploadStatus
from bot.errors import WrongStateError
from bot.ports import Clock, Endpoints, Routes, Uploads
from bot.services.classification import Classification
from bot.services.reopening import Reopening


class Repeating:
    """Anybody who sees an answer may; what somebody else has had repeated already is left alone."""

    def __init__(self, rows: tuple[Uploads, Routes, Endpoints], classification: Classification, clock: Clock) -> None:
        self._uploads, self._routes, self._endpoints = rows
        self._reopening = Reopening(self._uploads, classification, clock)

    def try_again(self, answer_id: str, by: str) -> int:
        """Look again at all of the answer's images that failed; returns how many those are."""
        return self._repeated(self._uploads.of(answer_id), _failed, by)

    def convert(self, upload_id: str, by: str) -> int:
        """Make the image what the model reads, and look at it again."""
        return self._repeated([self._uploads.get(upload_id)], _convertible, by, convert=True)

    def convert_all(self, answer_id: str, by: str) -> int:
        """The same with all of the answer's images that can be converted."""
        return self._repeated(self._uploads.of(answer_id), _convertible, by, convert=True)

    def _repeated(
        self, images: list[Upload], wanted: Callable[[Upload], bool], by: str, *, convert: bool = False
    ) -> int:
        def anew(image: Upload, now: datetime) -> Upload:
            return uploads.again(image, now, convert=convert, endpoint_name=self._answering(image))

        done = self._reopening.reopen(filter(wanted, images), by, anew)
        if not done:
            # As they are now: somebody else may have clicked in the same moment.
            raise WrongStateError(_instead([self._uploads.get(one.id) for one in images]))
        return done

    def _answering(self, image: Upload) -> str:
        """The endpoint that is to look: the one that was, or the channel's where that one is gone."""
        for name in (image.endpoint_name, self._routes.of(image.channel_id) or ""):
            endpoint = self._endpoints.named(name) if name else None
            if endpoint is not None and endpoint.answering:
                return name
        # To fail once more in the same words would look as if the click had done nothing.
        raise WrongStateError(
            f"*{image.endpoint_name}* is no longer in service, and no other endpoint answers here.",
            next_step="`/endpoints route NAME here` has one answer; then try again.",
        )


def _failed(image: Upload) -> bool:
    unanswered = image.prediction is None or not image.prediction.labels
    return image.status == UploadStatus.FAILED or (image.status == UploadStatus.ANSWERED and unanswered)


def _convertible(image: Upload) -> bool:
    return image.status == UploadStatus.REFUSED and image_rules.convertible(image.rule)


def _instead(images: list[Upload]) -> str:
    """What happened, where nothing is left to be repeated."""
    if any(image.open for image in images):
        return "I am looking at it again already."
    if any(image.status == UploadStatus.ANSWERED for image in images):
        return "It has been answered meanwhile."
    return "There is nothing to try again here any more."
