"""What the watchdog says of a running job: which sign it saw, and the sentences about it."""

from dataclasses import dataclass
from enum import StrEnum


class Sign(StrEnum):
    """What may go wrong with a job that runs; each is said once of a job."""

    NOT_A_NUMBER = "not a number"
    STALLED = "stalled"
    FALLING = "falling"
    OVERFITTING = "overfitting"
    PLATEAU = "plateau"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Notice:
    """One sign that was seen, and what was said of it at that time."""

    sign: Sign
    said: str
