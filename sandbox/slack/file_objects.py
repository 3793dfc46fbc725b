"""File objects: the shape in which Slack shows a file to the app, whole, as a hint, or as what is left of it.

https://docs.slack.dev/reference/objects/file-object
"""

from urllib.parse import quote

from sandbox.slack.answers import Json
from sandbox.slack.file_types import THUMBNAILED, picture_size, pretty_type
from sandbox.slack.files import FileStore, StoredFile

THUMBNAILS = (64, 80, 160, 360, 480, 720, 960, 1024)
# Up to this side a thumbnail is a square that is cut out; larger ones keep the picture's shape.
LARGEST_SQUARE = 160
ALWAYS_UP_TO = 360


def describe(stored: StoredFile, url: str, team: str) -> Json:
    """The whole object; a file that Slack has not looked at yet has no mimetype, size or thumbnails."""
    if stored.is_hidden:
        return hidden(stored.id)
    return {
        "id": stored.id,
        "created": stored.created,
        "timestamp": stored.created,
        "name": stored.name,
        "title": stored.title or stored.name,
        "user": stored.user,
        "user_team": team,
        "editable": False,
        "size": stored.length,
        "alt_txt": stored.alt_text,
        "permalink": f"{url}/permalink/{stored.id}/{quote(stored.name)}",
        "is_public": _is_public(stored),
        "public_url_shared": False,
        "display_as_bot": False,
        "username": "",
        "file_access": "visible",
        "channels": sorted(stored.shares),
        "shares": _shares(stored),
        **_place(stored, url),
        **_looked_at(stored, url),
    }


def tombstone(file_id: str) -> Json:
    """What a message holds in the place of a file that was deleted."""
    return {"id": file_id, "mode": "tombstone"}


def hidden(file_id: str) -> Json:
    """What a free plan's limit leaves: https://docs.slack.dev/changelog/2019-03-wild-west-for-files-no-more."""
    return {"id": file_id, "mode": "hidden_by_limit"}


def hint(file_id: str) -> Json:
    """What events tell of a file that another organisation sees: https://docs.slack.dev/apis/slack-connect."""
    return {
        "id": file_id,
        "mode": "file_access",
        "file_access": "check_file_info",
        "created": 0,
        "timestamp": 0,
        "user": "",
    }


def as_pushed(files: FileStore, message: Json) -> Json:
    """A message as an event carries it: files that are shared with other organisations are only hinted at."""
    known = [files.by_id.get(file["id"]) for file in message.get("files", ())]
    if not any(stored and stored.is_connect for stored in known):
        return message
    shown = zip(message["files"], known, strict=True)
    return {**message, "files": [hint(stored.id) if stored and stored.is_connect else file for file, stored in shown]}


def _is_public(stored: StoredFile) -> bool:
    return any(not places[0]["is_private"] for places in stored.shares.values())


def _place(stored: StoredFile, url: str) -> Json:
    if stored.external_url:
        elsewhere = {"external_id": stored.id.lower(), "external_url": stored.external_url}
        kind = {"mode": "external", "is_external": True, "external_type": stored.external_type}
        return {**kind, **elsewhere, "url_private": stored.external_url}
    path, name = f"{url}/files/{stored.id}", quote(stored.name)
    addresses = {"url_private": f"{path}/{name}", "url_private_download": f"{path}/download/{name}"}
    return {"mode": "hosted", "is_external": False, "external_type": "", **addresses}


def _shares(stored: StoredFile) -> Json:
    public = {channel: places for channel, places in stored.shares.items() if not places[0]["is_private"]}
    private = {channel: places for channel, places in stored.shares.items() if places[0]["is_private"]}
    families = (("public", public), ("private", private))
    return {
        family: {channel: [_told(place) for place in places] for channel, places in shared.items()}
        for family, shared in families
        if shared
    }


def _told(place: Json) -> Json:
    return {key: value for key, value in place.items() if key != "is_private"}


def _looked_at(stored: StoredFile, url: str) -> Json:
    if not stored.is_ready:
        return {"mimetype": "", "filetype": "", "pretty_type": ""}
    filetype = stored.filetype
    known: Json = {"mimetype": stored.mimetype, "filetype": filetype, "pretty_type": pretty_type(filetype)}
    size = picture_size(stored.data)
    if not size or filetype not in THUMBNAILED:
        return known
    known |= {"original_w": size[0], "original_h": size[1]}
    path = f"{url}/files/{stored.id}/thumb"
    for side in (side for side in THUMBNAILS if side <= max(ALWAYS_UP_TO, *size)):
        known |= {f"thumb_{side}": f"{path}/{side}/{quote(stored.name)}"}
        if side > LARGEST_SQUARE:
            known |= dict(zip((f"thumb_{side}_w", f"thumb_{side}_h"), fitted(size, side), strict=True))
    return known


def fitted(size: tuple[int, int], side: int) -> tuple[int, int]:
    """A picture's size inside a square, never larger than it is."""
    scale = min(1.0, side / max(1, *size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))
