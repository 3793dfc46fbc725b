"""All services over fakes, with a clock that a test moves."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.adapters.schedule import next_after
from bot.domain.access import Access
from bot.domain.approvals import Approval, Rules
from bot.domain.endpoints import Endpoint
from bot.domain.jobs import Job
from bot.domain.leases import Terms
from bot.domain.packages import PackageSnapshot
from bot.domain.tunings import Tuning
from bot.services.access import AccessControl
from bot.services.answering import Answering
from bot.services.answers import AnswerKeeper
from bot.services.arriving import Arriving
from bot.services.asking import Asking
from bot.services.cards import CardKeeper
from bot.services.cases import Cases
from bot.services.catalog import Catalog
from bot.services.channel_choices import ChannelChoices
from bot.services.choosing import Choosing
from bot.services.chronicle import Chronicle
from bot.services.classification import Classification
from bot.services.comparing import Comparing
from bot.services.correcting import Correcting
from bot.services.curation import Curation
from bot.services.deciding import Deciding
from bot.services.deployment import Deployment
from bot.services.digesting import Digesting
from bot.services.drifting import DriftWatch
from bot.services.fetching import Fetching
from bot.services.figures import Figures
from bot.services.following import JobFollower
from bot.services.following_tunings import TuningFollower
from bot.services.golden import GoldenCheck
from bot.services.holdings import Holdings
from bot.services.home import Homes
from bot.services.hush import Hush
from bot.services.known_sets import KnownSets
from bot.services.leasing import Leasing
from bot.services.looking import Looking
from bot.services.machine_watch import MachineWatch
from bot.services.measuring import Measuring
from bot.services.monitoring import Followers, Monitoring
from bot.services.operator_notes import OperatorNotes
from bot.services.provenance import Provenance
from bot.services.registering import Registering
from bot.services.repeating import Repeating
from bot.services.replaying import Replaying, ReplayRunner
from bot.services.returning import RollBack
from bot.services.rollout import Rollout
from bot.services.rule_watch import RuleWatch
from bot.services.splitting import Splitting
from bot.services.starting import Starting
from bot.services.sweeping import Sweeping
from bot.services.training import Training
from bot.services.tuning import Tunings
from bot.services.upkeep import Upkeep
from tests.builders import APPROVALS_CHANNEL, APPROVER, ARTIFACT, NOW, REQUESTER, a_data_set
from tests.fakes.asking import FakeConversations, FakeOperatorPost
from tests.fakes.figures import FakeDriftTeller, FakeOffers
from tests.fakes.golden import FakeGoldenImages
from tests.fakes.hosting import FakeHosting
from tests.fakes.machines import FakeMachines
from tests.fakes.platform import FakeDataSetSource, FakePriceList, FakeTraining
from tests.fakes.registry import FakeRegistry
from tests.fakes.replays import FakeExhibits, FakeKeptShelf
from tests.fakes.slack import FakeAnnouncer, FakeAnswerWriter, FakeDirectory, FakeFiles, FakeImages
from tests.fakes.stores import FakeStores, FakeWakeup
from tests.fakes.tuning import FakeTuning
from tests.fakes.upkeep import FakeFigures, FakeLeaseTags, FakeThings
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
    machines: FakeMachines = field(default_factory=FakeMachines)
    hosting: FakeHosting = field(default_factory=FakeHosting)
    exhibits: FakeExhibits = field(default_factory=FakeExhibits)
    golden_images: FakeGoldenImages = field(default_factory=FakeGoldenImages)
    shelf: FakeKeptShelf = field(default_factory=FakeKeptShelf)
    registry: FakeRegistry = field(default_factory=FakeRegistry)
    announcer: FakeAnnouncer = field(default_factory=FakeAnnouncer)
    writer: FakeAnswerWriter = field(default_factory=FakeAnswerWriter)
    files: FakeFiles = field(default_factory=FakeFiles)
    images: FakeImages = field(default_factory=FakeImages)
    directory: FakeDirectory = field(default_factory=FakeDirectory)
    operators: FakeOperatorPost = field(default_factory=FakeOperatorPost)
    conversations: FakeConversations = field(default_factory=FakeConversations)
    source: FakeDataSetSource = field(default_factory=FakeDataSetSource)
    price_list: FakePriceList = field(default_factory=FakePriceList)
    lease_tags: FakeLeaseTags = field(default_factory=FakeLeaseTags)
    figures: FakeFigures = field(default_factory=FakeFigures)
    things: FakeThings = field(default_factory=FakeThings)
    offers: FakeOffers = field(default_factory=FakeOffers)
    drift_teller: FakeDriftTeller = field(default_factory=FakeDriftTeller)
    budget: float | None = None
    terms: Terms = field(default_factory=Terms)
    access: Access = APPROVING
    rules: Rules = field(default_factory=Rules)
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
        rows = (stores.jobs, stores.tunings, stores.data_sets, stores.wishes)
        return Starting((self.training(), self.tuning()), rows, FakeDryRuns(), self.clock, CONFIRM_JOB_COST)

    def tuning(self) -> Tunings:
        stores, rows = self.stores, (self.stores.tunings, self.stores.jobs)
        return Tunings(rows, stores.data_sets, stores.prices, stores.wakeup, self.clock, MAX_JOB_COST)

    def choosing(self) -> Choosing:
        return Choosing(self.stores.jobs, self.stores.data_sets, self.stores.prices)

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
        known, rules = (stores.data_sets, stores.prices), replace(self.rules, channel_id=self.approvals_channel)
        return Deployment(rows, known, self.control(), stores.wakeup, self.clock, rules)

    def cases(self) -> Cases:
        stores = self.stores
        rows = (stores.jobs, stores.approvals, stores.endpoints, stores.routes)
        known = (stores.data_sets, stores.prices, stores.uploads, stores.replays, stores.rated)
        return Cases(rows, known, self.clock, self.rules)

    def follower(self) -> JobFollower:
        return JobFollower(self.stores.jobs, self.stores.data_sets, self.platform, self.clock)

    def machine_watch(self) -> MachineWatch:
        return MachineWatch(self.stores.jobs, self.stores.prices, self.machines, self.clock)

    def rule_watch(self) -> RuleWatch:
        return RuleWatch(self.stores.jobs, self.platform, self.clock)

    def tuning_follower(self) -> TuningFollower:
        return TuningFollower(self.stores.tunings, self.stores.data_sets, self.tuning_platform, self.clock)

    def deciding(self) -> Deciding:
        stores = self.stores
        rows, region = (stores.approvals, stores.endpoints), self.rules.region
        return Deciding(rows, stores.prices, self.control(), stores.wakeup, self.clock, region)

    def registering(self) -> Registering:
        rows = (self.stores.approvals, self.stores.jobs, self.stores.endpoints)
        return Registering(rows, self.registry, self.clock)

    def rollout(self) -> Rollout:
        stores = self.stores
        rows = (stores.jobs, stores.approvals, stores.endpoints, stores.routes)
        return Rollout(rows, (self.hosting, self.golden_images), stores.wakeup, self.clock)

    def golden_check(self) -> GoldenCheck:
        stores = self.stores
        arriving = Arriving(stores.endpoints, stores.routes, self.clock, timedelta(days=7))
        rows, vendors = (stores.endpoints, stores.data_sets), (self.golden_images, self.hosting, self.images)
        return GoldenCheck(rows, vendors, arriving, (stores.tick_lock, stores.wakeup), self.clock)

    def splitting(self) -> Splitting:
        return Splitting(self.stores.endpoints, self.control(), self.stores.wakeup)

    def replaying(self) -> Replaying:
        stores = self.stores
        rows = (stores.replays, stores.approvals, stores.endpoints, stores.routes, stores.uploads)
        return Replaying(rows, stores.wakeup, self.clock)

    def replay_runner(self) -> ReplayRunner:
        stores = self.stores
        asked = (stores.replays, stores.approvals, stores.jobs)
        rows = (*asked, stores.endpoints, stores.routes, stores.uploads, stores.cards)
        vendors = (self.hosting, self.files, self.images, self.exhibits)
        known = KnownSets(self.golden_images, stores.kept_pictures, stores.data_sets, self.shelf)
        return ReplayRunner(rows, vendors, known, stores.tick_lock, self.clock)

    def roll_back(self) -> RollBack:
        return RollBack(self.stores.endpoints, self.control(), self.stores.wakeup)

    def leasing(self) -> Leasing:
        stores = self.stores
        rows = (stores.endpoints, stores.leases, stores.usages, stores.routes, stores.cards)
        return Leasing(rows, self.lease_tags, self.control(), (stores.wakeup, self.clock), self.terms, self.hush())

    def measuring(self) -> Measuring:
        return Measuring(self.stores.endpoints, self.stores.usages, self.figures, self.clock, timedelta(minutes=2))

    def sweeping(self) -> Sweeping:
        stores, process = self.stores, (self.stores.wakeup, self.clock)
        rows = (stores.endpoints, stores.strays)
        return Sweeping(rows, self.things, self.control(), process, self.approvals_channel, self.hush())

    def upkeep(self) -> Upkeep:
        stores = self.stores
        leased = (stores.endpoints, stores.leases, stores.usages, stores.routes)
        deployed, trained = (
            (stores.jobs, stores.approvals, stores.endpoints),
            (stores.tunings, stores.data_sets, stores.preparations),
        )
        return Upkeep(
            leasing=self.leasing(),
            measuring=self.measuring(),
            holdings=Holdings(leased, stores.prices, self.told_figures()),
            figures=self.told_figures(),
            answering=Answering(stores.endpoints, stores.routes, self.control()),
            sweeping=self.sweeping(),
            provenance=Provenance(deployed, trained),
        )

    def homes(self) -> Homes:
        deciding, running = (self.cases(), self.control()), (self.training(), self.tuning(), self.curation())
        return Homes(deciding, running, self.upkeep(), self.offers)

    def told_figures(self) -> Figures:
        stores = self.stores
        return Figures(stores.rated, stores.billed, (stores.usages, stores.prices), self.clock, self.budget)

    def drifting(self) -> DriftWatch:
        stores = self.stores
        watched = (stores.endpoints, stores.routes, stores.rated, stores.drift_notes, stores.data_sets)
        return DriftWatch(watched, self.drift_teller, self.hush(), stores.tick_lock, self.clock)

    def hush(self) -> Hush:
        return Hush(self.stores.quiet_hours, self.control(), self.clock)

    def digesting(self) -> Digesting:
        stores, living = self.stores, self.upkeep()
        told = (stores.happenings, living.holdings, living.figures)
        chronicle = Chronicle(*told, stores.approvals, self.approvals_channel)
        process = (stores.wakeup, self.clock)
        return Digesting(stores.digests, chronicle, self.hush(), self.control(), process, next_after)

    def cards(self) -> CardKeeper:
        return CardKeeper(
            self.stores.cards,
            (self.stores.jobs, self.stores.preparations, self.stores.tunings),
            (self.cases(), self.comparing(), self.leasing(), self.sweeping(), self.digesting()),
            self.announcer,
            self.hush(),
            self.clock,
        )

    def monitoring(self) -> Monitoring:
        followers = Followers(
            self.follower(),
            self.machine_watch(),
            self.rule_watch(),
            self.tuning_follower(),
            self.deciding(),
            self.registering(),
            self.rollout(),
            self.upkeep(),
            self.digesting(),
            self.cards(),
        )
        return Monitoring(self.stores.tick_lock, self.stores.cards, followers)

    def catalog(self) -> Catalog:
        return Catalog(self.stores.data_sets, self.source, self.stores.prices, self.price_list, self.clock)

    def classification(self) -> Classification:
        rows = (self.stores.uploads, self.stores.routes, self.stores.endpoints)
        vendors = (self.fetching(), self.images, self.hosting)
        channels = (self.stores.endpoints, self.stores.channel_settings)
        looking = Looking(channels, vendors, self.clock, self.stopwatch)
        return Classification(rows, looking, (self.stores.wakeup, FakeWakeup()), self.clock)

    def asking(self) -> Asking:
        stores = self.stores
        rows = (stores.uploads, stores.answers, stores.routes, stores.endpoints)
        return Asking(rows, self.classification(), self.conversations, self.clock)

    def channel_choices(self) -> ChannelChoices:
        stores = self.stores
        return ChannelChoices((stores.channel_settings, stores.routes, stores.endpoints), self.control())

    def fetching(self) -> Fetching:
        operators = OperatorNotes(self.stores.told, self.operators, self.clock)
        return Fetching(self.files, self.stores.answers, operators, self.clock)

    def repeating(self) -> Repeating:
        rows = (self.stores.uploads, self.stores.routes, self.stores.endpoints)
        return Repeating(rows, self.classification(), self.clock)

    def answers(self) -> AnswerKeeper:
        stores = self.stores
        rows = (stores.answers, stores.uploads, stores.endpoints, stores.opinions)
        return AnswerKeeper(rows, self.writer, self.clock)

    def has_job(self, job: Job) -> Job:
        self.stores.jobs.add(job)
        return job

    def has_tuning(self, tuning: Tuning) -> Tuning:
        self.stores.tunings.add(tuning)
        return tuning

    def has_request(self, approval: Approval) -> Approval:
        """With its version in the registry, where it was registered."""
        self.stores.approvals.add(approval)
        if approval.package_arn:
            self.registry.versions.setdefault(approval.package_arn, PackageSnapshot(approval.package_status))
            self.registry.digests.setdefault(ARTIFACT, approval.digest)
        return approval

    def has_endpoint(self, endpoint: Endpoint) -> Endpoint:
        self.stores.endpoints.add(endpoint)
        return endpoint

    def job(self, job: Job) -> Job:
        return self.stores.jobs.get(job.id)

    def endpoint(self, endpoint_id: str) -> Endpoint:
        return self.stores.endpoints.get(endpoint_id)
