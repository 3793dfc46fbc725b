"""Data sets as people ask for them: what is recorded, and what is refused."""

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.datasets import Format
from bot.domain.preparations import Preparation, PreparationStatus
from bot.errors import FieldError, NotFoundError, RefusedError, WrongStateError
from bot.services.curation import AddRequest
from tests.builders import (
    APPROVER,
    CHANNEL,
    REQUESTER,
    a_data_set,
    a_preparation,
    a_ready_preparation,
    a_running_job,
    a_running_tuning,
)
from tests.unit.services.world import World

PETS = a_data_set(name="pets", made_by=a_ready_preparation().id)


def asked(**changes: Any) -> AddRequest:
    request = AddRequest("pets", "s3://team-pictures/pets", (), {}, REQUESTER, CHANNEL, key="trigger-1")
    return replace(request, **changes)


def has(world: World, preparation: Preparation, *data_sets: Any) -> Preparation:
    """The world in which this was prepared, and these can be trained on."""
    world.stores.preparations.add(preparation)
    world.stores.data_sets.replace([a_data_set(), *data_sets])
    return preparation


def test_a_wish_is_recorded_and_the_worker_called(world: World) -> None:
    preparation = world.curation().add(asked(words={"share": "25%", "format": "lst", "resize": "256"}))

    assert preparation.source == "s3://team-pictures/pets/"
    assert (preparation.options.validation_share, preparation.options.format) == (0.25, Format.LST)
    assert world.stores.preparations.open() == [preparation]
    assert world.stores.cards.of(preparation.id).channel_id == CHANNEL
    assert world.stores.wakeup.wait(0)


def test_the_same_request_twice_is_one_preparation(world: World) -> None:
    first, second = world.curation().add(asked()), world.curation().add(asked())

    assert first == second
    assert len(world.stores.preparations.recent()) == 1


def test_a_second_request_for_the_name_is_told_of_the_first(world: World) -> None:
    world.curation().add(asked())

    with pytest.raises(WrongStateError, match="is being prepared already"):
        world.curation().add(asked(name="PETS", key="trigger-2"))


def test_uploaded_files_keep_their_names_for_people(world: World) -> None:
    preparation = world.curation().add(asked(source="cats.zip", file_ids=("F1",)))

    assert (preparation.source, preparation.file_ids) == ("cats.zip", ("F1",))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": "pets & co"}, "name"),
        ({"source": "https://example.com/pets"}, "source"),
        ({"source": ""}, "source"),
        ({"words": {"share": "none"}}, "share"),
        ({"words": {"shore": "20%"}}, "shore"),
    ],
)
def test_what_is_off_is_said_of_its_field(world: World, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(FieldError) as refused:
        world.curation().add(asked(**changes))

    assert refused.value.field == field
    assert world.stores.preparations.recent() == []


@pytest.mark.parametrize("name", ["emoji", "Emoji"])
def test_a_data_set_that_the_bot_did_not_make_is_not_written_over(world: World, name: str) -> None:
    with pytest.raises(RefusedError, match="put into the bucket by someone"):
        world.curation().add(asked(name=name))


def test_what_the_bot_made_can_be_made_anew(world: World) -> None:
    has(world, a_ready_preparation(), PETS)

    assert world.curation().add(asked()).status == PreparationStatus.REQUESTED


def test_a_preparation_can_be_stopped_once(world: World) -> None:
    preparation = has(world, a_preparation())
    world.curation().stop(preparation.id, APPROVER)

    with pytest.raises(WrongStateError, match=f"<@{APPROVER}> asked for it"):
        world.curation().stop(preparation.id, REQUESTER)


def test_removal_is_recorded_with_who_asked(world: World) -> None:
    preparation = has(world, a_ready_preparation(), PETS)

    removing = world.curation().remove(preparation.id, APPROVER)
    assert (removing.status, removing.stopped_by) == (PreparationStatus.REMOVING, APPROVER)


def test_what_is_ready_but_not_yet_in_the_catalog_can_be_removed(world: World) -> None:
    preparation = has(world, a_ready_preparation())

    assert world.curation().removable("Pets") == preparation


def test_what_the_bot_did_not_make_it_does_not_remove(world: World) -> None:
    with pytest.raises(RefusedError):
        world.curation().removable("emoji")


def test_a_data_set_that_a_job_trains_on_stays(world: World) -> None:
    preparation = has(world, a_ready_preparation(), PETS)
    world.has_job(a_running_job(data_set="pets"))

    with pytest.raises(RefusedError, match="is training on"):
        world.curation().remove(preparation.id, REQUESTER)


def test_a_data_set_stays_while_a_version_validates_with_its_images(world: World) -> None:
    made = has(world, a_ready_preparation(), PETS)
    known = world.stores.data_sets.all()
    world.stores.data_sets.replace([*known.values(), replace(PETS, name="pets-2", based_on="pets")])

    with pytest.raises(RefusedError, match=r"pets-2\* is a version"):
        world.curation().remove(made.id, REQUESTER)


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (PreparationStatus.REQUESTED, "is being made"),
        (PreparationStatus.REMOVING, "is being removed"),
        (PreparationStatus.REMOVED, "has been removed already"),
        (PreparationStatus.FAILED, "has failed"),
        (PreparationStatus.STOPPED, "has been stopped"),
    ],
)
def test_what_cannot_be_removed_says_why(world: World, status: PreparationStatus, said: str) -> None:
    has(world, a_ready_preparation(status=status, stopped_by=APPROVER))

    with pytest.raises(WrongStateError, match=said):
        world.curation().removable("pets")


