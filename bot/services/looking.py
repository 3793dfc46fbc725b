"""Looks at one image that somebody shared: fetched, made what the model reads, and shown to it."""

import logging
import time
from collections.abc import Callable

from bot.domain import image_rules, predictions, releases, uploads
from bot.domain.conversion import made_of
from bot.domain.endpoints import Endpoint
from bot.domain.image_rules import FORMATS, MOST_BYTES_TO_CONVERT
from bot.domain.predictions import Prediction
from bot.domain.uploads import Upload
from bot.errors import BusyError, ChatBusyError, DarkroomError, PlatformError, RefusedError
from bot.ports import ChannelRows, Clock, Endpoints, Images, ModelHosting
from bot.services.fetching import Fetching
from bot.services.taking import taken

# https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpoint.html#API_runtime_InvokeEndpoint_Errors
_NOT_READY = "ModelNotReadyException"
log = logging.getLogger(__name__)


class Looking:
    """What becomes of an image, whatever happens on the way."""

    def __init__(
        self,
        rows: tuple[Endpoints, ChannelRows],
        vendors: tuple[Fetching, Images, ModelHosting],
        clock: Clock,
        stopwatch: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._endpoints, self._channels = rows
        self._files, self._images, self._hosting = vendors
        self._clock = clock
        self._stopwatch = stopwatch

    def at(self, upload: Upload) -> Upload:
        """The upload with what came of looking at it: an answer, a reason why there is none, or a later time."""
        endpoint, now = self._endpoints.named(upload.endpoint_name), self._clock()
        if uploads.exhausted(upload):
            return uploads.failed(upload, upload.problem or "I tried several times and could not read it.", now)
        if endpoint is None or not endpoint.answering:
            return uploads.failed(upload, f"The endpoint {upload.endpoint_name} is no longer in service.", now)
        if releases.changes_answers(self._endpoints.releases(endpoint.name)):
            return uploads.held(upload, f"{endpoint.name} is changing to another model.", now)
        return self._tried(upload, endpoint)

    def _tried(self, upload: Upload, endpoint: Endpoint) -> Upload:
        try:
            if upload.hinted:
                return self._files.described(upload)
            with image_rules.named(upload.file_name):
                image, content_type, made = self._read(upload)
            prediction = self._asked(endpoint, image, content_type)
            return uploads.answered(upload, prediction, endpoint.id, self._clock(), made)
        except ChatBusyError as error:
            log.info("file_awaited id=%s code=%s", upload.id, error.code)
            return uploads.postponed(upload, uploads.WITHHELD, self._clock())
        except BusyError as error:
            problem = uploads.WAKING_UP if error.code == _NOT_READY else error.what
            return uploads.postponed(upload, problem, self._clock())
        except RefusedError as error:
            return uploads.refused(upload, error.sentences, self._clock(), error.code)
        except DarkroomError as error:
            return uploads.failed(upload, error.sentences, self._clock())

    def _read(self, upload: Upload) -> tuple[bytes, str, str]:
        """The image as it may leave for an endpoint, its content type, and what was done to it for that."""
        converts = upload.convert or self._channels.of(upload.channel_id).converts
        if not converts or upload.size > MOST_BYTES_TO_CONVERT:
            image_rules.check_size(upload.file_name, upload.size)
        image = self._files.fetch(upload, MOST_BYTES_TO_CONVERT)
        facts = self._images.look(image)
        try:
            image_rules.check_image(upload.file_name, facts)
        except RefusedError as error:
            if not converts or not image_rules.convertible(error.code):
                raise
            image = self._images.converted(image)
            return image, FORMATS[self._images.look(image).format], made_of(facts)
        return self._images.cleaned(image), FORMATS[facts.format], ""

    def _asked(self, endpoint: Endpoint, image: bytes, content_type: str) -> Prediction:
        body = taken(endpoint, image, content_type, self._images)
        began = self._stopwatch()
        probabilities = self._hosting.invoke(endpoint.name, *body)
        try:
            return predictions.ranked(endpoint.classes, probabilities, self._stopwatch() - began)
        except RefusedError as error:
            # It is the model's fault, and with another one the image can be tried again.
            raise PlatformError(error.what) from error
