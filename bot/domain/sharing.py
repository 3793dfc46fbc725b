"""What people share, as Slack tells of it: which files are images, and which can never be classified and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.errors import RefusedError

# https://docs.slack.dev/apis/slack-connect: of such a file the event tells its id alone.
ONLY_HINTED = "file_access"
UNNAMED = "file"
_KEPT = ("hosted", "external")
# Slack's list of file types is not complete, and of some of these it tells no media type.
_IMAGE_TYPES = ("avif", "heic", "heif", "tif", "tiff", "webp")
_WRITTEN = ("snippet", "post", "space", "quip", "canvas", "list")
_FAMILIES = {"video/": "a video", "audio/": "a sound", "text/": "text", "application/pdf": "a PDF"}
_ANEW = "Upload the image itself, as a JPEG or a PNG."


@dataclass(frozen=True, slots=True)
class SharedFile:
    """A file; `size` 0 and empty words are unknown. `mode` is Slack's word for how it keeps the file."""

    id: str
    name: str
    url: str
    size: int
    mode: str = "hosted"
    mimetype: str = ""
    filetype: str = ""

    @property
    def known(self) -> bool:
        """Whether Slack has told more of it than that it is there."""
        return self.mode != ONLY_HINTED

    @property
    def is_image(self) -> bool:
        """Pictures, and what calls itself one."""
        if self.mode not in _KEPT:
            return False
        types = (self.filetype, self.name.rpartition(".")[2].lower() if self.filetype == "binary" else "")
        return self.mimetype.startswith("image/") or any(one in _IMAGE_TYPES for one in types)

    @property
    def may_be_image(self) -> bool:
        return self.is_image or not self.known


@dataclass(frozen=True, slots=True)
class SharedMessage:
    """A message with files; `thread_ts` is where the answer goes, and `asked_by` who asked for one, if anybody did."""

    channel_id: str
    user_id: str
    message_ts: str
    thread_ts: str
    files: tuple[SharedFile, ...]
    asked_by: str = ""


def shared_file(told: Mapping[str, Any]) -> SharedFile:
    """From Slack's file object: https://docs.slack.dev/reference/objects/file-object"""
    hinted = told.get("file_access") == "check_file_info" or told.get("mode") == ONLY_HINTED
    return SharedFile(
        id=str(told["id"]),
        name=str(told.get("name") or UNNAMED),
        url="" if hinted else str(told.get("url_private_download") or told.get("url_private") or ""),
        size=int(told.get("size") or 0),
        mode=ONLY_HINTED if hinted else str(told.get("mode") or ""),
        mimetype=str(told.get("mimetype") or ""),
        filetype=str(told.get("filetype") or ""),
    )


def shared_message(told: Mapping[str, Any], channel_id: str, asked_by: str = "") -> SharedMessage:
    """From a message of Slack's, with all of its files."""
    return SharedMessage(
        channel_id=channel_id,
        user_id=str(told.get("user") or ""),
        message_ts=str(told["ts"]),
        thread_ts=str(told.get("thread_ts") or told["ts"]),
        files=tuple(shared_file(one) for one in told.get("files") or ()),
        asked_by=asked_by,
    )


def impossible(file: SharedFile) -> RefusedError | None:
    """Why this file can never be classified, so far as Slack's words alone tell."""
    name = f"`{file.name}`" if file.name != UNNAMED else "The file"
    match file.mode:
        case "external":
            return _refusal(f"{name} is not kept by Slack, so I cannot read it.", "external", "Upload the file itself.")
        case "tombstone":
            return _refusal(f"{name} was deleted.", "deleted")
        case "hidden_by_limit":
            said = f"{name} is hidden: it is older than this workspace's plan of Slack shows."
            return _refusal(said, "hidden_by_limit", "Upload it once more.")
        case mode if mode in _WRITTEN:
            return _refusal(f"{name} is text, and no image.", "no_image", _ANEW)
    kinds = (kind for family, kind in _FAMILIES.items() if file.mimetype.startswith(family))
    kind = next(kinds, "")
    return _refusal(f"{name} is {kind}, and I classify images.", "no_image", _ANEW) if kind else None


def _refusal(what: str, code: str, next_step: str = "") -> RefusedError:
    return RefusedError(what, next_step=next_step, code=code)
