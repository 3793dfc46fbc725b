"""What the services need of the world, as one page of Protocols; `adapters/` has the real ones, tests have fakes."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from bot.domain.approvals import Approval
from bot.domain.cards import Card, Subject
from bot.domain.datasets import DataSet
from bot.domain.endpoints import Endpoint, HostingSnapshot
from bot.domain.jobs import Job, Snapshot
from bot.domain.predictions import ImageFacts, Upload


class TrainingPlatform(Protocol):
    """Where training jobs run. Every call may raise BusyError (try later) or PlatformError (refused)."""

    def start(self, job: Job, data_set: DataSet) -> None:
        """Start the job under its name. That it exists already is success if it is ours, and TakenError otherwise."""

    def stop(self, name: str) -> None:
        """Ask the job to stop; a job that has ended is left alone. GoneError: no such job."""

    def observe(self, name: str) -> Snapshot:
        """What the platform says of the job now. GoneError: no such job."""

    def log_lines(self, name: str, position: Mapping[str, str]) -> tuple[list[str], dict[str, str]]:
        """The log's lines after `position` (a token per stream), and the position after them. No log yet: nothing."""


class ModelHosting(Protocol):
    """Where endpoints live. Creating what exists already is success if it is ours, and TakenError otherwise."""

    def create_model(self, endpoint: Endpoint, artifact: str) -> None: ...

    def create_configuration(self, endpoint: Endpoint) -> None: ...

    def create_endpoint(self, endpoint: Endpoint) -> None: ...

    def observe(self, name: str) -> HostingSnapshot:
        """What the platform says of the endpoint now; an endpoint that is gone is DELETED."""

    def delete(self, name: str) -> None:
        """Ask for the endpoint's deletion, and delete its configuration and model; what is gone is left alone."""

    def invoke(self, name: str, image: bytes, content_type: str) -> Sequence[float]:
        """The probability of each class, in label order. BusyError: throttled, or still waking up."""


class DataSetSource(Protocol):
    """Where data sets are found."""

    def found(self) -> tuple[DataSet, ...]:
        """All data sets in the bucket now; a descriptor that cannot be read is logged and left out."""


class PriceList(Protocol):
    """What instances cost."""

    def hourly(self, component: str) -> Mapping[str, float]:
        """USD an hour by instance type, of `training` or `hosting`, in the bot's region."""


class Announcer(Protocol):
    """The one writer to Slack outside of a reply. Calls may raise ChatBusyError, NoPlaceError or ChatError."""

    def show(self, card: Card, subject: Subject, now: datetime) -> Card:
        """Make Slack show the subject: post the card, edit it where it differs, or do nothing. Returns the card."""

    def announce(self, card: Card, subject: Subject) -> None:
        """Tell the card's thread, and the channel where it matters, of the milestone that the subject has reached."""

    def answer(self, upload: Upload, endpoint: Endpoint | None) -> str:
        """Post or edit the upload's answer in its thread; returns the answer's `message_ts`."""


class Files(Protocol):
    """Files that people uploaded to Slack."""

    def fetch(self, url: str, max_bytes: int) -> bytes:
        """The file's bytes. RefusedError: it is larger, or no file came but a web page; ChatBusyError: try later."""


class Images(Protocol):
    """What can be said of an image's bytes."""

    def look(self, image: bytes) -> ImageFacts:
        """Format by content, sides and size. RefusedError: no image, cut short, or too many pixels to open."""


class Directory(Protocol):
    """Who is in a user group."""

    def members(self, group_id: str) -> frozenset[str]: ...


class Jobs(Protocol):
    """The training jobs. `save` is compare-and-set on `version`: StaleError when the row moved since it was read."""

    def add(self, job: Job) -> None: ...
    def get(self, job_id: str) -> Job: ...
    def save(self, job: Job) -> Job: ...
    def named(self, name: str) -> Job | None: ...
    def active(self) -> list[Job]: ...
    def recent(self, limit: int = 10) -> list[Job]: ...


class Approvals(Protocol):
    """The requests to deploy. `add` raises WrongStateError when one for the same endpoint name is pending."""

    def add(self, approval: Approval) -> None: ...
    def get(self, approval_id: str) -> Approval: ...
    def save(self, approval: Approval) -> Approval: ...
    def pending(self) -> list[Approval]: ...
    def without_endpoint(self) -> list[Approval]:
        """Approved ones whose endpoint has no row yet."""


class Endpoints(Protocol):
    """The endpoints. `add` of an id that is there changes nothing; of a live name it raises WrongStateError."""

    def add(self, endpoint: Endpoint) -> None: ...
    def get(self, endpoint_id: str) -> Endpoint: ...
    def find(self, endpoint_id: str) -> Endpoint | None: ...
    def save(self, endpoint: Endpoint) -> Endpoint: ...
    def named(self, name: str) -> Endpoint | None:
        """The live endpoint of this name."""

    def live(self) -> list[Endpoint]: ...
    def unsettled(self) -> list[Endpoint]: ...


class Routes(Protocol):
    """Which endpoint classifies the images of which channel."""

    def of(self, channel_id: str) -> str | None: ...
    def set(self, channel_id: str, endpoint_name: str) -> None: ...
    def drop(self, endpoint_name: str) -> None: ...


class Uploads(Protocol):
    """The uploaded images. A claimed one is nobody else's until its claim ends."""

    def add(self, uploads: Iterable[Upload]) -> int:
        """Store those that are new, by id; returns how many were."""

    def claim(self, now: datetime, seconds: float) -> Upload | None:
        """The oldest open one that is due and unclaimed, claimed for `seconds` and with one try more."""

    def save(self, upload: Upload) -> Upload:
        """Compare-and-set on `version`; ends the claim."""

    def renew(self, ids: Iterable[str], until: datetime) -> None:
        """Hold on to claims for longer."""

    def next_due(self) -> datetime | None: ...


class Cards(Protocol):
    """What Slack shows. Saving an entity raises its card's `wanted`; an endpoint's card is its approval's."""

    def of(self, subject_id: str) -> Card: ...
    def save(self, card: Card) -> None:
        """Store all but `wanted`, which only changes of the entity raise."""

    def behind(self) -> list[Card]:
        """Cards whose entity changed since Slack last showed it."""


class DataSets(Protocol):
    """The data sets last found, so that a listener needs no AWS to check a request."""

    def all(self) -> Mapping[str, DataSet]: ...
    def replace(self, found: Iterable[DataSet]) -> None: ...


class Prices(Protocol):
    """The prices last read. `component` is `training` or `hosting`."""

    def hourly(self, component: str, instance_type: str) -> float | None: ...
    def replace(self, component: str, prices: Mapping[str, float]) -> None: ...


class Wakeup(Protocol):
    """Tells the worker, in this process or another, that there is something to do."""

    def call(self) -> None: ...
    def wait(self, seconds: float) -> bool:
        """Wait until called or until the time is over; says which."""


class TickLock(Protocol):
    """Lets one worker at a time tick, over all processes that share the database; ends with its holder's process."""

    def held(self) -> AbstractContextManager[bool]: ...


Clock = Callable[[], datetime]
Identify = Callable[[], str]
