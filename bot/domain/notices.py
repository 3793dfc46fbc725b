"""What is said of a job that runs: which sign the watchdog or one of AWS's rules saw, and the sentences about it."""

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
    IDLE_GPU = "idle gpu"
    RULE_LOW_GPU = "rule low-gpu"
    RULE_CPU_BOTTLENECK = "rule cpu-bottleneck"
    RULE_GPU_MEMORY = "rule gpu-memory"
    RULE_IO_BOTTLENECK = "rule io-bottleneck"
    RULE_LOAD_BALANCING = "rule load-balancing"
    RULE_OVERALL = "rule overall"
    RULE_REPORT = "rule report"


@dataclass(frozen=True, slots=True)
class Notice:
    """One sign that was seen, and what was said of it at that time."""

    sign: Sign
    said: str
