"""A container that prints one epoch after another until it is told to stop, and leaves a model."""

import json
import os
import signal
import sys
import threading
from pathlib import Path

base = Path(os.environ["SAGEMAKER_BASE_DIR"])
told = json.loads((base / "input/config/hyperparameters.json").read_text())
stopped = threading.Event()
signal.signal(signal.SIGTERM, lambda *_: stopped.set())

for epoch in range(int(told["epochs"])):
    sys.stdout.write(f"Epoch[{epoch}] Validation-accuracy=0.5\n")
    sys.stdout.flush()
    if stopped.wait(0.02):
        break
(base / "model/weights").write_text("weights")
