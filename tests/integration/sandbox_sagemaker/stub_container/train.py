"""A container for tests: does what its hyperparameters say, under SageMaker's container contract."""

import json
import os
import signal
import sys
import time
from pathlib import Path

base = Path(os.environ["SAGEMAKER_BASE_DIR"])
told = json.loads((base / "input/config/hyperparameters.json").read_text())
stopped = False


def stop(*_):
    global stopped
    stopped = True


signal.signal(signal.SIGTERM, signal.SIG_IGN if told.get("deaf") else stop)
print("channels", sorted(os.listdir(base / "input/data")), flush=True)
for name, value in os.environ.items():
    if name.startswith("SEEN_"):
        print(name, value, flush=True)
for epoch in range(int(told.get("epochs", "2"))):
    print(f"[01/01/2026 00:00:00 INFO 140] Epoch[{epoch}] Train-accuracy=0.{epoch + 5}", flush=True)
    print(f"[01/01/2026 00:00:00 INFO 140] Epoch[{epoch}] Validation-accuracy=0.{epoch + 4}", flush=True)
    (base / "model/weights.json").write_text(json.dumps({"epochs": epoch + 1}))
    deadline = time.monotonic() + float(told.get("seconds", "0"))
    while time.monotonic() < deadline and not stopped:
        time.sleep(0.01)
    if stopped:
        break
if failure := told.get("failure"):
    (base / "output/failure").write_text(failure)
    sys.exit(int(told.get("code", "1")))
