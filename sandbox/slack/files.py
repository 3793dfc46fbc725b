"""Files of the workspace: what was uploaded, who may see it, and the file object that Slack shows for it."""

import itertools
import mimetypes
import struct
import time
from dataclasses import dataclass, field
from urllib.parse import quote

from sandbox.slack.answers import Json

THUMBNAILS = (64, 80, 160, 360, 480, 720, 960, 1024)
# https://docs.slack.dev/reference/block-kit/composition-objects/slack-file-object
SHOWN_IN_BLOCKS = frozenset({"png", "jpg", "gif"})
_MAGIC = ((b"\x89PNG\r\n\x1a\n", "png"), (b"\xff\xd8\xff", "jpg"), (b"GIF8", "gif"), (b"BM", "bmp"))
_MIMETYPES = {"png": "image/png", "jpg": "image/jpeg", "gif": "image/gif", "bmp": "image/bmp"}
_MORE_MIMETYPES = {"heic": "image/heic", "webp": "image/webp", "avif": "image/avif"}
# The view, the block and the element in which a person gave a file.
InputPlace = tuple[str, str, str]
# Frame headers of JPEG that carry the size: SOF0 to SOF15 without DHT, JPG and DAC.
_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


@dataclass(slots=True)
class StoredFile:
    """A file; `ready_at` is the monotonic time from which Slack has looked at it, 0 means not completed."""

    id: str
    name: str
    user: str
    length: int
    title: str = ""
    alt_text: str = ""
    data: bytes = b""
    created: int = 0
    ready_at: float = 0.0
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
        suffix = self.name.rpartition(".")[2].lower() if "." in self.name else "binary"
        return next((kind for magic, kind in _MAGIC if self.data.startswith(magic)), suffix)

    @property
    def mimetype(self) -> str:
        guess = mimetypes.guess_type(self.name)[0] or "application/octet-stream"
        return _MIMETYPES.get(self.filetype) or _MORE_MIMETYPES.get(self.filetype) or guess


class FileStore:
    """All files by id."""

    def __init__(self) -> None:
        self.by_id: dict[str, StoredFile] = {}
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


def describe(stored: StoredFile, url: str, team: str) -> Json:
    """The file object; a file that Slack has not looked at yet has no mimetype, size or thumbnails."""
    path = f"{url}/files/{stored.id}"
    name = quote(stored.name)
    return {
        "id": stored.id,
        "created": stored.created,
        "timestamp": stored.created,
        "name": stored.name,
        "title": stored.title or stored.name,
        "user": stored.user,
        "user_team": team,
        "mode": "hosted",
        "editable": False,
        "is_external": False,
        "size": stored.length,
        "alt_txt": stored.alt_text,
        "url_private": f"{path}/{name}",
        "url_private_download": f"{path}/download/{name}",
        "permalink": f"{url}/permalink/{stored.id}/{name}",
        "is_public": False,
        "channels": sorted(stored.shares),
        "shares": _shares(stored),
        **_looked_at(stored, path),
    }


def _shares(stored: StoredFile) -> Json:
    public = {channel: places for channel, places in stored.shares.items() if not places[0]["is_private"]}
    private = {channel: places for channel, places in stored.shares.items() if places[0]["is_private"]}
    families = (("public", public), ("private", private))
    return {
        family: {channel: [_place(place) for place in places] for channel, places in shared.items()}
        for family, shared in families
        if shared
    }


def _place(place: Json) -> Json:
    return {key: value for key, value in place.items() if key != "is_private"}


def _looked_at(stored: StoredFile, path: str) -> Json:
    if not stored.is_ready:
        return {"mimetype": "", "filetype": "", "pretty_type": ""}
    known: Json = {"mimetype": stored.mimetype, "filetype": stored.filetype}
    known["pretty_type"] = stored.filetype.upper()
    size = picture_size(stored.data)
    if size:
        known |= {"original_w": size[0], "original_h": size[1]}
        known |= {f"thumb_{side}": f"{path}/thumb/{side}/{quote(stored.name)}" for side in _thumbnails(size)}
    return known


def _thumbnails(size: tuple[int, int]) -> list[int]:
    return [side for side in THUMBNAILS if side <= max(64, *size)]


def picture_size(data: bytes) -> tuple[int, int] | None:
    """Width and height in pixels from a PNG, GIF or JPEG header; None for anything else."""
    if data.startswith(b"\x89PNG\r\n\x1a\n") and len(data) >= 24:
        width, height = struct.unpack(">II", data[16:24])
        return width, height
    if data.startswith(b"GIF8") and len(data) >= 10:
        width, height = struct.unpack("<HH", data[6:10])
        return width, height
    return _jpeg_size(data) if data.startswith(b"\xff\xd8") else None


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4])
        if marker in _JPEG_FRAMES:
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
        at += 2 + max(length, 2)
    return None
