"""Conversion in a process of its own: what a hostile file does there ends with it, be it crash, loop or bomb."""

import logging
import subprocess
import sys
from pathlib import Path

import bot
from bot.domain import image_rules
from bot.errors import DarkroomError
from bot.imaging.converter import DAMAGED, MOST_MEMORY, TOO_MUCH_MEMORY

# Of processor time: a second, and more only for what has to be decoded anyway.
_SECONDS, _PIXELS_A_SECOND = 1.0, 10_000_000
_WALL_SECONDS = 60.0
_STOPPED = frozenset({TOO_MUCH_MEMORY, -9, -24, -27})  # by SIGKILL, SIGXCPU, SIGPROF
log = logging.getLogger(__name__)


def converted_apart(image: bytes, format_name: str, pixels: int) -> bytes:
    """`conversion.converted` within bounds; `pixels` is what the header says.

    RefusedError: it is damaged, or too costly. DarkroomError: the process does not even start.
    """
    seconds = _SECONDS + pixels / _PIXELS_A_SECOND
    arguments = (format_name, str(len(image)), f"{seconds:.2f}", str(MOST_MEMORY))
    try:
        done = _run(arguments, image)
    except subprocess.TimeoutExpired:
        raise image_rules.costly("") from None
    if done.returncode == 0:
        return done.stdout
    log.warning("image_not_converted format=%s bytes=%s code=%s", format_name, len(image), done.returncode)
    raise _error(done.returncode)


def _run(arguments: tuple[str, ...], image: bytes) -> "subprocess.CompletedProcess[bytes]":
    """Without our environment, which holds secrets."""
    return subprocess.run(  # noqa: S603 - this very program, with figures for arguments
        [sys.executable, "-E", "-s", "-m", "bot.imaging.converter", *arguments],
        input=image,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=Path(bot.__file__).parent.parent,
        env={},
        timeout=_WALL_SECONDS,
        check=False,
    )


def _error(code: int) -> DarkroomError:
    if code in _STOPPED:
        return image_rules.costly("")
    # A negative code is of the signal that ended it: a crash, which only a broken file brings about.
    if code == DAMAGED or code < 0:
        return image_rules.damaged("")
    return DarkroomError("I could not convert this image.", next_step="Save it as a JPEG or a PNG and upload that.")
