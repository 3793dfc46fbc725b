"""A container for tests: does what its hyperparameters say, under SageMaker's container contract."""

import json
import os
import signal
import sys
import threading
from pathlib import Path

base = Path(os.environ["SAGEMAKER_BASE_DIR"])
told = json.loads((base / "input/config/hyperparameters.json").read_text())
stopped = threading.Event()
signal.signal(signal.SIGTERM, signal.SIG_IGN if told.get("deaf") else lambda *_: stopped.set())


def say(*words: object) -> None:
    sys.stdout.write(" ".join(str(word) for word in words) + "\n")
    sys.stdout.flush()


say("channels", sorted(os.listdir(base / "input/data")))
for name, value in os.environ.items():
    if name.startswith("SEEN_"):
        say(name, value)
for step in told.get("reads", "").split():
    name, _, size = step.partition(":")
    fifo = base / "input/data" / name
    while not fifo.exists():
        stopped.wait(0.01)
    with fifo.open("rb", buffering=0) as pipe:
        say("read", name, pipe.read(int(size)) if size else pipe.readall())
for epoch in range(int(told.get("epochs", "2"))):
    say(f"[01/01/2026 00:00:00 INFO 140] Epoch[{epoch}] Train-accuracy=0.{epoch + 5}")
    say(f"[01/01/2026 00:00:00 INFO 140] Epoch[{epoch}] Validation-accuracy=0.{epoch + 4}")
    (base / "model/weights.json").write_text(json.dumps({"epochs": epoch + 1}))
    if stopped.wait(float(told.get("seconds", "0"))):
        break
if failure := told.get("failure"):
    (base / "output/failure").write_text(failure)
    sys.exit(int(told.get("code", "1")))
