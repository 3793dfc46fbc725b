"""`make smoke`: the whole main job through the embedded default, as people do it, and a line of figures at its end."""

import json
import re
import statistics
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from sandbox.embedded import Embedded, Plan
from sandbox.slack.drawn import text_of
from sandbox.slack.person import Person, UnseenError
from sandbox.slack.workspace import Workspace
from sandbox.smoke_endpoints import SHORT_LEASES, Lives, ReleaseDrive, lives
from sandbox.smoke_learning import LearningDrive

CHANNEL = Workspace.EMOJI
# How long to wait for what must come, on a machine that does much else.
PATIENCE = 180.0
Message = dict[str, Any]
_TUNING = r"emoji-tune-\w+"
T = TypeVar("T")


@dataclass(slots=True)
class Figures:
    """What the last line says."""

    trained_seconds: float = 0.0
    accuracy: str = ""
    service_seconds: float = 0.0
    answer_ms: float = 0.0
    checked: str = ""
    rejected: str = ""
    tuned_jobs: int = 0
    tuned_best: str = ""
    continued_best: str = ""
    lives: Lives | None = None
    learning: LearningDrive | None = None

    def __str__(self) -> str:
        return (
            f"trained in {self.trained_seconds:.1f} s, best validation accuracy {self.accuracy}, "
            f"in service after {self.service_seconds:.1f} s, answered in {self.answer_ms:.0f} ms, "
            f"checked {self.checked} images, rejected {self.rejected}, "
            f"tuned {self.tuned_jobs} jobs, best {self.tuned_best}, continued to {self.continued_best}, "
            f"{self.lives}, {self.learning}"
        )


def main() -> int:
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        embedded = Embedded(Plan(folder=Path(folder), poll_seconds=0.5, settings=SHORT_LEASES))
        try:
            embedded.start()
            figures = Drive(embedded).main_job()
            assert embedded.aws is not None
            figures.lives = lives(embedded.database, embedded.aws)
        except (UnseenError, AssertionError) as miss:
            print(f"smoke: missed after {time.monotonic() - began:.0f} s: {miss}", file=sys.stderr)
            return 1
        finally:
            embedded.stop()
    print(f"smoke: {figures}")
    return 0


