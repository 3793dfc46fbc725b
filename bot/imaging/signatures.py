"""What a file is by its first bytes, in a person's words and whatever it is called."""

import struct
import zlib

# Pillow's plugins raise nearly anything for hostile bytes.
BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
    AssertionError,
    EOFError,
    MemoryError,
    RuntimeError,
    struct.error,
    zlib.error,
)

_SIGNATURES: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\xff\xd8\xff", "JPEG"),
    (0, b"\x89PNG\r\n\x1a\n", "PNG"),
    (0, b"GIF87a", "GIF"),
    (0, b"GIF89a", "GIF"),
    (8, b"WEBP", "WebP"),
    (0, b"BM", "BMP"),
    (0, b"II*\x00", "TIFF"),
    (0, b"MM\x00*", "TIFF"),
    (0, b"\x00\x00\x01\x00", "ICO"),
    (0, b"8BPS", "a Photoshop file"),
    (0, b"\x00\x00\x00\x0cjP  ", "JPEG 2000"),
    (0, b"\xff\x4f\xff\x51", "JPEG 2000"),
    (0, b"\xff\x0a", "JPEG XL"),
    (0, b"\x00\x00\x00\x0cJXL ", "JPEG XL"),
    (0, b"%PDF", "a PDF"),
    (0, b"PK\x03\x04", "a ZIP archive"),
    (0, b"PK\x05\x06", "a ZIP archive"),
    (0, b"\x1f\x8b", "an archive"),
    (0, b"7z\xbc\xaf\x27\x1c", "an archive"),
    (0, b"Rar!\x1a\x07", "an archive"),
    (0, b"BZh", "an archive"),
    (0, b"\xfd7zXZ\x00", "an archive"),
    (257, b"ustar", "an archive"),
    (0, b"\x1aE\xdf\xa3", "a video"),
    (8, b"AVI ", "a video"),
    (0, b"\x00\x00\x01\xba", "a video"),
    (0, b"FLV\x01", "a video"),
)
# The brand of an ISO media file: https://mp4ra.org/registered-types/brands
_BRANDS = {
    **dict.fromkeys((b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"), "HEIC"),
    **dict.fromkeys((b"avif", b"avis"), "AVIF"),
}


def format_of(image: bytes) -> str:
    """The format by the first bytes; "text" for any text; empty: nothing that is known."""
    if image[4:8] == b"ftyp":
        return _of_iso_media(image)
    for offset, signature, name in _SIGNATURES:
        if image[offset : offset + len(signature)] == signature:
            return name
    return _text_format(image[:1024])


def _of_iso_media(image: bytes) -> str:
    """By the major brand, or where that says only which container it is (mif1, msf1), by the compatible ones."""
    major, length = image[8:12], int.from_bytes(image[:4], "big")
    compatible = {image[at : at + 4] for at in range(16, min(length, 256), 4)}
    if major in {b"mif1", b"msf1"} and compatible & {b"avif", b"avis"}:
        return "AVIF"
    return _BRANDS.get(major, "a video")


def _is_text(start: bytes) -> bool:
    """Whether all of it can be read by a person."""
    # The last character may be cut in two.
    text = start.decode("utf-8", "ignore")
    return len(text.encode()) >= len(start) - 3 and all(one.isprintable() or one.isspace() for one in text)


def _text_format(start: bytes) -> str:
    markup = start.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if markup.startswith((b"<!doctype html", b"<html")):
        return "a web page"
    if markup.startswith(b"<svg") or (markup.startswith((b"<?xml", b"<!doctype svg", b"<!--")) and b"<svg" in markup):
        return "SVG"
    return "text" if start and _is_text(start) else ""
