"""What stands for a picture when copies are looked for: the same whatever camera, place and time are written on it."""

import contextlib
import hashlib

from bot.domain.image_rules import MAX_SIDE
from bot.imaging.cleaning import cleaned
from bot.imaging.headers import whole_header
from bot.imaging.signatures import BROKEN


def fingerprint(image: bytes) -> bytes:
    """Of its pixels as they are compressed; only one that is stored turned has to be decoded.

    Copies that were compressed anew, or scaled, are other pictures to it. Of what cannot be read it is of the bytes.
    """
    with contextlib.suppress(*BROKEN):
        header = whole_header(image)
        if max(header.sides) <= MAX_SIDE:
            image = cleaned(image, header)
    return hashlib.sha256(image).digest()[:16]