class Drive:
    """Ada asks, Grace and Lin decide, everybody looks."""

    def __init__(self, embedded: Embedded) -> None:
        assert embedded.slack is not None
        self._url = embedded.slack.url
        self.ada, self.grace, self.lin = (
            Person(self._url, one) for one in (Workspace.ADA, Workspace.GRACE, Workspace.LIN)
        )
        self.figures = Figures()
        assert embedded.aws is not None
        self._releases = ReleaseDrive((self.ada, self.grace), embedded.aws, CHANNEL)
        self._learning = self.figures.learning = LearningDrive(self.ada, embedded.database, CHANNEL)

    def main_job(self) -> Figures:
        step("the bot answers", self._greet)
        step("a dirty data set is prepared", self._prepare_dirty)
        step("ada trains", self._train)
        step("the chart is there", self._look_at_chart)
        step("a serverless endpoint", self._deploy_serverless)
        step("an upload on it", lambda: self._upload(self._samples()[0]))
        step("a real-time endpoint", self._deploy_realtime)
        releases, live = self._releases, f"{self.job}-realtime"
        step("which is kept", lambda: releases.keep(live))
        step("two uploads on it", self._upload_warm)
        step("an update of a live endpoint", lambda: releases.update(self.job, live))
        step("a roll-back", lambda: releases.roll_back(live))
        step("a failed smoke test that comes back by itself", lambda: releases.fail_and_come_back(self.job, live))
        step("a tuning of six jobs", self._tune)
        step("a warm start", self._tune_on)
        step("a job from the best", self._train_on)
        learning = self._learning
        step("pictures are kept to learn from", learning.keep)
        step("twenty pictures in one burst", learning.burst)
        step("what people say of them, and one put right", learning.label)
        step("the live model trained on with them", lambda: learning.retrain(live))
        step("a lease that ends", lambda: releases.lease_ends(f"{self.job}-serverless"))
        return self.figures

    def _greet(self) -> None:
        wait_until(lambda: bool(self.ada.types(CHANNEL, "/datasets").get("answered")), PATIENCE)

    def _prepare_dirty(self) -> None:
        self.ada.types(CHANNEL, "/datasets add dirty s3://team-pictures/dirty")
        card = text_of(self.ada.sees(CHANNEL, says(r"dirty is ready"), within=PATIENCE))
        self.figures.rejected = found(r"(\d+) of \d+:", card)
        self.figures.checked = found(r"\d+ of (\d+):", card)

    def _train(self) -> None:
        began = time.monotonic()
        self.ada.types(CHANNEL, "/train emoji")
        self.card = self.ada.sees(CHANNEL, says(r"Trained emoji-\w+"), within=PATIENCE)
        self.figures.trained_seconds = time.monotonic() - began
        text = text_of(self.card)
        self.job = found(r"emoji-[0-9a-f]{6}", text)
        self.figures.accuracy = found(r"best (\d+\.\d %)", text)

    def _look_at_chart(self) -> None:
        def with_chart(message: Message) -> bool:
            images = [block for block in message.get("blocks", []) if block["type"] == "image"]
            return message["ts"] == self.card["ts"] and bool(images) and "alt_text" in images[0]

        card = self.ada.sees(CHANNEL, with_chart)
        file_id = next(block["slack_file"]["id"] for block in card["blocks"] if block["type"] == "image")
        with urllib.request.urlopen(f"{self._url}/page/files/{file_id}/chart.png", timeout=30) as response:
            assert response.read(8) == b"\x89PNG\r\n\x1a\n", "the chart is no PNG"

    def _deploy_serverless(self) -> None:
        card = self.ada.sees(CHANNEL, lambda message: message["ts"] == self.card["ts"])
        self.ada.clicks(card, "job.ask")
        self.ada.submits(self.ada.modal(), {"to": "serverless", "memory": "2048", "concurrency": "5"})
        approval = self.grace.sees(CHANNEL, says(r"Deploy emoji-\w+ to serverless\?"))
        self.ada.clicks(approval, "approval.approve")
        self.ada.sees(
            CHANNEL, lambda message: bool(message.get("is_ephemeral")) and "another approver" in text_of(message)
        )
        self._approved(self.grace, approval)

    def _deploy_realtime(self) -> None:
        self.ada.types(CHANNEL, f"/deploy {self.job} to=realtime instance=ml.m5.large count=1")
        approval = self.lin.sees(CHANNEL, says(r"Deploy emoji-\w+ to real-time\?"))
        self._approved(self.lin, approval)

    def _approved(self, approver: Person, approval: Message) -> None:
        began = time.monotonic()
        approver.clicks(approval, "approval.approve")
        approver.sees(
            CHANNEL,
            lambda message: (
                message["ts"] == approval["ts"] and "in service" in text_of(message).splitlines()[0].lower()
            ),
            within=PATIENCE,
        )
        self.figures.service_seconds = max(self.figures.service_seconds, time.monotonic() - began)

    def _tune(self) -> None:
        words = "learning_rate=0.001..0.5 mini_batch_size=16..64 epochs=4 jobs=6 parallel=2 seed=3 max_run=30m"
        self.tuning = self._tuned(words)
        text = text_of(self.tuning)
        self.figures.tuned_best = found(r"best (\d+\.\d %)", text)
        self.figures.tuned_jobs = int(found(r"job \d of (\d+)", text))

    def _tune_on(self) -> None:
        self._tuned(f"warm={found(_TUNING, text_of(self.tuning))} jobs=2 parallel=2")
        self.figures.tuned_jobs += 2

    def _tuned(self, words: str) -> Message:
        known = {message["ts"] for message in self.ada.messages(CHANNEL)}
        self.ada.types(CHANNEL, f"/tune emoji {words}")
        return self.ada.sees(
            CHANNEL, lambda one: one["ts"] not in known and says(rf"Tuned \W?{_TUNING}")(one), within=PATIENCE
        )

    def _train_on(self) -> None:
        self.ada.clicks(self.tuning, "tuning.train_on")
        best = found(_TUNING, text_of(self.tuning))
        self.ada.sees(CHANNEL, says(rf"Trained {best}-\d"), within=PATIENCE)
        self.ada.submits(self.ada.modal(), {"epochs": "2"})
        card = self.ada.sees(CHANNEL, says(rf"(?s)Trained emoji-\w+.*continues {best}"), within=PATIENCE)
        self.figures.continued_best = found(r"best (\d+\.\d %)", text_of(card))

    def _upload(self, sample: str) -> float:
        """Milliseconds from the upload to its answer."""
        message = self.ada.uploads(CHANNEL, sample)
        answer = self.ada.sees(
            CHANNEL,
            lambda one: one["ts"] != message["ts"] and says(r"\d+ %")(one),
            thread_ts=message["ts"],
            within=PATIENCE,
        )
        return (float(answer["ts"]) - float(message["ts"])) * 1000

    def _upload_warm(self) -> None:
        self.figures.answer_ms = statistics.median(self._upload(name) for name in self._samples()[1:3])

    def _samples(self) -> list[str]:
        with urllib.request.urlopen(f"{self._url}/page/workspace?user={Workspace.ADA}", timeout=30) as response:
            names = [sample["name"] for sample in json.load(response)["samples"]]
        return names[:: max(1, len(names) // 3)]


def step(name: str, act: Callable[[], T]) -> T:
    began = time.monotonic()
    result = act()
    print(f"smoke: {name} ({time.monotonic() - began:.1f} s)")
    return result


def says(pattern: str) -> Callable[[Message], bool]:
    return lambda message: re.search(pattern, text_of(message)) is not None


def found(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    assert match, f"{pattern!r} is not in: {text}"
    return match[match.lastindex or 0]


def wait_until(condition: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise UnseenError(f"not within {seconds:g} s")
        time.sleep(0.2)


if __name__ == "__main__":
    sys.exit(main())
