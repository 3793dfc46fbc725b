"""A live model is trained on with pictures from use: offered once a lot, started once, by whoever may."""

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from bot.domain.access import Access
from bot.domain.kept_pictures import leaving
from bot.domain.preparations import PreparationStatus
from bot.domain.retrainings import Retraining, RetrainingStatus
from bot.errors import ChatBusyError, NotAllowedError, RefusedError, WrongStateError
from bot.services.access import AccessControl
from bot.services.learning_on import LearningOn
from bot.services.lots import Lots
from bot.services.retraining import PAUSE, RetrainingRunner
from tests.builders import APPROVER, REQUESTER, a_data_set, a_finished_job, a_known_picture, an_endpoint
from tests.fakes.retrainings import FakeRetrainings, FakeRetrainingTeller
from tests.unit.services.world import World

TRAINER = "U0TRAINER1"


class Lock:
    def held(self) -> AbstractContextManager[bool]:
        return nullcontext(True)


@dataclass
class Hush:
    quiet: bool = False

    def holds(self, channel_id: str, milestone: str = "") -> bool:
        return self.quiet


@dataclass
class Class:
    """A live endpoint, what people labelled, and who learns from it."""

    world: World
    rows: FakeRetrainings = field(default_factory=FakeRetrainings)
    teller: FakeRetrainingTeller = field(default_factory=FakeRetrainingTeller)
    hush: Hush = field(default_factory=Hush)

    def labelled(self, *names: str, **changes: object) -> None:
        for name in names:
            self.world.stores.kept_pictures.add(a_known_picture(id=name, key=f"s3://b/{name}.jpg", **changes))

    def learning_on(self) -> LearningOn:
        stores = self.world.stores
        access = AccessControl(Access(frozenset({TRAINER}), frozenset({APPROVER}), False), self.world.directory)
        rows = (self.rows, stores.endpoints, stores.jobs, stores.preparations, stores.data_sets)
        return LearningOn(rows, self._lots(), self.world.training(), access, stores.wakeup, self.world.clock)

    def runner(self, after: int = 3) -> RetrainingRunner:
        stores = self.world.stores
        rows = (self.rows, stores.endpoints, stores.preparations, stores.data_sets, stores.kept_pictures)
        process = ((stores.wakeup, stores.wakeup), Lock(), self.world.clock)
        makers = (self._lots(), self.world.training())
        return RetrainingRunner(rows, self.learning_on(), makers, (self.teller, self.hush), process, after)  # type: ignore[arg-type]

    def offered(self) -> Retraining:
        self.labelled("a", "b", "c")
        self.runner().work_once()
        (offer,) = self.rows.rows.values()
        return offer

    def ready(self, retraining: Retraining, left_out: str = "") -> None:
        """The version is made, as the data lane would."""
        stores = self.world.stores
        row = stores.preparations.get(retraining.preparation_id)
        used = tuple(replace(one, left_out=one.upload_id == left_out) for one in row.pictures)
        under_way = stores.preparations.save(replace(row, status=PreparationStatus.PREPARING, pictures=used))
        stores.preparations.save(replace(under_way, status=PreparationStatus.READY))
        known = stores.data_sets.all()
        made = replace(known["emoji"], name=row.name, train_images=641, based_on="emoji", from_use=3)
        stores.data_sets.replace([*known.values(), made])

    def _lots(self) -> Lots:
        return Lots(self.world.stores.kept_pictures, self.world.stores.data_sets, self.rows)


@pytest.fixture
def learners(world: World) -> Class:
    world.has_job(a_finished_job())
    world.has_endpoint(an_endpoint(data_set="emoji", job_id=a_finished_job().id))
    world.stores.data_sets.replace([a_data_set()])
    return Class(world)


def test_before_there_are_enough_nothing_is_offered(learners: Class) -> None:
    learners.labelled("a", "b")
    learners.labelled("h", held_out=True)
    learners.runner().work_once()
    assert learners.rows.rows == {}


def test_a_lot_is_offered_once_with_its_figures(learners: Class) -> None:
    offer = learners.offered()
    learners.runner().work_once()
    assert (offer.lot.fresh, offer.lot.wrong, offer.owner) == (3, 3, REQUESTER)
    assert offer.cost is not None
    assert learners.teller.told == {offer.id: ["offered"]}


