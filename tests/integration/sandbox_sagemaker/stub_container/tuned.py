"""A container for tests of tuning jobs: its accuracy rises with the epochs, the higher the nearer its rate to 0.01."""

import json
import math
import os
import signal
import sys
import threading
from pathlib import Path

base = Path(os.environ["SAGEMAKER_BASE_DIR"])
told = json.loads((base / "input/config/hyperparameters.json").read_text())
stopped = threading.Event()
signal.signal(signal.SIGTERM, lambda *_: stopped.set())
epochs = int(told.get("epochs", "2"))
best = 1 - abs(math.log10(float(told.get("learning_rate", "0.01"))) + 2) / 5

if told.get("optimizer") == told.get("breaks", "never"):
    (base / "output/failure").write_text("ClientError: this optimizer breaks")
    sys.exit(1)
for epoch in range(epochs if "silent" not in told else 0):
    sys.stdout.write(f"Epoch[{epoch}] Validation-accuracy={best * (epoch + 1) / epochs:.6f}\n")
    sys.stdout.flush()
    if stopped.wait(float(told.get("seconds", "0"))):
        break
(base / "model/weights.json").write_text(json.dumps(told))
