"""What the services need of the world, as one page of Protocols; `adapters/` has the real ones, tests have fakes."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import BinaryIO, Protocol

from bot.domain.approvals import Approval
from bot.domain.cards import Card, Subject
from bot.domain.changes import Change
from bot.domain.checks import Finding
from bot.domain.datasets import DataSet
from bot.domain.endpoints import Endpoint, HostingSnapshot
from bot.domain.jobs import Job, Snapshot
from bot.domain.predictions import ImageFacts, Upload
from bot.domain.preparations import Preparation
from bot.domain.sources import SourceObject
from bot.domain.tunings import Tuning, TuningSnapshot


class TrainingPlatform(Protocol):
    """Where training jobs run. Every call may raise BusyError (try later) or PlatformError (refused)."""

    def start(self, job: Job, data_set: DataSet) -> None:
        """Start the job under its name. That it exists already is success if it is ours, and TakenError otherwise."""

    def stop(self, name: str) -> None:
        """Ask the job to stop; a job that has ended is left alone. GoneError: no such job."""

    def observe(self, name: str) -> Snapshot:
        """What the platform says of the job now. GoneError: no such job."""

    def changed_since(self, moment: datetime) -> list[Change]:
        """Each job's last change after `moment`, by the platform's clock; ours or not. May lag behind `observe`."""

    def log_lines(self, name: str, position: Mapping[str, str]) -> tuple[list[str], dict[str, str]]:
        """The log's lines after `position` (a token per stream), and the position after them. No log yet: nothing."""


class TuningPlatform(Protocol):
    """Where tuning jobs run, with the same errors as where training jobs do."""

    def start(self, tuning: Tuning, data_set: DataSet) -> None:
        """Start it under its name. That it exists already is success if it is ours, and TakenError otherwise."""

    def stop(self, name: str) -> None:
        """Ask it to stop, and with it its jobs; one that has ended is left alone. GoneError: no such tuning."""

    def observe(self, tuning: Tuning) -> TuningSnapshot:
        """What the platform says of it now, with those of its jobs that may have changed. GoneError: no such tuning."""


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


class ImageSource(Protocol):
    """Where a data set's images come from: a folder, an S3 prefix or zip files. It is only ever read.

    Keys are relative to `address`. GoneError, DeniedError, RefusedError (too large); BusyError: try later.
    """

    @property
    def address(self) -> str: ...
    def objects(self) -> Iterator[SourceObject]:
        """All objects, in the order of their keys."""

    def read(self, key: str, most_bytes: int) -> bytes: ...
    def opened(self, key: str) -> AbstractContextManager[BinaryIO]:
        """A large object as a stream."""

    def findings(self) -> Sequence[Finding]:
        """What is to be said of the place as a whole: its region, and whether it is public."""


class Sources(Protocol):
    """Opens the source that a preparation names, and lets go of it afterwards."""

    def opened(self, preparation: Preparation) -> AbstractContextManager[ImageSource]: ...


class Target(Protocol):
    """Where a data set is written: a folder of its own, locally or in the bucket. Names are relative to `address`."""

    @property
    def address(self) -> str: ...
    def put(self, name: str, body: bytes, content_type: str = "application/octet-stream") -> None: ...
    def read(self, name: str) -> bytes | None:
        """None: there is no such object."""

    def begin(self, name: str) -> str:
        """Begin a large object that is written in parts; returns its upload's id."""

    def part(self, name: str, upload_id: str, number: int, body: bytes) -> str:
        """Write part `number` (from 1; 5 MiB at least, but for the last); returns its ETag. Again: overwrites."""

    def complete(self, name: str, upload_id: str, etags: Sequence[str]) -> None: ...
    def remove(self, prefix: str = "") -> None:
        """Remove everything below, and give up what was begun there."""


class Targets(Protocol):
    """The places below the data sets' folder of the bucket."""

    def at(self, folder: str) -> Target: ...
    def describe(self, name: str, descriptor: bytes) -> None:
        """Make the data set `name` be what the descriptor says, at once."""

    def forget(self, name: str) -> None:
        """Remove the descriptor and all that was ever prepared under the name."""


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
    """Lets one worker at a time do a thing, over all processes that share the database; ends with its holder's."""

    def held(self) -> AbstractContextManager[bool]: ...


Clock = Callable[[], datetime]
