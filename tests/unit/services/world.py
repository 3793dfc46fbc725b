"""All services over fakes, with a clock that a test moves."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain.access import Access
from bot.domain.approvals import Approval
from bot.domain.endpoints import Endpoint
from bot.domain.jobs import Job
from bot.domain.tunings import Tuning
from bot.services.access import AccessControl
from bot.services.cards import CardKeeper
from bot.services.catalog import Catalog
from bot.services.classification import Classification
from bot.services.comparing import Comparing
from bot.services.correcting import Correcting
from bot.services.curation import Curation
from bot.services.deployment import Deployment
from bot.services.following import JobFollower
from bot.services.following_tunings import TuningFollower
from bot.services.monitoring import Followers, Monitoring
from bot.services.rollout import Rollout
from bot.services.starting import Starting
from bot.services.training import Training
from bot.services.tuning import Tunings
from tests.builders import APPROVALS_CHANNEL, APPROVER, NOW, REQUESTER, a_data_set
from tests.fakes.platform import FakeDataSetSource, FakeHosting, FakePriceList, FakeTraining
from tests.fakes.slack import FakeAnnouncer, FakeDirectory, FakeFiles, FakeImages
from tests.fakes.stores import FakeStores
from tests.fakes.tuning import FakeTuning
from tests.fakes.wishes import FakeDryRuns

MAX_JOB_COST = 20.0
CONFIRM_JOB_COST = 5.0
APPROVING = Access(frozenset(), frozenset({APPROVER, REQUESTER}))


@dataclass(slots=True)
class World:
    """The services' surroundings; the services themselves are made from them when they are asked for."""

    now: datetime = NOW
    stores: FakeStores = field(default_factory=FakeStores)
    platform: FakeTraining = field(default_factory=FakeTraining)
    tuning_platform: FakeTuning = field(default_factory=FakeTuning)
    hosting: FakeHosting = field(default_factory=FakeHosting)
    announcer: FakeAnnouncer = field(default_factory=FakeAnnouncer)
    files: FakeFiles = field(default_factory=FakeFiles)
    images: FakeImages = field(default_factory=FakeImages)
    directory: FakeDirectory = field(default_factory=FakeDirectory)
    source: FakeDataSetSource = field(default_factory=FakeDataSetSource)
    price_list: FakePriceList = field(default_factory=FakePriceList)
    access: Access = APPROVING
    approvals_channel: str = APPROVALS_CHANNEL
    seconds: float = 0.0

    def __post_init__(self) -> None:
        self.stores.data_sets.replace([a_data_set()])
        self.stores.prices.replace("training", {"ml.g4dn.xlarge": 0.736, "ml.p3.16xlarge": 28.152})
        self.stores.prices.replace("hosting", {"ml.m5.large": 0.115})

    def clock(self) -> datetime:
        return self.now

    def passes(self, **time: float) -> None:
        self.now += timedelta(**time)

    def stopwatch(self) -> float:
        self.seconds += 0.25
        return self.seconds

    def control(self) -> AccessControl:
        return AccessControl(self.access, self.directory)

    def training(self) -> Training:
        stores = self.stores
        return Training(stores.jobs, stores.data_sets, stores.prices, stores.wakeup, self.clock, MAX_JOB_COST)

    def starting(self) -> Starting:
        stores = self.stores
        rows = (stores.jobs, stores.data_sets, stores.wishes)
        return Starting(self.training(), rows, FakeDryRuns(), self.clock, CONFIRM_JOB_COST)

    def tuning(self) -> Tunings:
        stores, rows = self.stores, (self.stores.tunings, self.stores.jobs)
        return Tunings(rows, stores.data_sets, stores.prices, stores.wakeup, self.clock, MAX_JOB_COST)

    def comparing(self) -> Comparing:
        stores = self.stores
        return Comparing(stores.comparisons, stores.jobs, stores.wakeup, self.clock)

    def correcting(self) -> Correcting:
        return Correcting(self.training(), self.stores.data_sets, self.stores.prices)

    def curation(self) -> Curation:
        stores = self.stores
        wakeups = (stores.wakeup, stores.wakeup)
        return Curation(stores.preparations, stores.data_sets, (stores.jobs, stores.tunings), wakeups, self.clock)

    def deployment(self) -> Deployment:
        stores = self.stores
        rows = (stores.jobs, stores.approvals, stores.endpoints, stores.routes)
        return Deployment(rows, stores.prices, self.control(), stores.wakeup, self.clock, self.approvals_channel)

    def follower(self) -> JobFollower:
        return JobFollower(self.stores.jobs, self.stores.data_sets, self.platform, self.clock)

    def tuning_follower(self) -> TuningFollower:
        return TuningFollower(self.stores.tunings, self.stores.data_sets, self.tuning_platform, self.clock)

    def rollout(self) -> Rollout:
        stores = self.stores
        return Rollout((stores.jobs, stores.approvals, stores.endpoints, stores.routes), self.hosting, self.clock)

    def cards(self) -> CardKeeper:
        return CardKeeper(
            self.stores.cards,
            (self.stores.jobs, self.stores.preparations, self.stores.tunings),
            (self.deployment(), self.comparing()),
            self.announcer,
            self.clock,
        )

    def monitoring(self) -> Monitoring:
        followers = Followers(self.follower(), self.tuning_follower(), self.rollout(), self.cards())
        return Monitoring(self.stores.tick_lock, self.stores.cards, followers)

    def catalog(self) -> Catalog:
        return Catalog(self.stores.data_sets, self.source, self.stores.prices, self.price_list, self.clock)

    def classification(self) -> Classification:
        rows = (self.stores.uploads, self.stores.routes, self.stores.endpoints)
        vendors = (self.files, self.images, self.hosting, self.announcer)
        return Classification(rows, vendors, self.stores.wakeup, self.clock, self.stopwatch)

    def has_job(self, job: Job) -> Job:
        self.stores.jobs.add(job)
        return job

    def has_tuning(self, tuning: Tuning) -> Tuning:
        self.stores.tunings.add(tuning)
        return tuning

    def has_request(self, approval: Approval) -> Approval:
        self.stores.approvals.add(approval)
        return approval

    def has_endpoint(self, endpoint: Endpoint) -> Endpoint:
        self.stores.endpoints.add(endpoint)
        return endpoint

    def job(self, job: Job) -> Job:
        return self.stores.jobs.get(job.id)

    def endpoint(self, endpoint_id: str) -> Endpoint:
        return self.stores.endpoints.get(endpoint_id)
