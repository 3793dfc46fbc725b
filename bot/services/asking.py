"""Every way by which images come in or are asked for; what comes of it is said in the thread of their message."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from bot.domain import answers, message_links, uploads
from bot.domain.answers import Answer
from bot.domain.asking import ANEW, Asked, Asker, Outcome, is_direct, outcome
from bot.domain.endpoints import Endpoint
from bot.domain.message_links import MessageLink
from bot.domain.sharing import SharedFile, SharedMessage
from bot.domain.uploads import Upload, UploadStatus
from bot.errors import NoMessageError, NoPlaceError, NotAllowedError, NotFoundError, RefusedError, StaleError
from bot.ports import Answers, Clock, Endpoints, Routes, Uploads
from bot.services.classification import Classification
from bot.services.reopening import Reopening

# Of those that wait for a choice in one conversation.
MOST_WAITING = 200
TURNS = 3
log = logging.getLogger(__name__)


class Conversations(Protocol):
    """What is said in Slack, and who sees it. Calls may raise ChatBusyError, MissingScopeError or NoPlaceError."""

    def message(self, channel_id: str, message_ts: str, thread_ts: str = "") -> SharedMessage:
        """A message with all of its files, asked for by nobody. NoMessageError: it is gone."""

    def shown_to(self, channel_id: str, user_id: str) -> bool:
        """Whether the person can read the conversation: a public channel, or one that they are in."""

    def link(self, channel_id: str, message_ts: str) -> str:
        """The address of a message; empty where Slack does not tell. NoMessageError: it is gone."""

    def workspace_url(self) -> str:
        """The address at which our workspace is; empty where Slack does not tell."""


class _GoneError(RefusedError):
    """The message that was asked for was deleted."""


class Asking:
    """Has the images classified that are shared where they are answered, or that somebody asks for."""

    def __init__(
        self,
        rows: tuple[Uploads, Answers, Routes, Endpoints],
        classification: Classification,
        conversations: Conversations,
        clock: Clock,
    ) -> None:
        self._uploads, self._answers, self._routes, self._endpoints = rows
        self._classification = classification
        self._conversations = conversations
        self._clock = clock
        self._reopening = Reopening(self._uploads, classification, clock)

    def shared(self, message: SharedMessage, *, direct: bool = False) -> int:
        """Files were shared: a channel's images are answered where it has an endpoint, and direct messages always ask.

        Whoever sends a file to the bot itself hears of it whatever it is; a channel's other files are its own affair.
        """
        files = message.files if direct else tuple(file for file in message.files if file.may_be_image)
        if not files:
            return 0
        if direct:
            asked = replace(message, asked_by=message.user_id)
            return self._classification.record(asked, self._endpoint_for(asked.channel_id))
        return self._classification.receive(replace(message, files=files))

    def ask(self, message: SharedMessage) -> Asked:
        """Somebody asks for the images of a message that they see, once more perhaps."""
        if not message.files:
            raise RefusedError("This message has no images.", next_step="Ask for one that has.")
        endpoint_name = self._endpoint_for(message.channel_id)
        if not endpoint_name and not is_direct(message.channel_id):
            raise self._unrouted(message.channel_id)
        new = self._classification.record(message, endpoint_name)
        return self._told(message, endpoint_name, new)

    def ask_at(self, channel_id: str, message_ts: str, thread_ts: str, by: str) -> Asked:
        """The same of a message whose files Slack is to tell first."""
        return self.ask(replace(self._read(channel_id, message_ts, thread_ts), asked_by=by))

    def ask_above(self, channel_id: str, thread_ts: str, by: str) -> list[Asked]:
        """The same of a thread's first message, where it has files at all."""
        try:
            message = self._read(channel_id, thread_ts, "")
        except _GoneError:
            return []
        return [self.ask(replace(message, asked_by=by))] if message.files else []

    def ask_by_link(self, text: str, asker: Asker) -> Asked:
        """The same of the message to which a link leads, if the asker can see it."""
        link = message_links.message_link(text)
        try:
            message = self._seen_by(asker, link)
        except RefusedError:
            if message_links.leads_elsewhere(link, self._conversations.workspace_url()):
                raise RefusedError(
                    f"This link leads to another workspace, {link.host}.",
                    "I read only the one that I am installed in.",
                    "Share the image here.",
                ) from None
            raise
        return self.ask(replace(message, asked_by=asker.user_id))

    def choose(self, channel_id: str, endpoint_id: str, by: str) -> Endpoint:
        """Have the endpoint answer what waits in a direct message, and whatever is shared there from now on."""
        if not is_direct(channel_id):
            raise NotAllowedError(
                "Here a channel's endpoint answers.", next_step="`/endpoints route NAME #channel` sets it."
            )
        endpoint = next((one for one in self.choices() if one.id == endpoint_id), None)
        if endpoint is None:
            raise NotFoundError("This endpoint is no longer in service.", next_step="Choose another one.")
        self._routes.set(channel_id, endpoint.name, by)
        waiting = [one for one in self._uploads.latest(channel_id, MOST_WAITING) if one.undecided]
        self._anew(waiting, by, endpoint.name)
        log.info("endpoint_chosen channel=%s name=%s by=%s", channel_id, endpoint.name, by)
        return endpoint

    def choices(self) -> list[Endpoint]:
        """The endpoints that answer, by name."""
        return sorted((one for one in self._endpoints.live() if one.answering), key=lambda one: one.name)

    def deleted(self, channel_id: str, message_ts: str) -> int:
        """The message is gone: what has not been answered yet is dropped. Returns how many images were."""
        answer_id = answers.answer_id(channel_id, message_ts)
        try:
            answer = self._answers.get(answer_id)
        except NotFoundError:
            return 0
        ended = frozenset(UploadStatus) - {UploadStatus.DROPPED}
        unsaid = ended if not answer.reply_ts else uploads.OPEN | {UploadStatus.UNDECIDED}
        # A worker may come to its end with some just now; once they are dropped, it finds them changed.
        return sum(self._dropped(self._of(answer_id, unsaid)) for _ in range(TURNS))

    def _endpoint_for(self, channel_id: str) -> str:
        """The name of the one that answers there; a direct message needs no route where there is but one."""
        name = self._routes.of(channel_id) or ""
        routed = self._endpoints.named(name) if name else None
        if routed and routed.answering:
            return routed.name
        only = self.choices() if is_direct(channel_id) else []
        return only[0].name if len(only) == 1 else ""

    def _told(self, message: SharedMessage, endpoint_name: str, new: int) -> Asked:
        answer_id = answers.answer_id(message.channel_id, message.message_ts)
        found = self._of(answer_id, ANEW) if endpoint_name else []
        again = self._anew(found, message.asked_by, endpoint_name, message.files)
        images = self._of(answer_id, frozenset(UploadStatus))
        looking = next((one.endpoint_name for one in images if one.open), endpoint_name)
        told = Asked(outcome(images, new, again), new or again or len(images), looking)
        return self._linked(told, self._answers.get(answer_id))

    def _linked(self, told: Asked, answer: Answer) -> Asked:
        """With where the answer stands. One that somebody deleted is given once more if all of it was said."""
        try:
            return replace(told, link=self._conversations.link(answer.channel_id, answer.reply_ts or answer.message_ts))
        except NoMessageError:
            if told.outcome != Outcome.ANSWERED:
                return told
        self._answers.save(answers.untold(answer, self._clock()))
        self._classification.wake()
        return replace(told, outcome=Outcome.RETOLD)

    def _anew(self, found: list[Upload], by: str, endpoint_name: str, files: Sequence[SharedFile] = ()) -> int:
        """Have them looked at from the beginning, with what Slack tells of the files by now."""
        told = {file.id: file for file in files if file.known and file.url}

        def anew(one: Upload, now: datetime) -> Upload:
            fresh = uploads.again(one, now, endpoint_name=endpoint_name)
            return uploads.described(fresh, told[one.file_id], now) if one.file_id in told else fresh

        return self._reopening.reopen(found, by, anew)

    def _dropped(self, found: list[Upload]) -> int:
        count = 0
        for upload in found:
            try:
                self._uploads.save(uploads.dropped(upload))
                count += 1
            except StaleError:
                # A worker has just come to an end with it.
                log.info("upload_moved_on id=%s", upload.id)
        return count

    def _of(self, answer_id: str, statuses: frozenset[UploadStatus]) -> list[Upload]:
        return [one for one in self._uploads.of(answer_id) if one.status in statuses]

    def _seen_by(self, asker: Asker, link: MessageLink) -> SharedMessage:
        """The message, which the asker can see: they ask where it is, they can read it there, or they wrote it."""
        place = link.channel_id
        if place != asker.channel_id and not is_direct(place) and not self._shown(place, asker.user_id):
            raise _unseen()
        message = self._read(place, link.message_ts, link.thread_ts)
        if is_direct(place) and place != asker.channel_id and message.user_id != asker.user_id:
            raise _unseen()
        return message

    def _shown(self, channel_id: str, user_id: str) -> bool:
        try:
            return self._conversations.shown_to(channel_id, user_id)
        except NoPlaceError:
            raise _absent() from None

    def _read(self, channel_id: str, message_ts: str, thread_ts: str) -> SharedMessage:
        try:
            return self._conversations.message(channel_id, message_ts, thread_ts)
        except NoPlaceError:
            raise _absent() from None
        except NoMessageError:
            raise _GoneError("This message is gone.", next_step="Ask for one that is still there.") from None

    def _unrouted(self, channel_id: str) -> RefusedError:
        return RefusedError(f"No endpoint answers images in <#{channel_id}>.", next_step=_how_to_route(self.choices()))


def _how_to_route(serving: Sequence[Endpoint]) -> str:
    """By `here`, for a direct message among several has no name that could be typed."""
    if not serving:
        return "None is in service yet; `/deploy JOB` asks for one."
    if len(serving) == 1:
        name = serving[0].name
        return f"Typed there, `/endpoints route {name} here` has *{name}* answer."
    named = ", ".join(f"*{one.name}*" for one in serving)
    return f"Typed there, `/endpoints route NAME here` has one answer. In service: {named}."


def _absent() -> RefusedError:
    return RefusedError(
        "I am not in that conversation, so I cannot read it.",
        next_step="Invite me there with `/invite @darkroom`, then ask again; or send me the image in a direct message.",
    )


def _unseen() -> RefusedError:
    return RefusedError(
        "You cannot see that conversation from here, so I do not look into it.",
        next_step="Ask there, or ask somebody who is in it.",
    )
