"""What starts at once, what is asked about first, and what comes of the answer."""

import threading
from dataclasses import replace

import pytest

from bot.domain.jobs import Job
from bot.domain.questions import Question, Started
from bot.domain.wishes import JobRequest, Purpose
from bot.errors import FieldError, NotAllowedError, NotFoundError, RefusedError, WrongStateError
from tests.builders import APPROVER, CHANNEL, REQUESTER, a_finished_job, a_finished_tuning
from tests.unit.services.world import World

DEAR = {"instance": "p3.16xlarge", "max_run": "30m"}
UNPRICED = {"instance": "g5.xlarge"}


def a_request(key: str = "1.2.abc", **words: str) -> JobRequest:
    return JobRequest("emoji", words, REQUESTER, CHANNEL, key)


def a_search(key: str = "1.2.abc", **words: str) -> JobRequest:
    return JobRequest("emoji", {"learning_rate": "0.01..0.1", **words}, REQUESTER, CHANNEL, key, Purpose.TUNING)


def asked(world: World, request: JobRequest) -> Question:
    outcome = world.starting().ask(request)
    assert isinstance(outcome, Question)
    return outcome


def test_what_is_cheap_starts_at_once_with_its_quote(world: World) -> None:
    world.has_job(a_finished_job())
    outcome = world.starting().ask(a_request(epochs="5"))

    assert isinstance(outcome, Started)
    assert world.stores.jobs.get(outcome.subject.id).hyperparameters["epochs"] == "5"
    assert outcome.quote.told_by == 1


def test_what_may_cost_more_than_the_limit_is_asked_about(world: World) -> None:
    question = asked(world, a_request(**DEAR))

    assert (question.dear, question.unpriced, question.twin) == (True, False, None)
    assert world.stores.jobs.recent() == []
    assert world.stores.wakeup.calls == 0


def test_what_has_no_price_is_asked_about(world: World) -> None:
    question = asked(world, a_request(**UNPRICED))

    assert (question.dear, question.unpriced) == (False, True)
    assert world.stores.jobs.recent() == []


def test_what_runs_already_is_asked_about(world: World) -> None:
    running = world.training().submit(a_request("one", epochs="5"))

    assert asked(world, a_request("two", epochs="5")).twin == running


@pytest.mark.parametrize("other", [{"epochs": "6"}, {"epochs": "5", "max_run": "1h"}])
def test_another_request_than_the_running_one_starts_at_once(world: World, other: dict[str, str]) -> None:
    world.training().submit(a_request("one", epochs="5"))

    assert isinstance(world.starting().ask(a_request("two", **other)), Started)


def test_a_job_that_has_ended_is_no_twin(world: World) -> None:
    done = world.training().submit(a_request("one"))
    world.stores.jobs.save(replace(done, status=a_finished_job().status))

    assert isinstance(world.starting().ask(a_request("two")), Started)


def test_a_new_price_does_not_hide_a_twin(world: World) -> None:
    world.training().submit(a_request("one"))
    world.stores.prices.replace("training", {"ml.g4dn.xlarge": 0.9})

    assert asked(world, a_request("two")).twin


def test_the_same_request_sent_again_is_not_its_own_twin(world: World) -> None:
    first, second = world.starting().ask(a_request()), world.starting().ask(a_request())

    assert isinstance(first, Started)
    assert isinstance(second, Started)
    assert first.subject == second.subject