def test_of_a_model_whose_job_is_not_known_nothing_is_offered_and_nothing_fails(
    learners: Class, caplog: pytest.LogCaptureFixture
) -> None:
    endpoints = learners.world.stores.endpoints
    endpoints.save(replace(endpoints.live()[0], job_id="of another bot"))
    learners.labelled("a", "b", "c")
    learners.runner().work_once()

    assert learners.rows.rows == {}
    assert [one for one in caplog.records if one.exc_info] == []


def test_while_too_few_are_new_no_picture_is_read(learners: Class, monkeypatch: pytest.MonkeyPatch) -> None:
    learners.labelled("a", "b")
    learners.labelled("c", considered_for="emoji-2")
    monkeypatch.setattr(Lots, "of", lambda *_: pytest.fail("They may be many."))
    learners.runner().work_once()

    assert learners.rows.rows == {}


def test_an_offer_waits_for_the_end_of_quiet_hours(learners: Class) -> None:
    learners.hush.quiet = True
    offer = learners.offered()
    assert learners.teller.told == {}
    learners.hush.quiet = False
    learners.runner().work_once()
    assert learners.teller.told == {offer.id: ["offered"]}


def test_after_not_now_only_another_lot_is_offered(learners: Class) -> None:
    offer = learners.offered()
    learners.learning_on().decline(offer.id, REQUESTER)
    learners.labelled("d", "e")
    learners.runner().work_once()
    assert len(learners.rows.rows) == 1
    learners.labelled("f")
    learners.world.now += PAUSE + timedelta(seconds=1)
    learners.runner().work_once()
    assert len(learners.rows.rows) == 2


def test_a_yes_makes_the_version_and_then_starts_its_job_once(learners: Class) -> None:
    offer = learners.offered()
    learners.learning_on().start(offer.id, REQUESTER)
    learners.runner().work_once()
    learners.runner().work_once()
    made = learners.world.stores.preparations.get(offer.preparation_id)
    assert (made.name, made.based_on, len(made.pictures)) == ("emoji-2", "emoji", 3)
    assert learners.world.stores.jobs.active() == []

    learners.ready(offer)
    learners.runner().work_once()
    learners.runner().work_once()
    (job,) = learners.world.stores.jobs.active()
    assert (job.data_set, job.continues, job.from_use) == ("emoji-2", a_finished_job().name, 3)
    assert learners.rows.get(offer.id).status == RetrainingStatus.STARTED
    assert all(one.considered_for == "emoji-2" for one in learners.world.stores.kept_pictures.learned("emoji"))


def test_what_a_version_left_out_is_not_in_it_and_is_no_news_for_the_next_one(learners: Class) -> None:
    offer = learners.offered()
    learners.learning_on().start(offer.id, REQUESTER)
    learners.runner().work_once()
    learners.ready(offer, left_out="b")
    learners.runner().work_once()

    kept = learners.world.stores.kept_pictures
    assert (kept.versions_with(["b"]), kept.versions_with(["a"])) == ([], ["emoji-2"])
    assert kept.get("b").considered_for == "emoji-2"
    assert len(learners.rows.rows) == 1


def test_a_version_of_a_version_holds_what_that_one_holds(learners: Class) -> None:
    learners.rows.inside["emoji"] = {"older"}
    offer = learners.offered()
    learners.learning_on().start(offer.id, REQUESTER)
    learners.runner().work_once()
    learners.ready(offer)
    learners.runner().work_once()

    assert learners.world.stores.kept_pictures.versions["emoji-2"] == {"a", "b", "c", "older"}


def test_a_picture_that_was_left_out_may_go_meanwhile(learners: Class) -> None:
    offer = learners.offered()
    learners.learning_on().start(offer.id, REQUESTER)
    learners.runner().work_once()
    kept = learners.world.stores.kept_pictures
    kept.save(leaving(kept.get("b"), learners.world.now, "U0LIN000001"))
    learners.ready(offer, left_out="b")
    learners.runner().work_once()

    assert learners.rows.get(offer.id).status == RetrainingStatus.STARTED


def test_no_model_is_trained_on_what_somebody_had_forgotten_meanwhile(learners: Class) -> None:
    offer = learners.offered()
    learners.learning_on().start(offer.id, REQUESTER)
    learners.runner().work_once()
    kept = learners.world.stores.kept_pictures
    kept.save(leaving(kept.get("b"), learners.world.now, "U0LIN000001"))
    learners.ready(offer)
    learners.runner().work_once()

    ended = learners.rows.get(offer.id)
    assert (ended.status, "/datasets remove emoji-2" in ended.problem) == (RetrainingStatus.FAILED, True)
    assert kept.versions_with(["a"]) == ["emoji-2"]
    assert learners.world.stores.jobs.active() == []


