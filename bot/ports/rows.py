"""The stores of what people asked for and what became of it."""

from datetime import datetime
from typing import Protocol

from bot.domain.approvals import Approval
from bot.domain.cards import Card
from bot.domain.endpoints import Endpoint
from bot.domain.jobs import Job
from bot.domain.preparations import Preparation
from bot.domain.tunings import Tuning


class Jobs(Protocol):
    """The training jobs. `save` is compare-and-set on `version`: StaleError when the row moved since it was read."""

    def add(self, job: Job) -> None: ...
    def get(self, job_id: str) -> Job: ...
    def save(self, job: Job) -> Job: ...
    def named(self, name: str) -> Job | None: ...
    def active(self) -> list[Job]: ...
    def active_ids(self) -> list[str]: ...
    def recent(self, limit: int = 10) -> list[Job]: ...


class TuningRows(Protocol):
    """The tuning jobs, stored in the same manner."""

    def add(self, tuning: Tuning) -> None: ...
    def get(self, tuning_id: str) -> Tuning: ...
    def save(self, tuning: Tuning) -> Tuning: ...
    def named(self, name: str) -> Tuning | None: ...
    def active(self) -> list[Tuning]: ...
    def recent(self, limit: int = 10) -> list[Tuning]: ...


class Approvals(Protocol):
    """The requests to deploy. `add` raises WrongStateError when one for the same endpoint name is pending."""

    def add(self, approval: Approval) -> None: ...
    def get(self, approval_id: str) -> Approval: ...
    def save(self, approval: Approval) -> Approval: ...
    def pending(self) -> list[Approval]: ...
    def out_of_step(self) -> list[Approval]:
        """Those of which the registry does not know yet what it should."""

    def registering(self, version_name: str) -> Approval | None:
        """The request for which this version of the registry (`emoji/4`) was registered."""

    def without_endpoint(self) -> list[Approval]:
        """Approved ones, in the registry too, whose endpoint has no row yet."""


class Endpoints(Protocol):
    """The endpoints. `add` of an id that is there changes nothing; of a live name it raises WrongStateError."""

    def add(self, endpoint: Endpoint) -> None: ...
    def get(self, endpoint_id: str) -> Endpoint: ...
    def find(self, endpoint_id: str) -> Endpoint | None: ...
    def save(self, endpoint: Endpoint) -> Endpoint: ...
    def named(self, name: str) -> Endpoint | None:
        """The live endpoint of this name."""

    def swap(self, leaving: Endpoint, coming: Endpoint) -> Endpoint:
        """Save both at once, both or neither: the name goes from the one to the other, which is returned."""

    def live(self) -> list[Endpoint]: ...
    def unsettled(self) -> list[Endpoint]: ...
    def releases(self, name: str) -> list[Endpoint]:
        """All that there were of the endpoint of this very name, newest first."""

    def outlived(self, now: datetime) -> list[Endpoint]:
        """Releases that are over and kept no longer, of which AWS still has a model and a configuration."""


class Preparations(Protocol):
    """The data sets in the making, and made. `add` raises WrongStateError when one of the name is open."""

    def add(self, preparation: Preparation) -> None: ...
    def get(self, preparation_id: str) -> Preparation: ...
    def save(self, preparation: Preparation) -> Preparation: ...
    def open(self) -> list[Preparation]:
        """Those that the worker has something to do about, oldest first."""

    def named(self, name: str) -> Preparation | None:
        """The newest of this name, however it is capitalized."""

    def recent(self, limit: int = 10) -> list[Preparation]: ...


class Cards(Protocol):
    """What Slack shows. Saving an entity raises its card's `wanted`; an endpoint's card is its approval's."""

    def of(self, subject_id: str) -> Card: ...
    def save(self, card: Card) -> None:
        """Store all but `wanted`, which only changes of the entity raise."""

    def behind(self) -> list[Card]:
        """Cards whose entity changed since Slack last showed it."""
