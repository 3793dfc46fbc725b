"""Measures reading the curve out of a training log of 10 MB against reading its lines, and drawing 200 epochs."""

import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from bench.table import Measured, Row
from bot.domain.metrics import Curve, Epoch, absorb
from bot.drawing.charts import accuracy_chart

MEGABYTES, EPOCHS, ROUNDS = 10, 200, 5
BATCH = "[11/03/2026 12:00:01 INFO 140] Epoch[{}] Batch [{}]#011Speed: 48.1 samples/sec#011accuracy=0.431548"
LINES = ("Train-accuracy=0.612500", "Time cost=17.250", "Validation-accuracy=0.571429")


def measure(folder: Path) -> Measured:
    """`folder` is for the log."""
    log = folder / "training.log"
    log.write_text(_printed())
    reading = _milliseconds(lambda: _lines(log))
    both = _milliseconds(lambda: absorb(Curve(), _lines(log)))
    curve = Curve(tuple(Epoch(number, number / 250, number / 300, 12.0) for number in range(1, EPOCHS + 1)))
    drawing = _milliseconds(lambda: accuracy_chart(curve, "bench"))
    return Measured(
        [
            Row(
                f"the curve from a log of {MEGABYTES} MB",
                f"{both:.0f} ms",
                f"reading its lines: {reading:.0f} ms",
                both / reading,
                "times",
            ),
            Row(f"drawing a chart of {EPOCHS} epochs", f"{drawing:.0f} ms", "", drawing, "ms"),
        ]
    )


def _printed() -> str:
    """Batch lines, which tell nothing, and few that tell an epoch's figures, as the algorithm prints them."""
    batches = MEGABYTES * 1_000_000 // EPOCHS // len(BATCH)
    epochs = (
        [*(BATCH.format(epoch, batch) for batch in range(batches)), *(f"Epoch[{epoch}] {line}" for line in LINES)]
        for epoch in range(EPOCHS)
    )
    return "\n".join(line for lines in epochs for line in lines)


def _lines(log: Path) -> list[str]:
    with log.open(encoding="utf-8") as file:
        return [line.rstrip("\n") for line in file]


def _milliseconds(work: Callable[[], object]) -> float:
    """Processor time, once everything is imported."""
    work()
    took = []
    for _ in range(ROUNDS):
        began = time.process_time()
        work()
        took.append(time.process_time() - began)
    return median(took) * 1000
