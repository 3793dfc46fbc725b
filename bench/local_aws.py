"""A process with the local AWS, so that its work is not done in the interpreter of the local Slack.

It prints the variables with which it is reached. At the first line that it reads it begins to hold back new jobs, and
says so. It ends with its input, and so with whoever started it.
"""

import json
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path

from sandbox.sagemaker.pace import Pace
from sandbox.sagemaker.server import LocalAws

HELD_SECONDS = 3600.0


@dataclass(frozen=True, slots=True)
class HoldingPace(Pace):
    """The embedded default's pace; while `held` is set, new jobs wait for their instances and take no processor."""

    held: threading.Event = field(default_factory=threading.Event)

    @property
    def starting(self) -> float:
        return HELD_SECONDS if self.held.is_set() else 90 / self.speed


def main(folder: Path) -> None:
    pace = HoldingPace()
    aws = LocalAws(folder / "aws", pace=pace)
    aws.start()
    try:
        aws.load_samples(folder / "samples")
        print(json.dumps(aws.environment()), flush=True)
        for _ in sys.stdin:
            pace.held.set()
            print("held", flush=True)
    finally:
        aws.stop()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
