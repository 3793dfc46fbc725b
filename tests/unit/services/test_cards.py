"""What Slack shows follows the rows: late where Slack is down, and never twice."""

from dataclasses import replace

import pytest

from bot.domain.cards import CardKind
from bot.domain.jobs import JobStatus
from bot.errors import ChatBusyError, ChatError, NoPlaceError, NotFoundError
from bot.services.cards import RUNNING_AT_ONCE
from tests.builders import a_finished_job, a_job, a_running_job, an_approval, an_approved, an_endpoint
from tests.unit.services.world import World

ID = a_job().id
DOWN = ChatBusyError("Slack is busy.", code="http_503")


def test_a_new_job_gets_its_card(world: World) -> None:
    world.has_job(a_job())
    world.cards().show_behind()

    card = world.cards().of(ID)
    assert (card.kind, bool(card.message_ts), card.shown) == (CardKind.JOB, True, card.wanted)
    assert world.stores.cards.behind() == []


def test_a_new_request_gets_its_card(world: World) -> None:
    world.has_job(a_finished_job())
    world.has_request(an_approval())
    world.cards().show_behind()

    assert {subject_id for subject_id, _ in world.announcer.shown} == {ID, an_approval().id}


def test_the_clocks_of_many_running_jobs_move_on_by_turns(world: World) -> None:
    jobs = {f"job-{number}" for number in range(RUNNING_AT_ONCE + 5)}
    for name in jobs:
        world.has_job(a_running_job(id=name, name=name))
    cards = world.cards()
    cards.show_behind()
    for name in jobs:
        world.stores.cards.save(replace(cards.of(name), digest="a minute ago"))
    world.announcer.shown.clear()
    cards.show_all()
    first = {subject_id for subject_id, _ in world.announcer.shown}
    cards.show_all()

    assert len(first) == RUNNING_AT_ONCE
    assert {subject_id for subject_id, _ in world.announcer.shown} == jobs


def test_a_card_that_is_up_to_date_is_not_shown_again(world: World) -> None:
    world.has_job(a_job())
    world.cards().show_behind()
    world.cards().show_behind()

    assert len(world.announcer.shown) == 1


def test_a_change_of_the_row_edits_the_same_message(world: World) -> None:
    job = world.has_job(a_job())
    world.cards().show_behind()
    posted = world.cards().of(ID).message_ts
    world.stores.jobs.save(replace(job, status=JobStatus.RUNNING))
    world.cards().show_behind()

    assert world.cards().of(ID).message_ts == posted
    assert len(world.announcer.shown) == 2


def test_a_change_of_the_endpoint_shows_on_its_requests_card(world: World) -> None:
    world.has_job(a_finished_job())
    world.has_request(an_approved())
    world.cards().show_behind()
    world.has_endpoint(an_endpoint())
    world.cards().show_behind()

    assert world.announcer.announced[-1] == (an_approved().id, "in service")


def test_what_runs_is_looked_at_though_its_row_did_not_change(world: World) -> None:
    world.has_job(a_running_job())
    world.cards().show_behind()
    world.announcer.fails("show", DOWN)
    world.cards().show_all()

    assert world.stores.cards.behind() == []
    assert world.announcer._troubles.waiting == []


def test_what_has_ended_is_not_looked_at_again(world: World) -> None:
    world.has_job(a_finished_job())
    world.cards().show_behind()
    world.announcer.fails("show", DOWN)
    world.cards().show_all()

    assert len(world.announcer._troubles.waiting) == 1


def test_the_end_is_announced_once(world: World) -> None:
    world.has_job(a_finished_job())
    world.cards().show_behind()
    world.stores.jobs.save(replace(world.job(a_job()), failure_reason="late news"))
    world.cards().show_behind()

    assert world.announcer.announced == [(ID, "completed")]


def test_slack_being_down_delays_a_card(world: World) -> None:
    world.has_job(a_job())
    world.announcer.fails("show", DOWN)
    world.cards().show_behind()
    assert world.announcer.shown == []
    world.cards().show_behind()

    assert len(world.announcer.shown) == 1


def test_slack_being_down_delays_an_announcement(world: World) -> None:
    world.has_job(a_finished_job())
    world.announcer.fails("announce", DOWN)
    world.cards().show_behind()
    assert world.announcer.announced == []
    world.cards().show_behind()

    assert world.announcer.announced == [(ID, "completed")]


def test_a_card_is_recorded_before_its_announcement_so_that_it_is_posted_once(world: World) -> None:
    world.has_job(a_finished_job())
    world.announcer.fails("announce", DOWN)
    world.cards().show_behind()
    posted = world.stores.cards.of(ID).message_ts
    world.cards().show_behind()

    assert posted == world.stores.cards.of(ID).message_ts != ""


def test_an_announcement_whose_answer_got_lost_is_tried_again(world: World) -> None:
    world.has_job(a_finished_job())
    world.announcer.fails("announce", DOWN, answer_lost=True)
    world.cards().show_behind()
    world.cards().show_behind()

    assert world.cards().of(ID).announced == "completed"
    assert world.stores.cards.behind() == []


@pytest.mark.parametrize("refusal", [ChatError("No.", code="missing_scope"), NoPlaceError("No.", code="is_archived")])
def test_one_card_that_slack_refuses_does_not_stop_the_others(world: World, refusal: ChatError) -> None:
    world.has_job(a_job())
    world.has_job(a_job(id="another", name="another"))
    world.announcer.fails("show", refusal)
    world.cards().show_behind()

    assert [subject_id for subject_id, _ in world.announcer.shown] == ["another"]


def test_a_picture_that_waits_keeps_the_card_behind_until_it_is_there(world: World) -> None:
    world.has_job(a_finished_job())
    world.announcer.picture_waits = True
    world.cards().show_behind()
    assert [card.subject_id for card in world.stores.cards.behind()] == [ID]
    world.announcer.picture_waits = False
    world.cards().show_behind()

    assert world.stores.cards.behind() == []


def test_a_picture_that_waits_repeats_no_announcement(world: World) -> None:
    world.has_job(a_finished_job())
    world.announcer.picture_waits = True
    world.cards().show_behind()
    world.cards().show_behind()

    assert world.announcer.announced == [(ID, "completed")]


def test_a_change_while_the_card_is_shown_leaves_it_behind(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.has_job(a_running_job())
    show = world.announcer.show

    def show_while_it_changes(card: object, subject: object, now: object) -> object:
        monkeypatch.setattr(world.announcer, "show", show)
        world.stores.jobs.save(replace(world.job(a_job()), status=JobStatus.STOPPING))
        return show(card, subject, now)  # type: ignore[arg-type]

    monkeypatch.setattr(world.announcer, "show", show_while_it_changes)
    world.cards().show_behind()

    assert [card.subject_id for card in world.stores.cards.behind()] == [ID]


def test_an_unknown_card_is_told(world: World) -> None:
    with pytest.raises(NotFoundError):
        world.cards().of("nonsense")