def test_while_it_is_made_anew_it_is_not_removed(world: World) -> None:
    made = has(world, a_ready_preparation(), PETS)
    world.passes(seconds=1)
    world.curation().add(asked())

    with pytest.raises(WrongStateError, match="is being made"):
        world.curation().remove(made.id, REQUESTER)


def test_the_button_of_an_older_card_removes_nothing(world: World) -> None:
    old = has(world, a_ready_preparation())
    newer = a_ready_preparation(id="newer", requested_at=world.now.replace(hour=23))
    has(world, newer, replace(PETS, made_by="newer"))

    with pytest.raises(WrongStateError, match="made anew since"):
        world.curation().remove(old.id, REQUESTER)
    assert world.stores.preparations.open() == []


def test_a_name_is_answered_with_the_nearest(world: World) -> None:
    with pytest.raises(NotFoundError) as refused:
        world.curation().shown("emojy")

    assert "`emoji`" in refused.value.next_step


def test_a_name_stands_for_its_newest_preparation(world: World) -> None:
    preparation = has(world, a_ready_preparation(), PETS)

    assert world.curation().shown("PETS") == preparation


def test_after_a_failed_attempt_the_name_stands_for_what_can_be_trained_on(world: World) -> None:
    made = has(world, a_ready_preparation(), PETS)
    failed = a_preparation(id="later", status=PreparationStatus.FAILED, requested_at=world.now.replace(hour=23))
    world.stores.preparations.add(failed)

    assert world.curation().shown("pets") == made


def test_a_data_set_whose_making_is_unknown_stands_for_itself(world: World) -> None:
    assert world.curation().shown("emoji") == a_data_set()


def test_the_list_begins_with_what_is_being_made(world: World) -> None:
    ready = has(world, a_ready_preparation(), PETS)
    world.curation().add(asked(name="zoo"))

    (zoo_set, zoo), *rest = world.curation().known()
    assert (zoo_set, zoo and zoo.name) == (None, "zoo")
    assert rest == [(a_data_set(), None), (PETS, ready)]


def test_one_that_is_made_anew_is_listed_once(world: World) -> None:
    has(world, a_ready_preparation(), PETS)
    again = world.curation().add(asked())

    assert world.curation().known() == [(PETS, again), (a_data_set(), None)]


def test_what_is_not_in_the_catalog_cannot_be_trained_on(world: World) -> None:
    preparation = has(world, a_ready_preparation())

    with pytest.raises(WrongStateError, match="cannot be trained on"):
        world.curation().trainable(preparation.id)


def test_what_a_tuning_trains_on_cannot_be_removed(world: World) -> None:
    made = a_ready_preparation()
    world.stores.preparations.add(made)
    world.stores.data_sets.replace([a_data_set(name=made.name, made_by=made.id)])
    world.has_tuning(a_running_tuning(data_set=made.name))

    with pytest.raises(RefusedError, match=a_running_tuning().name):
        world.curation().removable(made.name)


def test_a_data_set_that_is_made_anew_keeps_its_spelling(world: World) -> None:
    world.stores.data_sets.replace([a_data_set(name="Pets", made_by="an-earlier-one")])

    assert world.curation().add(asked()).name == "Pets"