@pytest.mark.parametrize(
    ("words", "refusal"),
    [({"instance": "p3.16xlarge"}, RefusedError), ({"epochs": "0"}, FieldError), ({"from": "x"}, FieldError)],
)
def test_what_is_refused_is_refused_and_not_asked_about(
    world: World, words: dict[str, str], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        world.starting().ask(a_request(**words))

    assert world.stores.wishes.rows == {}


@pytest.mark.parametrize("words", [DEAR, UNPRICED])
def test_a_yes_starts_exactly_what_was_asked(world: World, words: dict[str, str]) -> None:
    question = asked(world, a_request(epochs="7", **words))

    job = world.starting().start(question.wish_id, REQUESTER)

    assert isinstance(job, Job)
    assert (job.hyperparameters["epochs"], job.compute) == ("7", question.subject.compute)
    assert (job.requested_by, job.channel_id, world.stores.wakeup.calls) == (REQUESTER, CHANNEL, 1)


def test_many_yeses_at_once_start_one_job(world: World) -> None:
    question = asked(world, a_request(**DEAR))
    yeses = [threading.Thread(target=world.starting().start, args=(question.wish_id, REQUESTER)) for _ in range(8)]
    for yes in yeses:
        yes.start()
    for yes in yeses:
        yes.join()

    assert [job.id for job in world.stores.jobs.recent()] == [question.subject.id]


def test_somebody_else_cannot_say_yes_or_no(world: World) -> None:
    question = asked(world, a_request(**DEAR))

    with pytest.raises(NotAllowedError):
        world.starting().start(question.wish_id, APPROVER)
    with pytest.raises(NotAllowedError):
        world.starting().drop(question.wish_id, APPROVER)
    assert world.stores.jobs.recent() == []


def test_a_yes_comes_too_late(world: World) -> None:
    question = asked(world, a_request(**DEAR))
    world.passes(hours=1, seconds=1)

    with pytest.raises(WrongStateError, match="too long ago"):
        world.starting().start(question.wish_id, REQUESTER)


def test_a_yes_is_held_to_the_budget_as_it_is_then(world: World) -> None:
    question = asked(world, a_request(**DEAR))
    world.stores.prices.replace("training", {"ml.p3.16xlarge": 99.0})

    with pytest.raises(RefusedError):
        world.starting().start(question.wish_id, REQUESTER)


def test_after_a_no_there_is_nothing_to_start(world: World) -> None:
    question = asked(world, a_request(**DEAR))
    world.starting().drop(question.wish_id, REQUESTER)

    with pytest.raises(NotFoundError):
        world.starting().start(question.wish_id, REQUESTER)


def test_a_dry_run_records_nothing(world: World) -> None:
    told = world.starting().dry_run(a_request(epochs="5"))

    assert told.request["TrainingJobName"] == told.name
    assert (world.stores.jobs.recent(), world.stores.wishes.rows, world.stores.wakeup.calls) == ([], {}, 0)


def test_a_dry_run_tells_the_price_and_what_a_start_would_tell(world: World) -> None:
    told = world.starting().dry_run(a_request(optimizer="adam", momentum="0.5"))
    started = world.starting().ask(a_request(optimizer="adam", momentum="0.5"))

    assert isinstance(started, Started)
    assert (told.quote, told.remarks) == (started.quote, started.remarks)
    assert told.remarks == ("`momentum` has no effect with `adam`.",)


def test_a_dry_run_keeps_the_same_rules(world: World) -> None:
    with pytest.raises(FieldError):
        world.starting().dry_run(a_request(epochs="0"))


def test_a_cheap_tuning_starts_at_once_with_what_its_jobs_cost_before(world: World) -> None:
    world.has_tuning(a_finished_tuning())
    outcome = world.starting().ask(a_search(jobs="2", epochs="30", max_run="1h", optimizer="sgd,adam"))

    assert isinstance(outcome, Started)
    assert world.stores.tunings.get(outcome.subject.id).search.jobs == 2
    assert (outcome.quote.worst, outcome.quote.told_by) == (pytest.approx(2 * 0.736), 5)
    assert outcome.quote.likely is not None
    assert 0 < outcome.quote.likely < 2 * 0.736


def test_all_jobs_of_a_tuning_together_are_what_is_dear(world: World) -> None:
    question = asked(world, a_search(jobs="6"))

    assert (question.dear, question.quote.worst) == (True, pytest.approx(6 * 2 * 0.736))
    assert world.stores.tunings.recent() == []

    tuning = world.starting().start(question.wish_id, REQUESTER)
    assert world.stores.tunings.recent() == [tuning]


def test_a_tuning_on_machines_of_unknown_price_is_asked_about_and_starts_by_a_yes(world: World) -> None:
    question = asked(world, a_search(**UNPRICED))

    assert question.unpriced
    assert world.starting().start(question.wish_id, REQUESTER).compute.usd_per_hour is None


def test_a_tuning_that_runs_already_is_asked_about(world: World) -> None:
    cheap = {"jobs": "2", "max_run": "30m"}
    running = world.starting().ask(a_search("one", **cheap))

    assert isinstance(running, Started)
    assert asked(world, a_search("two", **cheap)).twin == running.subject
    assert isinstance(world.starting().ask(a_search("three", **cheap, seed="7")), Started)


def test_a_training_is_no_twin_of_a_tuning(world: World) -> None:
    world.training().submit(a_request("one"))

    assert isinstance(world.starting().ask(a_search("two", jobs="2")), Started)


def test_a_tunings_dry_run_records_nothing(world: World) -> None:
    told = world.starting().dry_run(a_search(jobs="3"))

    assert told.operation == "CreateHyperParameterTuningJob"
    assert (world.stores.tunings.recent(), world.stores.wishes.rows) == ([], {})
