"""What there is to learn from for an endpoint: the pictures from use that its model's data set does not have yet."""

from collections.abc import Collection
from typing import Protocol

from bot.domain import datasets, versions
from bot.domain.endpoints import Endpoint
from bot.domain.retrainings import Retraining
from bot.domain.versions import Lot
from bot.ports import DataSets, KeptPictures


class Retrainings(Protocol):
    """The retrainings. `add`: False where one of the endpoint is open, or the id is there; `save` compares and sets."""

    def add(self, retraining: Retraining) -> bool: ...
    def get(self, retraining_id: str) -> Retraining: ...
    def save(self, retraining: Retraining) -> Retraining: ...
    def of_endpoint(self, name: str) -> list[Retraining]:
        """Newest first."""

    def wanted(self) -> list[Retraining]: ...
    def untold(self) -> list[Retraining]:
        """Those whose message says something else than they are."""

    def contained(self, versions: Collection[str]) -> set[str]:
        """The kept pictures that these data set versions contain, by their uploads' ids."""


class Lots:
    """Counted from rows alone."""

    def __init__(self, kept: KeptPictures, data_sets: DataSets, retrainings: Retrainings) -> None:
        self._kept = kept
        self._data_sets = data_sets
        self._retrainings = retrainings

    def fresh(self, endpoint: Endpoint) -> int:
        """How many new ones there are at most: counted, for it is asked often, and the pictures may be many."""
        return self._kept.fresh(versions.family(endpoint.data_set, self._data_sets.all()))

    def of(self, endpoint: Endpoint) -> Lot:
        """NotFoundError: its data set is gone."""
        known = self._data_sets.all()
        base = datasets.named(endpoint.data_set, known)
        names = sorted(versions.family(base.name, known))
        kept = [one for name in names for one in self._kept.learned(name)]
        line = versions.chain(base.name, known)
        return versions.lot(base, kept, self._retrainings.contained(line), line)
