"""One attempt of a pass: images read and examined ahead, compared and packed in the plan's order, noted in batches."""

import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from itertools import chain

from bot.domain.preparations import Progress
from bot.ports import Target
from bot.services.preparation.image_reading import ImageReader, Verdict
from bot.services.preparation.journal import Checkpoint, Entry, Journal, SplitState
from bot.services.preparation.lookahead import ahead, awaited
from bot.services.preparation.plan_file import SPLITS, Plan, Planned
from bot.services.preparation.tally import Tally, entry_of
from bot.services.preparation.writing import Cut, Packed, SplitWriter, Writers

# What is read ahead is held in memory, as are the cuts that are being written.
AHEAD_BYTES = 32 * 1024 * 1024
CUTS_UNDER_WAY = 2
# Small images are handed to a thread together: a hand-over costs as much as a tenth of a small image's examination.
TOGETHER, TOGETHER_BYTES = 8, 512 * 1024
ENTRIES_WITHOUT_A_CUT = 1000

Watch = Callable[[Progress], None]


@dataclass(frozen=True, slots=True)
class Threads:
    """How many threads read (and examine), and how many write."""

    reading: int
    writing: int = 1


@dataclass(frozen=True, slots=True)
class Means:
    """What an attempt works with. `watch` is called often, and raises to end the attempt."""

    reader: ImageReader
    target: Target
    writers: Writers
    thumbnail: Callable[[bytes], bytes] | None
    threads: Threads
    watch: Watch


@dataclass(frozen=True, slots=True)
class _Noted:
    """A cut on its way, with the entries and the checkpoint that hold once it is written."""

    cut: Cut
    entries: list[Entry]
    next_index: int
    split: str


class Attempt:
    """Goes on after the checkpoint, and leaves it at the end of the plan."""

    def __init__(self, plan: Plan, means: Means, checkpoint: Checkpoint) -> None:
        self._plan = plan
        self._means = means
        self._journal = Journal(means.target)
        self._checkpoint = checkpoint
        self._began = time.monotonic() - checkpoint.seconds
        self._batch: list[Entry] = []
        self._under_way: deque[_Noted] = deque()
        self.tally = Tally(plan)
        self._labels = _labels(plan, checkpoint.dropped)

    def run(self) -> Checkpoint:
        """Pack what is left to be packed; returns the checkpoint at the end."""
        for entry in self._journal.entries(self._checkpoint.attempt, self._checkpoint.pieces):
            self.tally.add(entry)
        threads = self._means.threads
        with thread_pool("read", threads.reading) as reading, thread_pool("write", threads.writing) as writing:
            try:
                for split in SPLITS:
                    if not self._state(split).done:
                        self._run_split(split, reading, writing)
            except BaseException:
                self._means.reader.halt()
                raise
        return self._checkpoint

    def _run_split(self, split: str, reading: ThreadPoolExecutor, writing: ThreadPoolExecutor) -> None:
        writer = self._means.writers(self._means.target, writing, split, self._state(split))
        self._keep(split, writer.begin())
        start, end = self._checkpoint.next_index, self._end_of(split)
        tasks = _tasks(self._plan.images, start, end)
        bounds = (self._means.threads.reading * 3, AHEAD_BYTES)
        with closing(ahead(reading, self._means.reader.judge_all, tasks, bounds, self._look)) as judged:
            for index, verdict in enumerate(chain.from_iterable(judged), start=start):
                self._take(index, verdict, writer)
                if writer.due or (writer.empty and len(self._batch) >= ENTRIES_WITHOUT_A_CUT):
                    self._cut(writer, index + 1, split)
                self._look()
        self._cut(writer, end, split)
        self._settle(0)
        writer.complete(self._state(split).etags)
        self._keep(split, replace(self._state(split), done=True))

    def _take(self, index: int, verdict: Verdict, writer: SplitWriter) -> None:
        image = self._plan.images[index]
        double = self.tally.double(index, verdict)
        label = self._labels[image.label]
        place, thumbnail = None, b""
        if verdict.payload is not None and double is None and label is not None:
            folder = self._plan.folders[image.label]
            place = writer.add(Packed(image.key, label, folder, verdict.format, verdict.payload))
            if self._means.thumbnail and self.tally.wants_thumbnail(index):
                thumbnail = self._means.thumbnail(verdict.payload)
        entry = entry_of(index, verdict, double, place, thumbnail)
        self.tally.add(entry)
        self._batch.append(entry)

    def _cut(self, writer: SplitWriter, next_index: int, split: str) -> None:
        entries, self._batch = self._batch, []
        self._under_way.append(_Noted(writer.cut(), entries, next_index, split))
        self._settle(CUTS_UNDER_WAY)

    def _settle(self, most: int) -> None:
        """Wait until at most so many cuts are under way, and note those that are written."""
        while len(self._under_way) > most:
            noted = self._under_way.popleft()
            etags = tuple(awaited(write, self._look) for write in noted.cut.writes)
            known = self._state(noted.split).etags
            self._journal.append(self._checkpoint.attempt, self._checkpoint.pieces, noted.entries)
            state = replace(noted.cut.state, etags=(*known, *(etag for etag in etags if etag)))
            self._checkpoint = replace(
                self._checkpoint, next_index=noted.next_index, pieces=self._checkpoint.pieces + 1
            )
            self._keep(noted.split, state)

    def _keep(self, split: str, state: SplitState) -> None:
        self._checkpoint = replace(
            self._checkpoint, splits={**self._checkpoint.splits, split: state}, seconds=time.monotonic() - self._began
        )
        self._journal.save(self._checkpoint)

    def _state(self, split: str) -> SplitState:
        return self._checkpoint.splits.get(split, SplitState())

    def _end_of(self, split: str) -> int:
        wanted = SPLITS.index(split)
        return sum(image.split <= wanted for image in self._plan.images)

    def _look(self) -> None:
        self._means.watch(
            Progress(
                found=len(self._plan.images),
                checked=self.tally.checked,
                left_out=self.tally.left_out,
                packed=self.tally.packed,
                packed_bytes=self.tally.packed_bytes,
            )
        )


def _labels(plan: Plan, dropped: tuple[int, ...]) -> list[int | None]:
    """The written label of each of the plan's labels; None for those that are given up."""
    kept = [label for label in range(len(plan.classes)) if label not in dropped]
    return [kept.index(label) if label in kept else None for label in range(len(plan.classes))]


def _tasks(images: Sequence[Planned], start: int, end: int) -> Iterator[tuple[int, list[Planned]]]:
    """Images in order, small ones together, with their bytes."""
    together: list[Planned] = []
    size = 0
    for index in range(start, end):
        image = images[index]
        if together and (len(together) >= TOGETHER or size + image.size > TOGETHER_BYTES):
            yield size, together
            together, size = [], 0
        together.append(image)
        size += image.size
    if together:
        yield size, together


@contextmanager
def thread_pool(name: str, size: int) -> Iterator[ThreadPoolExecutor]:
    """Threads that are gone at the end of the block; what has not begun by then is not begun."""
    pool = ThreadPoolExecutor(size, thread_name_prefix=f"{name}-images")
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)
