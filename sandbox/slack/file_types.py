"""What a file is: its type by its first bytes, else by its name, and the size of a picture by its header."""

import mimetypes
import struct

_MAGIC = (
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpg"),
    (b"GIF8", "gif"),
    (b"BM", "bmp"),
    (b"II*\x00", "tiff"),
    (b"MM\x00*", "tiff"),
    (b"%PDF-", "pdf"),
    (b"8BPS", "psd"),
)
# The brands of an ISO base media file that are pictures: https://www.iana.org/assignments/media-types/image/heic
_BRANDS = {b"heic": "heic", b"heix": "heic", b"mif1": "heic", b"msf1": "heic", b"avif": "avif", b"avis": "avif"}
_MIMETYPES = {
    "avif": "image/avif",
    "bmp": "image/bmp",
    "gif": "image/gif",
    "heic": "image/heic",
    "jpg": "image/jpeg",
    "pdf": "application/pdf",
    "png": "image/png",
    "psd": "image/vnd.adobe.photoshop",
    "tiff": "image/tiff",
    "webp": "image/webp",
}
# https://docs.slack.dev/reference/objects/file-object: a type's name for people.
_PRETTY = {"jpg": "JPEG", "webp": "WebP", "text": "Plain Text", "psd": "Photoshop", "zip": "Zip", "binary": "Binary"}
# What Slack makes thumbnails of. https://docs.slack.dev/reference/objects/file-object names the first four; that it
# does so for HEIC, TIFF and WebP too is what its clients show.
THUMBNAILED = frozenset({"png", "jpg", "gif", "bmp", "heic", "tiff", "webp"})
# https://docs.slack.dev/reference/block-kit/composition-objects/slack-file-object
SHOWN_IN_BLOCKS = frozenset({"png", "jpg", "gif"})
# Frame headers of JPEG that carry the size: SOF0 to SOF15 without DHT, JPG and DAC.
_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def filetype_of(name: str, data: bytes) -> str:
    """Slack's short name of the type, as `jpg`."""
    suffix = name.rpartition(".")[2].lower() if "." in name else "binary"
    return _sniffed(data) or suffix


def mimetype_of(filetype: str, name: str) -> str:
    return _MIMETYPES.get(filetype) or mimetypes.guess_type(name)[0] or "application/octet-stream"


def pretty_type(filetype: str) -> str:
    return _PRETTY.get(filetype, filetype.upper())


def picture_size(data: bytes) -> tuple[int, int] | None:
    """Width and height in pixels as the header tells them; None for what is no picture, or has no whole header."""
    if data.startswith(b"\x89PNG\r\n\x1a\n") and len(data) >= 24:
        return _pair(struct.unpack(">II", data[16:24]))
    if data.startswith(b"GIF8") and len(data) >= 10:
        return _pair(struct.unpack("<HH", data[6:10]))
    if data.startswith(b"\xff\xd8"):
        return _jpeg_size(data)
    if _sniffed(data) == "webp":
        return _webp_size(data)
    return _boxed_size(data) if _sniffed(data) in {"heic", "avif"} else None


def _sniffed(data: bytes) -> str:
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    if data[4:8] == b"ftyp":
        return _BRANDS.get(data[8:12], "")
    return next((kind for magic, kind in _MAGIC if data.startswith(magic)), "")


def _pair(numbers: tuple[int, ...]) -> tuple[int, int]:
    return numbers[0], numbers[1]


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4])
        if marker in _JPEG_FRAMES:
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
        at += 2 + max(length, 2)
    return None


def _webp_size(data: bytes) -> tuple[int, int] | None:
    # https://developers.google.com/speed/webp/docs/riff_container
    head = data[20:30]
    if len(head) < 10:
        return None
    match data[12:16]:
        case b"VP8X":
            return 1 + int.from_bytes(head[4:7], "little"), 1 + int.from_bytes(head[7:10], "little")
        case b"VP8L":
            bits = int.from_bytes(head[1:5], "little")
            return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
        case b"VP8 ":
            width, height = struct.unpack("<HH", head[6:10])
            return width & 0x3FFF, height & 0x3FFF
    return None


def _boxed_size(data: bytes) -> tuple[int, int] | None:
    """The largest of the sizes that an HEIC or AVIF file tells: the others are its tiles and its own thumbnail."""
    sizes: list[tuple[int, int]] = []
    at = data.find(b"ispe")
    while 0 <= at <= len(data) - 16:
        sizes.append(_pair(struct.unpack(">II", data[at + 8 : at + 16])))
        at = data.find(b"ispe", at + 4)
    return max(sizes, default=None)
