"""`python -m bot.imaging.converter FORMAT BYTES SECONDS MEMORY`: one image from input to output, within these bounds.

It ends with 0, or without output: with DAMAGED, TOO_MUCH_MEMORY, or by a signal. Anything else is a fault of ours.
"""

import resource
import signal
import sys
import warnings
from collections.abc import Sequence

from bot.imaging.conversion import converted, import_decoder
from bot.imaging.decoding import NoRoomError
from bot.imaging.signatures import BROKEN

MOST_MEMORY = 190_000_000
DAMAGED, TOO_MUCH_MEMORY = 3, 4


def main(arguments: Sequence[str]) -> int:
    format_name, size, seconds, memory = arguments
    warnings.simplefilter("ignore")
    image = sys.stdin.buffer.read(int(size))
    import_decoder(format_name)
    _bound(float(seconds), int(memory))
    try:
        made = converted(image, format_name)
    except (MemoryError, NoRoomError):
        return TOO_MUCH_MEMORY
    except BROKEN:
        return DAMAGED
    sys.stdout.buffer.write(made)
    return 0


def _bound(seconds: float, memory: int) -> None:
    """The signal of the timer ends the process, whichever library it is in; no files are written and no core."""
    signal.setitimer(signal.ITIMER_PROF, seconds)
    for limit, most in (
        (resource.RLIMIT_DATA, memory),
        (resource.RLIMIT_CPU, int(seconds) + 2),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (most, most))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
