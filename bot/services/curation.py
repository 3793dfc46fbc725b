"""Data sets as people ask for them: add one, stop its preparation, remove it. The worker makes it so."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.domain import datasets, preparations
from bot.domain.datasets import DataSet
from bot.domain.options import requested
from bot.domain.preparations import Preparation
from bot.errors import RefusedError
from bot.ports import Clock, DataSets, Jobs, Preparations, Wakeup
from bot.services.retrying import retrying
from bot.services.training import identity


@dataclass(frozen=True, slots=True)
class AddRequest:
    """What someone asked for: an S3 address, or zip files uploaded to Slack. `key` is the same for the same request."""

    name: str
    source: str
    file_ids: tuple[str, ...]
    words: Mapping[str, str]
    user_id: str
    channel_id: str
    key: str


class Curation:
    """Writes what people want of data sets into rows."""

    def __init__(
        self, preparations: Preparations, data_sets: DataSets, jobs: Jobs, wakeups: tuple[Wakeup, Wakeup], clock: Clock
    ) -> None:
        self._preparations = preparations
        self._data_sets = data_sets
        self._jobs = jobs
        self._ticks, self._preparing = wakeups
        self._clock = clock

    def add(self, request: AddRequest) -> Preparation:
        """Check the words and record the wish; a data set that the bot did not make is not written over."""
        self._refuse_others_data_set(request.name)
        preparation = Preparation(
            id=identity(request.key),
            name=datasets.checked_name(request.name),
            source=datasets.checked_source(request.source) if not request.file_ids else "",
            file_ids=request.file_ids,
            options=requested(request.words),
            requested_by=request.user_id,
            channel_id=request.channel_id,
            requested_at=self._clock(),
        )
        self._preparations.add(preparation)
        self._wake()
        return self._preparations.get(preparation.id)

    def stop(self, preparation_id: str, by: str) -> Preparation:
        """Record the wish that the preparation stops."""
        return self._saved(lambda: preparations.stop_asked(self._preparations.get(preparation_id), by))

    def remove(self, name: str, by: str) -> Preparation:
        """Record the wish that what the bot made under this name is removed; never the source."""
        data_set = datasets.named(name, self._data_sets.all())
        self._refuse_others_data_set(data_set.name)
        busy = [job.name for job in self._jobs.active() if job.data_set == data_set.name]
        if busy:
            raise RefusedError(
                f"*{busy[0]}* is training on *{data_set.name}*.", next_step="Stop it first, or wait for its end."
            )
        return self._saved(lambda: preparations.removal_asked(self._preparations.get(data_set.made_by), by))

    def get(self, preparation_id: str) -> Preparation:
        return self._preparations.get(preparation_id)

    def named(self, name: str) -> tuple[DataSet | None, Preparation | None]:
        """The data set and its newest preparation; NotFoundError where there is neither."""
        data_set = next((one for key, one in self._data_sets.all().items() if key.lower() == name.lower()), None)
        preparation = self._preparations.named(name)
        if data_set is None and preparation is None:
            datasets.named(name, self._data_sets.all())
        return data_set, preparation

    def all(self) -> list[DataSet]:
        return list(self._data_sets.all().values())

    def open(self) -> list[Preparation]:
        """Those that are being prepared or removed."""
        return self._preparations.open()

    def _refuse_others_data_set(self, name: str) -> None:
        known = next((one for key, one in self._data_sets.all().items() if key.lower() == name.lower()), None)
        if known is not None and not known.made_by:
            raise RefusedError(
                f"*{known.name}* was put into the bucket by someone, not by me, so I leave it as it is.",
                next_step="Choose another name.",
            )

    def _saved(self, change: Callable[[], Preparation]) -> Preparation:
        saved = retrying(lambda: self._preparations.save(change()))
        self._wake()
        return saved

    def _wake(self) -> None:
        self._ticks.call()
        self._preparing.call()
