"""Every way by which images come in or are asked for; what comes of it is said in the thread of their message."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Protocol

from bot.domain import answers, message_links, uploads
from bot.domain.endpoints import Endpoint
from bot.domain.message_links import MessageLink
from bot.domain.sharing import SharedMessage
from bot.domain.uploads import Upload, UploadStatus
from bot.errors import NoMessageError, NoPlaceError, NotAllowedError, NotFoundError, RefusedError, StaleError
from bot.ports import Answers, Clock, Endpoints, Routes, Uploads
from bot.services.classification import Classification

log = logging.getLogger(__name__)
_ANEW = frozenset({UploadStatus.FAILED, UploadStatus.DROPPED, UploadStatus.UNDECIDED})


class Conversations(Protocol):
    """What is said in Slack, and who sees it. Calls may raise ChatBusyError, MissingScopeError or NoPlaceError."""

    def message(self, channel_id: str, message_ts: str, thread_ts: str = "") -> SharedMessage:
        """A message with all of its files, asked for by nobody. NoMessageError: it is gone."""

    def shown_to(self, channel_id: str, user_id: str) -> bool:
        """Whether the person can read the conversation: a public channel, or one that they are in."""

    def link(self, channel_id: str, message_ts: str) -> str:
        """The address of a message; empty where Slack does not tell."""


class Outcome(StrEnum):
    """What comes of asking for the images of a message."""

    TAKEN = "taken"
    AGAIN = "again"
    UNDER_WAY = "under_way"
    ANSWERED = "answered"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Asked:
    """What came of it: for how many images, by which endpoint, and where it stands or will stand."""

    outcome: Outcome
    images: int
    endpoint_name: str
    channel_id: str
    link: str


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, where, and the address of the workspace that they are in."""

    user_id: str
    channel_id: str
    workspace_url: str = ""


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

    def shared(self, message: SharedMessage, *, direct: bool = False) -> int:
        """Images were shared: a channel's are answered where it has an endpoint, and direct messages always ask."""
        pictures = tuple(file for file in message.files if file.may_be_image)
        if not pictures:
            return 0
        if direct:
            asked = replace(message, files=pictures, asked_by=message.user_id)
            return self._classification.record(asked, self._endpoint_for(asked.channel_id))
        return self._classification.receive(replace(message, files=pictures))

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

    def ask_by_link(self, text: str, asker: Asker) -> Asked:
        """The same of the message to which a link leads, if the asker can see it."""
        link = message_links.message_link(text)
        try:
            message = self._seen_by(asker, link)
        except RefusedError:
            if message_links.leads_elsewhere(link, asker.workspace_url):
                raise RefusedError(
                    f"This link leads to another workspace, {link.host}.",
                    "I read only the one that I am installed in.",
                    "Share the image here.",
                ) from None
            raise
        return self.ask(replace(message, asked_by=asker.user_id))

    def choose(self, channel_id: str, message_ts: str, endpoint_id: str, by: str) -> Endpoint:
        """Have the endpoint answer the images of a direct message, and whatever is shared there from now on."""
        if not is_direct(channel_id):
            raise NotAllowedError(
                "Here a channel's endpoint answers.", next_step="`/endpoints route NAME #channel` sets it."
            )
        endpoint = next((one for one in self.choices() if one.id == endpoint_id), None)
        if endpoint is None:
            raise NotFoundError("This endpoint is no longer in service.", next_step="Choose another one.")
        self._routes.set(channel_id, endpoint.name, by)
        waiting = self._of(answers.answer_id(channel_id, message_ts), frozenset({UploadStatus.UNDECIDED}))
        self._anew(waiting, endpoint.name)
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
        return self._changed(self._of(answer_id, unsaid), uploads.dropped)

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
        again = 0 if new or not endpoint_name else self._anew(self._of(answer_id, _ANEW), endpoint_name)
        images = self._of(answer_id, frozenset(UploadStatus))
        answer = self._answers.get(answer_id)
        return Asked(
            _outcome(images, new, again),
            new or again or len(images),
            endpoint_name,
            message.channel_id,
            self._conversations.link(message.channel_id, answer.reply_ts or answer.message_ts),
        )

    def _anew(self, found: list[Upload], endpoint_name: str) -> int:
        now = self._clock()
        count = self._changed(found, lambda one: replace(uploads.again(one, now), endpoint_name=endpoint_name))
        if count:
            self._classification.wake()
        return count

    def _changed(self, found: list[Upload], change: Callable[[Upload], Upload]) -> int:
        count = 0
        for upload in found:
            try:
                self._uploads.save(change(upload))
                count += 1
            except StaleError:
                # A worker has just come to an end with it, or somebody else asked for the same.
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
            raise RefusedError("This message is gone.", next_step="Ask for one that is still there.") from None

    def _unrouted(self, channel_id: str) -> RefusedError:
        names = [f"*{one.name}*" for one in self.choices()]
        if not names:
            step = "None is in service yet; `/deploy JOB` asks for one."
            return RefusedError(f"No endpoint answers images in <#{channel_id}>.", next_step=step)
        serving = "In service: " if len(names) > 1 else "In service is "
        step = f"`/endpoints route NAME #channel` has one answer there. {serving}{', '.join(names)}."
        return RefusedError(f"No endpoint answers images in <#{channel_id}>.", next_step=step)


def is_direct(channel_id: str) -> bool:
    """Whether it is a direct message with the bot: https://docs.slack.dev/reference/objects/conversation-object"""
    return channel_id.startswith("D")


def _outcome(images: list[Upload], new: int, again: int) -> Outcome:
    if any(one.status == UploadStatus.UNDECIDED for one in images):
        return Outcome.UNDECIDED
    if new:
        return Outcome.TAKEN
    if again:
        return Outcome.AGAIN
    return Outcome.UNDER_WAY if any(one.open for one in images) else Outcome.ANSWERED


def _absent() -> RefusedError:
    return RefusedError(
        "I am not in that conversation, so I cannot read it.",
        next_step="Invite me there with `/invite @darkroom`, then ask again; or share the image here.",
    )


def _unseen() -> RefusedError:
    return RefusedError(
        "You cannot see that conversation from here, so I do not look into it.",
        next_step="Ask there, or ask somebody who is in it.",
    )
