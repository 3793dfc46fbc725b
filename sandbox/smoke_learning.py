"""The part of `make smoke` that learns from use: a burst of pictures, what people say of them, and a job on that."""

import json
import re
import sqlite3
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox.sample_data import HELD_OUT
from sandbox.slack.drawn import buttons, text_of
from sandbox.slack.person import Person, UnseenError

Message = dict[str, Any]
RIGHT, WRONG = "answer.right", "answer.wrong"
TOGETHER, ALONE = 12, 8
# How long to wait for what must come, on a machine that does much else.
PATIENCE = 180.0
TRUTH: Mapping[str, str] = {f"{name}.png": label for label, names in HELD_OUT.items() for name in names}


@dataclass(frozen=True, slots=True)
class Seen:
    """One image of the burst as its row has it."""

    upload_id: str
    file_name: str
    predicted: str

    @property
    def truth(self) -> str:
        return TRUTH[self.file_name]


class LearningDrive:
    """Ada shares pictures, says what they show, and has the live model trained on."""

    def __init__(self, ada: Person, database: Path, channel: str) -> None:
        self._ada = ada
        self._database = database
        self._channel = channel
        self._shared: list[Message] = []
        self.answered: list[Seen] = []
        self.labelled = 0
        self.retrained = ""

    def __str__(self) -> str:
        return f"answered {len(self.answered)}, labelled {self.labelled}, retrained to {self.retrained}"

    def keep(self) -> None:
        said = self._ada.types(self._channel, "/classify keep 90d")
        if not said.get("answered"):
            raise UnseenError("nobody answered /classify keep")

    def burst(self) -> None:
        """One message of twelve and eight messages, without waiting in between."""
        names = sorted(TRUTH)[:: max(1, len(TRUTH) // (TOGETHER + ALONE))][: TOGETHER + ALONE]
        self._shared = [self._ada.uploads(self._channel, *names[:TOGETHER])]
        self._shared += [self._ada.uploads(self._channel, name) for name in names[TOGETHER:]]
        _until(lambda: len(self._seen()) == len(names), PATIENCE)
        self.answered = self._seen()

    def label(self) -> None:
        """What is right is called so; what is wrong is put right in the picker, one picture at least."""
        wrong = [one for one in self.answered if one.predicted != one.truth]
        # Where the model has all of them right, one is called something else by mistake, and changed again.
        slip = self.answered[0] if not wrong else None
        if slip:
            self._says(slip, next(label for label in HELD_OUT if label != slip.truth))
        for one in self.answered:
            if one in wrong or one == slip:
                self._says(one, one.truth)
            else:
                self._ada.clicks(self._message_with(one, RIGHT), RIGHT, one.upload_id)
        _until(lambda: self._count("kept_pictures WHERE status = 'kept'") == len(self.answered), PATIENCE)
        self.labelled = self._count("opinions WHERE say = 'label'")

    def retrain(self, endpoint: str) -> None:
        self._ada.types(self._channel, f"/endpoints learn {endpoint}")
        trained = re.compile(r"(?s)Trained emoji-2-\w+.*pictures? from use")
        card = self._ada.sees(self._channel, lambda one: trained.search(text_of(one)) is not None, within=PATIENCE)
        match = re.search(r"best (\d+\.\d %)", text_of(card))
        if match is None:
            raise UnseenError(f"no accuracy in: {text_of(card)}")
        self.retrained = match[1]

    def _says(self, seen: Seen, label: str) -> None:
        self._ada.clicks(self._message_with(seen, WRONG), WRONG, seen.upload_id)
        self._ada.submits(self._ada.modal(), {"class": label})
        _until(
            lambda: bool(self._count(f"opinions WHERE upload_id = '{seen.upload_id}' AND label = '{label}'")), PATIENCE
        )

    def _message_with(self, seen: Seen, action_id: str) -> Message:
        """The answer that has the image's button, as soon as it is drawn."""
        wanted = {"action_id": action_id, "value": seen.upload_id}
        found: list[Message] = []

        def look() -> bool:
            said = (one for message in self._shared for one in self._ada.messages(self._channel, message["ts"]))
            found.extend(one for one in said if any(wanted.items() <= action.items() for action in buttons(one)))
            return bool(found)

        _until(look, PATIENCE)
        return {**found[0], "channel": self._channel}

    def _seen(self) -> list[Seen]:
        known = {f"{self._channel}.{message['ts']}" for message in self._shared}
        rows = self._rows("SELECT id, file_name, prediction, answer_id FROM uploads WHERE status = 'answered'")
        return [Seen(row[0], row[1], _predicted(row[2])) for row in rows if row[3] in known]

    def _count(self, what: str) -> int:
        return int(self._rows(f"SELECT count(*) FROM {what}")[0][0])  # noqa: S608 - ours

    def _rows(self, query: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self._database)) as rows:
            return rows.execute(query).fetchall()


def _predicted(written: str) -> str:
    return str(json.loads(written)["labels"][0][0])


def _until(condition: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise UnseenError(f"not within {seconds:g} s")
        time.sleep(0.1)
