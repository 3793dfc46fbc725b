"""Files that are something else than they look like, or two things at once."""

import io
import zipfile
from collections.abc import Callable

from tests.hostile.bombs import deflated_zeros
from tests.pictures import a_jpeg, a_png, saved
from tests.pictures import a_picture as picture


def files() -> dict[str, Callable[[], bytes]]:
    jpeg, png, gif = a_jpeg((256, 256)), a_png((256, 256)), saved(picture(), "GIF")
    script = b"<html><script>alert(1)</script></html>"
    return {
        "jpeg-and-zip": lambda: jpeg + _a_zip(),
        "jpeg-and-video": lambda: jpeg + b"\0\0\0\x18ftypmp42\0\0\0\0" + bytes(3_000_000),
        "png-and-html": lambda: png + script,
        "png-with-html-in-it": lambda: png[:33] + b"\0\0\0\x26teXt" + script + b"\0\0\0\0" + png[33:],
        "gif-and-javascript": lambda: b"GIF89a/*" + gif[8:] + b"*/=1;alert(1)",
        "jpegs-start-then-png": lambda: jpeg[:3] + png,
        "pngs-start-then-jpeg": lambda: png[:8] + jpeg,
        "pngs-header-then-jpeg": lambda: png[:33] + jpeg,
        "pngs-header-twice": lambda: png[:33] + png[8:],
        "riff-that-is-sound": lambda: b"RIFF\0\1\0\0WAVEfmt " + bytes(300),
        "webp-without-riff": lambda: b"JUNK\0\0\0\0WEBPVP8 " + bytes(300),
        "html": lambda: b"<!DOCTYPE html>" + script,
        "svg-that-laughs-a-billion-times": lambda: _LAUGHS,
        "pdf": lambda: b"%PDF-1.7\n" + bytes(1000),
        "zip-bomb": lambda: _a_zip(50_000_000),
        "gzip-bomb": lambda: b"\x1f\x8b\x08\0\0\0\0\0\0\3" + deflated_zeros(1_000_000_000)[2:],
        "video": lambda: b"\0\0\0\x18ftypisom\0\0\2\0" + bytes(1_000_000),
        "photoshop": lambda: b"8BPS\0\1" + bytes(1000),
        "text": lambda: "Nur Text, grün".encode() * 1000,
    }


_LAUGHS = (
    b"""<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a "ha">"""
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
    + b"]><svg>&j;</svg>"
)


def _a_zip(size: int = 1000) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", bytes(size))
    return target.getvalue()
