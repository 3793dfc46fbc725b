"""Files of the workspace: what was uploaded, where it was shared, and what became of it."""

import itertools
import time
from dataclasses import dataclass, field

from sandbox.slack.answers import Json
from sandbox.slack.file_types import filetype_of, mimetype_of

# The view, the block and the element in which a person gave a file.
InputPlace = tuple[str, str, str]


@dataclass(slots=True)
class StoredFile:
    """A file; `ready_at` is the monotonic time from which Slack has looked at it, 0 means not completed.

    `external_url` makes it one that lies with another service. `is_connect` is for good: a file that was first shared
    with another organisation stays one that events only hint at. `is_hidden` is a free plan's limit.
    """

    id: str
    name: str
    user: str
    length: int
    title: str = ""
    alt_text: str = ""
    data: bytes = b""
    created: int = 0
    ready_at: float = 0.0
    external_type: str = ""
    external_url: str = ""
    is_connect: bool = False
    is_hidden: bool = False
    shares: dict[str, list[Json]] = field(default_factory=dict)
    given_in: InputPlace | None = None
    is_handed_over: bool = False

    @property
    def is_complete(self) -> bool:
        return self.ready_at > 0

    @property
    def is_ready(self) -> bool:
        return self.is_complete and time.monotonic() >= self.ready_at

    @property
    def filetype(self) -> str:
        return filetype_of(self.name, self.data)

    @property
    def mimetype(self) -> str:
        return mimetype_of(self.filetype, self.name)

    def unshare(self, channel_id: str, ts: str) -> None:
        """One of its messages is gone."""
        left = [place for place in self.shares.get(channel_id, ()) if place["ts"] != ts]
        self.shares.pop(channel_id, None)
        if left:
            self.shares[channel_id] = left


class FileStore:
    """All files by id; `deleted` are those that were."""

    def __init__(self) -> None:
        self.by_id: dict[str, StoredFile] = {}
        self.deleted: dict[str, StoredFile] = {}
        self._serials = itertools.count(1)

    def new(self, user: str, name: str, length: int) -> StoredFile:
        """A place for a file whose bytes are still to come."""
        stored = StoredFile(f"F{next(self._serials):010d}", name, user, length, title=name, created=int(time.time()))
        self.by_id[stored.id] = stored
        return stored

    def add(self, user: str, name: str, data: bytes) -> StoredFile:
        """A person's file: Slack has looked at it before anybody hears of it."""
        stored = self.new(user, name, len(data))
        stored.data = data
        stored.ready_at = time.monotonic()
        return stored

    def add_external(self, user: str, title: str, url: str, external_type: str) -> StoredFile:
        """A file that lies elsewhere: Slack knows its name and address only."""
        stored = self.add(user, title, b"")
        stored.external_url, stored.external_type = url, external_type
        return stored

    def bury(self, stored: StoredFile) -> None:
        self.deleted[stored.id] = self.by_id.pop(stored.id)
