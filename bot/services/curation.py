"""Data sets as people ask for them: add one, stop its preparation, remove it. The worker makes it so."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.domain import datasets, preparations
from bot.domain.datasets import DataSet
from bot.domain.jobs import Job
from bot.domain.options import requested
from bot.domain.preparations import Preparation, PreparationStatus
from bot.domain.tunings import Tuning
from bot.errors import FieldError, NotFoundError, RefusedError, UsageError, WrongStateError
from bot.ports import Clock, DataSets, Jobs, Preparations, TuningRows, Wakeup
from bot.services.retrying import retrying
from bot.services.training import identity

RECENT = 200
_ENDED = {
    PreparationStatus.FAILED: "failed",
    PreparationStatus.STOPPED: "been stopped",
    PreparationStatus.REMOVED: "been removed already",
}


@dataclass(frozen=True, slots=True)
class AddRequest:
    """What someone asked for. `key` is the same for the same request.

    `source` is an S3 address; or the names of the zip files, for people, where `file_ids` are uploads to Slack.
    """

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
        self,
        preparations: Preparations,
        data_sets: DataSets,
        users: tuple[Jobs, TuningRows],
        wakeups: tuple[Wakeup, Wakeup],
        clock: Clock,
    ) -> None:
        self._preparations = preparations
        self._data_sets = data_sets
        self._jobs, self._tunings = users
        self._ticks, self._preparing = wakeups
        self._clock = clock

    def add(self, request: AddRequest) -> Preparation:
        """Check the words and record the wish; a data set that the bot did not make is not written over."""
        preparation = Preparation(
            id=identity(request.key),
            name=self._spelt(_of_field("name", datasets.checked_name, request.name)),
            source=request.source if request.file_ids else _of_field("source", datasets.checked_source, request.source),
            file_ids=request.file_ids,
            options=requested(request.words),
            requested_by=request.user_id,
            channel_id=request.channel_id,
            requested_at=self._clock(),
        )
        self._refuse_others_data_set(request.name)
        self._preparations.add(preparation)
        self._wake()
        return self._preparations.get(preparation.id)

    def stop(self, preparation_id: str, by: str) -> Preparation:
        """Record the wish that the preparation stops."""
        return self._saved(lambda: preparations.stop_asked(self._preparations.get(preparation_id), by))

    def removable(self, name: str) -> Preparation:
        """The preparation that made what would be removed under this name, or why nothing can be."""
        data_set, preparation = self.named(name)
        self._refuse_others_data_set(name)
        if preparation is not None and preparation.open:
            # What it writes lies in the same folder, which would be removed with all else.
            raise _nothing_to_remove(preparation)
        made = self._preparations.get(data_set.made_by) if data_set else preparation
        if made is None or made.status != PreparationStatus.READY:
            raise _nothing_to_remove(made)
        made_or_making: list[DataSet | Preparation] = [*self.all(), *self.open()]
        versions = sorted(one.name for one in made_or_making if one.based_on.lower() == name.lower())
        if versions:
            raise RefusedError(
                f"*{versions[0]}* is a version of *{made.name}*, and validates with its images.",
                next_step=f"Remove that one first: `/datasets remove {versions[0]}`.",
            )
        active: list[Job | Tuning] = [*self._jobs.active(), *self._tunings.active()]
        busy = [one.name for one in active if one.data_set.lower() == name.lower()]
        if busy:
            raise RefusedError(
                f"*{busy[0]}* is training on *{made.name}*.", next_step="Stop it first, or wait for its end."
            )
        return made

    def remove(self, preparation_id: str, by: str) -> Preparation:
        """Record the wish that what this preparation made is removed; never the source."""
        return self._saved(lambda: preparations.removal_asked(self._newest(preparation_id), by))

    def get(self, preparation_id: str) -> Preparation:
        return self._preparations.get(preparation_id)

    def named(self, name: str) -> tuple[DataSet | None, Preparation | None]:
        """The data set and its newest preparation; NotFoundError where there is neither."""
        data_set = datasets.found(name, self._data_sets.all())
        preparation = self._preparations.named(name)
        if data_set is None and preparation is None:
            datasets.named(name, self._data_sets.all())
        return data_set, preparation

    def shown(self, name: str) -> DataSet | Preparation:
        """What stands for the name: how it is being made or was made, or the data set where that is unknown."""
        data_set, newest = self.named(name)
        if data_set is None or (newest and (newest.open or newest.status == PreparationStatus.READY)):
            return newest or datasets.named(name, self._data_sets.all())
        try:
            return self._preparations.get(data_set.made_by)
        except NotFoundError:
            return data_set

    def trainable(self, preparation_id: str) -> DataSet:
        """What can be trained on under the preparation's name; it enters the catalog a moment after it is ready."""
        name = self._preparations.get(preparation_id).name
        data_set, _ = self.named(name)
        if data_set is None:
            raise WrongStateError(
                f"*{name}* cannot be trained on at the moment.",
                next_step="If it has just become ready, try again soon.",
            )
        return data_set

    def all(self) -> list[DataSet]:
        return list(self._data_sets.all().values())

    def known(self) -> list[tuple[DataSet | None, Preparation | None]]:
        """Those in the making first, then by name what can be trained on, with how it was made where that is known."""
        opened, made = self.open(), {one.id: one for one in self._preparations.recent(RECENT)}
        found = {data_set.name.lower(): data_set for data_set in self.all()}
        making = [(found.pop(one.name.lower(), None), one) for one in opened]
        rest = sorted(found.items())
        return [*making, *((data_set, made.get(data_set.made_by)) for _, data_set in rest)]

    def open(self) -> list[Preparation]:
        """Those that are being prepared or removed."""
        return self._preparations.open()

    def _newest(self, preparation_id: str) -> Preparation:
        """The preparation, unless a newer one has taken its place: then the button that was pressed is outdated."""
        made = self.removable(self._preparations.get(preparation_id).name)
        if made.id != preparation_id:
            raise WrongStateError(
                f"*{made.name}* has been made anew since.", next_step=f"`/datasets show {made.name}` brings its card."
            )
        return made

    def _spelt(self, name: str) -> str:
        """As the data set that is made anew is spelt: to people two names that differ by case are one."""
        known = datasets.found(name, self._data_sets.all())
        return known.name if known else name

    def _refuse_others_data_set(self, name: str) -> None:
        known = datasets.found(name, self._data_sets.all())
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


def _of_field(field: str, check: Callable[[str], str], text: str) -> str:
    """What the check makes of the text; what it objects to is said of the field, so that a form says it there."""
    try:
        return check(text)
    except UsageError as error:
        raise FieldError(field, error.what, error.next_step) from error


def _nothing_to_remove(preparation: Preparation | None) -> WrongStateError:
    if preparation is None:
        return WrongStateError("There is nothing to remove.")
    match preparation.status:
        case PreparationStatus.REMOVING:
            return WrongStateError(f"*{preparation.name}* is being removed; <@{preparation.stopped_by}> asked for it.")
        case _ if preparation.open:
            return WrongStateError(f"*{preparation.name}* is being made.", next_step="Stop that first, on its card.")
        case status:
            return WrongStateError(
                f"There is nothing of *{preparation.name}* to remove: it has {_ENDED.get(status, 'ended')}."
            )
