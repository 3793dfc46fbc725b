"""What people say of answers: one opinion of each person and image is taken down, and the worker does what follows."""

import logging

from bot.domain import feedback, forgetting
from bot.domain.feedback import Opinion, Say, Verdict
from bot.domain.saying import CLASS, Asked, Said
from bot.domain.uploads import UploadStatus
from bot.errors import ChatBusyError, FieldError, NotFoundError, WrongStateError
from bot.ports import Answers, ChannelRows, Clock, Endpoints, Opinions, Uploads, Wakeup
from bot.services.access import AccessControl

log = logging.getLogger(__name__)


class Feedback:
    """Takes down what people say. Who may is settled before: everybody of the organisation."""

    def __init__(
        self,
        rows: tuple[Uploads, Answers, Endpoints, Opinions, ChannelRows],
        access: AccessControl,
        wakeups: tuple[Wakeup, Wakeup],
        clock: Clock,
    ) -> None:
        self._uploads, self._answers, self._endpoints, self._opinions, self._settings = rows
        self._access = access
        self._answer_lane, self._keeping_lane = wakeups
        self._clock = clock

    def asked(self, upload_id: str, user_id: str) -> Asked:
        """The image that somebody wants to say something of; WrongStateError says what has happened to it since."""
        upload = self._uploads.get(upload_id)
        if forgetting.is_forgotten(upload):
            raise WrongStateError("This picture was forgotten meanwhile, so nothing more can be said of it.")
        prediction = upload.prediction
        if upload.status != UploadStatus.ANSWERED or prediction is None or not prediction.labels:
            raise WrongStateError("There is no answer here that could be right or wrong.")
        living = self._endpoints.named(upload.endpoint_name)
        endpoint = self._endpoints.find(upload.release) or living
        if endpoint is None:
            raise NotFoundError(f"*{upload.endpoint_name}* is gone, and with it what its model knew.")
        mine = next((one for one in self._said_of(upload_id) if one.user_id == user_id), None)
        thread_ts = self._answers.get(upload.answer_id).thread_ts
        return Asked(upload, prediction, endpoint, living is not None and living.answering, thread_ts, mine)

    def right(self, upload_id: str, user_id: str) -> Said:
        """The model is right, says this person."""
        asked = self.asked(upload_id, user_id)
        return self._take_down(asked, user_id, Say.LABEL, asked.prediction.labels[0].name)

    def agree(self, upload_id: str, user_id: str, key: str) -> Said:
        """It is what others said, of whom this `key` stands for one side, says this person."""
        asked = self.asked(upload_id, user_id)
        verdict = feedback.verdict(self._said_of(upload_id))
        side = next((one for one in verdict.sides if one.key == key), None) if verdict else None
        if side is None:
            raise WrongStateError("Nobody says so any more.", next_step="*Change* says what it is.")
        return self._take_down(asked, user_id, side.say, side.label)

    def say(self, upload_id: str, user_id: str, say: Say, key: str = "") -> Said:
        """It shows the class of this key, or none, or is no fair picture, says somebody; they may change their mind."""
        asked = self.asked(upload_id, user_id)
        if say != Say.LABEL:
            return self._take_down(asked, user_id, say, "")
        if not key:
            raise FieldError(CLASS, "Choose the class that it shows.")
        label = asked.class_of(key)
        if label is None:
            raise FieldError(CLASS, "The model knows no such class.", "Choose one of the list, or `None of these`.")
        return self._take_down(asked, user_id, say, label)

    def _take_down(self, asked: Asked, user_id: str, say: Say, label: str) -> Said:
        upload = asked.upload
        opinion = Opinion(upload.id, user_id, say, label, self._clock(), self._decides(asked, user_id))
        is_new = self._opinions.give(opinion)
        verdict = feedback.verdict(self._said_of(upload.id)) or Verdict(say, label, (user_id,))
        if is_new:
            log.info("opinion_given upload=%s by=%s say=%s", upload.id, user_id, say)
        self._answer_lane.call()
        self._keeping_lane.call()
        return Said(asked, opinion, verdict, is_new, is_new and self._is_to_be_told(asked, opinion))

    def _decides(self, asked: Asked, user_id: str) -> bool:
        """Whose word settles what others differ about; the endpoint as it is now may be another's."""
        living = self._endpoints.named(asked.upload.endpoint_name) or asked.endpoint
        try:
            return user_id == living.owner or self._access.is_approver(user_id)
        except ChatBusyError as error:
            # What they say counts all the same; it decides once they say it again.
            log.info("approver_unknown user=%s code=%s", user_id, error.code)
            return False

    def _said_of(self, upload_id: str) -> list[Opinion]:
        return list(self._opinions.of([upload_id]).get(upload_id, ()))

    def _is_to_be_told(self, asked: Asked, opinion: Opinion) -> bool:
        """A person's first correction in a channel that keeps no pictures, where it can teach the model nothing."""
        channel_id, first = asked.upload.channel_id, asked.prediction.labels[0].name
        # Whatever is set, there is nothing to learn from what has no label.
        if opinion.say != Say.LABEL or opinion.label == first or self._settings.of(channel_id).keeps:
            return False
        return self._opinions.first_hint(opinion.user_id, channel_id)
