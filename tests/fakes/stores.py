"""The store ports in memory, which pass the same contract as the database's."""

import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.approvals import Approval, ApprovalStatus
from bot.domain.cards import Card, CardKind
from bot.domain.datasets import DataSet
from bot.domain.endpoints import UNSETTLED, Endpoint
from bot.domain.jobs import Job
from bot.errors import StaleError, WrongStateError
from tests.fakes.asking import FakeToldRows
from tests.fakes.comparisons import FakeComparisons
from tests.fakes.digests import FakeDigests, FakeHappenings, FakeQuietHours
from tests.fakes.feedback import FakeKeptPictures, FakeOpinions, FakeQuestions
from tests.fakes.figures import FakeBilledRows, FakeDriftNotes, FakeRatedAnswers
from tests.fakes.leases import FakeLeases, FakeStrays, FakeUsages
from tests.fakes.pictures import FakeAnswers, FakeChannelSettings, FakeRoutes, FakeUploads
from tests.fakes.preparations import FakePreparations
from tests.fakes.replays import FakeReplays
from tests.fakes.shelf import FakeCards, Shelf
from tests.fakes.tuning import FakeTunings
from tests.fakes.wishes import FakeWishes


class FakeJobs:
    def __init__(self, cards: FakeCards) -> None:
        self.shelf: Shelf[Job] = Shelf("job")
        self.cards = cards

    def add(self, job: Job) -> None:
        with self.shelf.lock:
            if job.id in self.shelf.rows:
                return
            if self.named(job.name):
                raise WrongStateError(f"There is a job *{job.name}* already.", next_step="Try again.")
            self.shelf.rows[job.id] = job
            self.cards.rows[job.id] = Card(job.id, CardKind.JOB, job.channel_id)

    def get(self, job_id: str) -> Job:
        return self.shelf.get(job_id)

    def save(self, job: Job) -> Job:
        saved = self.shelf.save(job)
        self.cards.wanted(job.id)
        return saved

    def named(self, name: str) -> Job | None:
        found = self.shelf.where(lambda job: job.name.lower() == name.lower(), lambda job: job.id)
        return found[0] if found else None

    def active(self) -> list[Job]:
        return self.shelf.where(lambda job: job.active, lambda job: (job.requested_at, job.id))

    def active_ids(self) -> list[str]:
        return [job.id for job in self.active()]

    def recent(self, limit: int = 10) -> list[Job]:
        return self.shelf.where(lambda _: True, lambda job: (job.requested_at, job.id))[::-1][:limit]


class FakeEndpoints:
    def __init__(self, cards: FakeCards) -> None:
        self.shelf: Shelf[Endpoint] = Shelf("endpoint")
        self.cards = cards

    def add(self, endpoint: Endpoint) -> None:
        with self.shelf.lock:
            if endpoint.id in self.shelf.rows:
                return
            if endpoint.live and self.named(endpoint.name):
                raise WrongStateError(
                    f"There is an endpoint *{endpoint.name}* already.",
                    next_step=f"Choose another name with `as=NAME`, or delete *{endpoint.name}* first.",
                )
            self.shelf.rows[endpoint.id] = endpoint
            self.cards.wanted(endpoint.id)

    def get(self, endpoint_id: str) -> Endpoint:
        return self.shelf.get(endpoint_id)

    def find(self, endpoint_id: str) -> Endpoint | None:
        return self.shelf.rows.get(endpoint_id)

    def save(self, endpoint: Endpoint) -> Endpoint:
        saved = self.shelf.save(endpoint)
        self.cards.wanted(endpoint.id)
        return saved

    def named(self, name: str) -> Endpoint | None:
        return next((one for one in self.live() if one.name.lower() == name.lower()), None)

    def live(self) -> list[Endpoint]:
        return self.shelf.where(lambda one: one.live, lambda one: (one.created_at, one.id))

    def swap(self, leaving: Endpoint, coming: Endpoint) -> Endpoint:
        with self.shelf.lock:
            if self.get(coming.id).version != coming.version:
                raise StaleError("This has just changed.", next_step="Try again.")
            self.save(leaving)
            return self.save(coming)

    def releases(self, name: str) -> list[Endpoint]:
        return self.shelf.where(lambda one: one.name == name, lambda one: (one.created_at, one.id))[::-1]

    def outlived(self, now: datetime) -> list[Endpoint]:
        def over(one: Endpoint) -> bool:
            is_over = not one.live and one.status not in UNSETTLED
            return is_over and one.kept_until is not None and one.kept_until <= now

        return self.shelf.where(over, lambda one: (one.created_at, one.id))

    def unsettled(self) -> list[Endpoint]:
        return self.shelf.where(lambda one: one.status in UNSETTLED, lambda one: (one.created_at, one.id))


