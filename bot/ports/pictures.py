"""The stores of what people share in channels, and of what becomes of it."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Protocol

from bot.domain.answers import Answer
from bot.domain.channel_settings import ChannelSettings
from bot.domain.uploads import Upload


class Routes(Protocol):
    """Which endpoint classifies the images of which channel."""

    def of(self, channel_id: str) -> str | None: ...
    def channels(self, endpoint_name: str) -> list[str]: ...
    def set(self, channel_id: str, endpoint_name: str, by: str = "") -> None: ...
    def clear(self, channel_id: str, by: str = "") -> str:
        """Have the channel's images answered by nobody; returns by which endpoint they were."""

    def drop(self, endpoint_name: str, by: str = "") -> None: ...


class Uploads(Protocol):
    """The uploaded images. A claimed one is nobody else's until its claim ends."""

    def add(self, answer: Answer, received: Collection[Upload]) -> int:
        """Store the images that are new, by id, and their answer where it has none yet; returns how many were.

        They get their turns in their endpoint's line, in which nobody waits for another's hundred.
        """

    def get(self, upload_id: str) -> Upload: ...
    def of(self, answer_id: str) -> list[Upload]:
        """The images of one message, in their order there."""

    def claim(self, now: datetime, seconds: float, rooms: Mapping[str, int] = ...) -> Upload | None:
        """The open one whose turn comes first, due and unclaimed; claimed for `seconds` and with one try more.

        None of an endpoint of which as many are claimed as there is room for by `rooms`, whoever claimed them.
        """

    def in_hand(self, now: datetime) -> Mapping[str, int]:
        """How many images are claimed, by the endpoints that have open ones."""

    def last_answered(self, releases: Collection[str]) -> Mapping[str, datetime]:
        """When each of these releases answered an image the last time; those that never did are not there."""

    def ahead(self, upload: Upload) -> int:
        """How many open images of other messages are in line before it."""

    def hasten(self, endpoint_name: str, now: datetime) -> int:
        """Have all that wait for the endpoint tried at once; returns how many those were."""

    def save(self, upload: Upload, by: str = "") -> Upload:
        """Compare-and-set on `version`; ends the claim, and has the answer brought up. `by` is who wished it."""

    def renew(self, ids: Iterable[str], until: datetime) -> None:
        """Hold on to claims for longer."""

    def latest(self, channel_id: str, limit: int) -> list[Upload]:
        """The channel's newest, newest first."""

    def arrived(self, channel_id: str, since: datetime) -> tuple[int, datetime | None]:
        """How many images the channel has had since then, and when the first of those came."""

    def next_due(self, without: Collection[str] = ()) -> datetime | None: ...


class Answers(Protocol):
    """The answers to messages with images. A change of an image raises its answer's `wanted`."""

    def get(self, answer_id: str) -> Answer: ...
    def claim(self, now: datetime, seconds: float) -> Answer | None:
        """The one that is behind and has been due for longest, nobody else's for `seconds` and with one try more."""

    def save(self, answer: Answer) -> None:
        """Store all but `wanted`; ends the claim. One none of whose images is open is due at once if it is behind."""

    def renew(self, ids: Iterable[str], until: datetime) -> None:
        """Hold on to claims for longer."""

    def filling(self) -> int:
        """How many answers have open images."""

    def next_due(self) -> datetime | None: ...


class ChannelRows(Protocol):
    """What each channel has decided about its pictures."""

    def of(self, channel_id: str) -> ChannelSettings: ...
    def save(self, settings: ChannelSettings, by: str = "") -> None: ...