def test_killed_before_it_was_noted_the_same_job_is_found(learners: Class) -> None:
    offer = learners.offered()
    wanted = learners.learning_on().start(offer.id, REQUESTER)
    learners.runner().work_once()
    learners.ready(offer)
    learners.runner().work_once()
    row = learners.rows.get(offer.id)
    learners.rows.rows[offer.id] = replace(wanted, version=row.version)
    learners.runner().work_once()
    assert len(learners.world.stores.jobs.active()) == 1
    assert learners.rows.get(offer.id).started_job == row.started_job


def test_a_second_click_starts_nothing_and_says_who_did(learners: Class) -> None:
    offer = learners.offered()
    learners.learning_on().start(offer.id, REQUESTER)
    for click in (learners.learning_on().start, learners.learning_on().decline):
        with pytest.raises(WrongStateError, match=f"<@{REQUESTER}> has asked for that"):
            click(offer.id, REQUESTER)


def test_the_owner_and_trainers_may_and_nobody_else(learners: Class) -> None:
    offer = learners.offered()
    with pytest.raises(NotAllowedError, match="owner and trainers"):
        learners.learning_on().start(offer.id, "U0NOBODY01")
    assert learners.learning_on().start(offer.id, TRAINER).decided_by == TRAINER


def test_by_command_it_needs_no_offer_but_one_picture(learners: Class) -> None:
    endpoint = an_endpoint(data_set="emoji", job_id=a_finished_job().id)
    with pytest.raises(RefusedError, match="no new pictures"):
        learners.learning_on().learn(endpoint, REQUESTER, "C1")
    learners.labelled("a")
    assert learners.learning_on().learn(endpoint, REQUESTER, "C1").status == RetrainingStatus.WANTED


def test_a_version_that_cannot_be_made_is_said_and_can_be_asked_for_again(learners: Class) -> None:
    offer = learners.offered()
    learners.learning_on().start(offer.id, REQUESTER)
    learners.runner().work_once()
    stores = learners.world.stores
    row = stores.preparations.get(offer.preparation_id)
    under_way = stores.preparations.save(replace(row, status=PreparationStatus.PREPARING))
    stores.preparations.save(replace(under_way, status=PreparationStatus.FAILED, problem="No room."))
    learners.runner().work_once()
    assert "No room." in learners.rows.get(offer.id).problem
    again = learners.learning_on().learn(an_endpoint(data_set="emoji", job_id=a_finished_job().id), REQUESTER, "C1")
    assert again.version_name == "emoji-3"


def test_while_slack_is_busy_it_is_told_later(learners: Class) -> None:
    learners.teller.error = ChatBusyError("Slack is busy.", retry_after=60)
    learners.labelled("a", "b", "c")
    runner = learners.runner()
    runner.work_once()
    learners.world.passes(seconds=59)
    runner.work_once()
    assert learners.teller.told == {}
    learners.world.passes(seconds=1)
    runner.work_once()
    assert list(learners.teller.told.values()) == [["offered"]]


def test_what_is_offered_of_a_former_model_is_outdated(learners: Class) -> None:
    offer = learners.offered()
    learners.rows.rows[offer.id] = replace(learners.rows.get(offer.id), release="another")
    with pytest.raises(WrongStateError, match="another model"):
        learners.learning_on().start(offer.id, REQUESTER)
    learners.runner().work_once()
    assert learners.rows.get(offer.id).status == RetrainingStatus.DECLINED


def test_of_the_model_that_is_live_by_now_the_same_pictures_are_offered(learners: Class) -> None:
    outdated = learners.offered()
    learners.rows.rows[outdated.id] = replace(learners.rows.get(outdated.id), release="another")
    for _ in range(2):
        learners.runner().work_once()
    assert [one.status for one in learners.rows.rows.values()] == [RetrainingStatus.DECLINED, RetrainingStatus.OFFERED]


def test_by_command_the_model_that_is_live_by_now_is_trained_on(learners: Class) -> None:
    outdated = learners.offered()
    learners.rows.rows[outdated.id] = replace(learners.rows.get(outdated.id), release="another")
    endpoint = an_endpoint(data_set="emoji", job_id=a_finished_job().id)
    begun = learners.learning_on().learn(endpoint, REQUESTER, "C1")
    assert (begun.status, begun.release) == (RetrainingStatus.WANTED, endpoint.id)
    assert learners.rows.get(outdated.id).status == RetrainingStatus.DECLINED