class FakeApprovals:
    def __init__(self, cards: FakeCards, endpoints: FakeEndpoints) -> None:
        self.shelf: Shelf[Approval] = Shelf("request")
        self.cards = cards
        self.endpoints = endpoints

    def add(self, approval: Approval) -> None:
        name = approval.endpoint_name
        with self.shelf.lock:
            if approval.id in self.shelf.rows:
                return
            if approval.pending and any(one.endpoint_name.lower() == name.lower() for one in self.pending()):
                raise WrongStateError(f"A request for *{name}* is waiting for a decision already.")
            self.shelf.rows[approval.id] = approval
            self.cards.rows[approval.id] = Card(approval.id, CardKind.APPROVAL, approval.channel_id)

    def get(self, approval_id: str) -> Approval:
        return self.shelf.get(approval_id)

    def save(self, approval: Approval) -> Approval:
        saved = self.shelf.save(approval)
        self.cards.wanted(approval.id)
        return saved

    def pending(self) -> list[Approval]:
        return self.shelf.where(lambda one: one.pending, lambda one: (one.requested_at, one.id))

    def out_of_step(self) -> list[Approval]:
        return self.shelf.where(lambda one: not one.in_step, lambda one: (one.requested_at, one.id))

    def registering(self, version_name: str) -> Approval | None:
        def registered(one: Approval) -> bool:
            return one.own_package and one.package_arn.lower().endswith(f":model-package/{version_name.lower()}")

        found = self.shelf.where(registered, lambda one: one.id)
        return found[0] if found else None

    def without_endpoint(self) -> list[Approval]:
        def orphaned(one: Approval) -> bool:
            approved = one.status == ApprovalStatus.APPROVED and one.in_step
            return approved and self.endpoints.find(one.id) is None

        return self.shelf.where(orphaned, lambda one: (one.decided_at, one.id))


class FakeDataSets:
    def __init__(self, *known: DataSet) -> None:
        self.rows = {one.name: one for one in known}

    def all(self) -> Mapping[str, DataSet]:
        return dict(sorted(self.rows.items()))

    def replace(self, found: Iterable[DataSet]) -> None:
        self.rows = {one.name: one for one in found}


class FakePrices:
    def __init__(self) -> None:
        self.rows: dict[str, dict[str, float]] = {}

    def hourly(self, component: str, instance_type: str) -> float | None:
        return self.rows.get(component, {}).get(instance_type)

    def all(self, component: str) -> Mapping[str, float]:
        return dict(self.rows.get(component, {}))

    def replace(self, component: str, prices: Mapping[str, float]) -> None:
        self.rows[component] = dict(prices)


class FakeWakeup:
    def __init__(self) -> None:
        self.calls = 0
        self._changed = threading.Condition()
        self._seen = threading.local()

    def call(self) -> None:
        with self._changed:
            self.calls += 1
            self._changed.notify_all()

    def wait(self, seconds: float) -> bool:
        until = time.monotonic() + seconds
        with self._changed:
            seen = getattr(self._seen, "calls", 0)
            while self.calls == seen and (left := until - time.monotonic()) > 0:
                self._changed.wait(left)
            self._seen.calls = self.calls
            return self.calls != seen


class FakeTickLock:
    def __init__(self) -> None:
        self._lock = threading.Lock()

    @contextmanager
    def held(self) -> Iterator[bool]:
        got = self._lock.acquire(blocking=False)
        try:
            yield got
        finally:
            if got:
                self._lock.release()


@dataclass(slots=True)
class FakeStores:
    """All of them around the same cards."""

    cards: FakeCards = field(default_factory=FakeCards)
    jobs: FakeJobs = field(init=False)
    endpoints: FakeEndpoints = field(init=False)
    approvals: FakeApprovals = field(init=False)
    preparations: FakePreparations = field(init=False)
    tunings: FakeTunings = field(init=False)
    comparisons: FakeComparisons = field(init=False)
    digests: FakeDigests = field(init=False)
    happenings: FakeHappenings = field(init=False)
    quiet_hours: FakeQuietHours = field(default_factory=FakeQuietHours)
    leases: FakeLeases = field(init=False)
    strays: FakeStrays = field(init=False)
    replays: FakeReplays = field(default_factory=FakeReplays)
    usages: FakeUsages = field(default_factory=FakeUsages)
    answers: FakeAnswers = field(default_factory=FakeAnswers)
    uploads: FakeUploads = field(init=False)
    channel_settings: FakeChannelSettings = field(default_factory=FakeChannelSettings)
    told: FakeToldRows = field(default_factory=FakeToldRows)
    opinions: FakeOpinions = field(init=False)
    rated: FakeRatedAnswers = field(init=False)
    billed: FakeBilledRows = field(default_factory=FakeBilledRows)
    drift_notes: FakeDriftNotes = field(default_factory=FakeDriftNotes)
    questions: FakeQuestions = field(default_factory=FakeQuestions)
    kept_pictures: FakeKeptPictures = field(init=False)
    routes: FakeRoutes = field(default_factory=FakeRoutes)
    data_sets: FakeDataSets = field(default_factory=FakeDataSets)
    prices: FakePrices = field(default_factory=FakePrices)
    wishes: FakeWishes = field(default_factory=FakeWishes)
    wakeup: FakeWakeup = field(default_factory=FakeWakeup)
    tick_lock: FakeTickLock = field(default_factory=FakeTickLock)

    def __post_init__(self) -> None:
        self.uploads = FakeUploads(self.answers)
        self.opinions = FakeOpinions(self.answers, self.cards)
        self.rated = FakeRatedAnswers(self.uploads, self.opinions)
        self.kept_pictures = FakeKeptPictures(self.answers, self.channel_settings)
        self.jobs = FakeJobs(self.cards)
        self.endpoints = FakeEndpoints(self.cards)
        self.approvals = FakeApprovals(self.cards, self.endpoints)
        self.preparations = FakePreparations(self.cards)
        self.tunings = FakeTunings(self.cards)
        self.comparisons = FakeComparisons(self.cards)
        self.digests = FakeDigests(self.cards)
        self.happenings = FakeHappenings(self.jobs.shelf, self.tunings.shelf, self.uploads.shelf, self.opinions)
        self.leases = FakeLeases(self.cards, self.endpoints.save)
        self.strays = FakeStrays(self.cards)
