"""All that a preparation needs, in memory: rows, a source, a bucket, and the service that is tested."""

import threading
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any

from bot.domain.datasets import DataSet
from bot.domain.preparations import Preparation
from bot.services.preparation.dataset_pass import DataSetPass
from bot.services.preparation.instruments import Instruments
from bot.services.preparation.packing import Threads
from bot.services.preparation.preparing import Places, Preparing
from tests.builders import NOW, a_preparation
from tests.fakes.preparations import FakePreparations
from tests.fakes.shelf import FakeCards
from tests.fakes.sources import FakeBucket, FakeSource, FakeSources, FakeTargets, images, instruments

FOLDER = "s3://darkroom-artifacts/datasets/pets/c25b1e0f77a94d13/"


class Calls:
    """A wakeup that counts."""

    def __init__(self) -> None:
        self.count = 0

    def call(self) -> None:
        self.count += 1

    def wait(self, seconds: float) -> bool:
        return True


class Known:
    """The data sets last found."""

    def __init__(self) -> None:
        self.held: dict[str, DataSet] = {}

    def all(self) -> dict[str, DataSet]:
        return self.held

    def replace(self, found: Any) -> None:
        self.held = {one.name: one for one in found}


class Lock:
    def __init__(self) -> None:
        self.free = True

    def held(self) -> AbstractContextManager[bool]:
        return nullcontext(self.free)


@dataclass
class PreparingRoom:
    """One source, one bucket, and a service over them."""

    source: FakeSource = field(default_factory=lambda: FakeSource(images(cat=30, dog=20)))
    bucket: FakeBucket = field(default_factory=FakeBucket)
    rows: FakePreparations = field(default_factory=lambda: FakePreparations(FakeCards()))
    known: Known = field(default_factory=Known)
    instruments: Instruments = field(default_factory=instruments)
    ticks: Calls = field(default_factory=Calls)
    lock: Lock = field(default_factory=Lock)
    stopping: threading.Event = field(default_factory=threading.Event)
    refreshed: int = 0

    def service(self) -> Preparing:
        return Preparing(
            (self.rows, self.known),
            Places(FakeSources(self.source), FakeTargets(self.bucket)),
            (DataSetPass(self.instruments, Threads(2)), self.instruments),
            (self.ticks, self._refresh),
            self.lock,
            lambda: NOW,
        )

    def asked(self, **changes: Any) -> Preparation:
        preparation = a_preparation(**changes)
        self.rows.add(preparation)
        return preparation

    def work(self) -> bool:
        return self.service().work_once(self.stopping)

    def row(self, preparation_id: str = a_preparation().id) -> Preparation:
        return self.rows.get(preparation_id)

    def written(self, name: str) -> bytes:
        return self.bucket.held[FOLDER + name]

    def names(self) -> set[str]:
        return {key.removeprefix(FOLDER) for key in self.bucket.held if key.startswith(FOLDER)}

    def _refresh(self) -> None:
        self.refreshed += 1
