"""What forms offer while somebody types."""

from bot.domain.recipes import RECIPES, RecipeName
from tests.builders import a_data_set, a_finished_job, a_running_job
from tests.unit.services.world import World

ALGORITHM, FROZEN = RECIPES[RecipeName.IMAGE_CLASSIFICATION], RECIPES[RecipeName.FROZEN_BACKBONE]


def test_data_sets_are_offered_by_name(world: World) -> None:
    world.stores.data_sets.replace([a_data_set(name=name) for name in ("pets", "my-emoji", "emoji")])

    assert [one.name for one in world.choosing().data_sets("emo")] == ["emoji", "my-emoji"]
    assert [one.name for one in world.choosing().data_sets("")] == ["emoji", "my-emoji", "pets"]


def test_only_jobs_that_left_a_model_of_the_recipe_are_offered(world: World) -> None:
    done = world.has_job(a_finished_job(id="1", name="emoji-000001"))
    world.has_job(a_running_job(id="2", name="emoji-000002"))
    world.has_job(a_finished_job(id="3", name="emoji-000003", recipe=RecipeName.FROZEN_BACKBONE))
    world.has_job(a_finished_job(id="4", name="emoji-000004", artifact=""))

    assert world.choosing().jobs("emo", ALGORITHM) == [done]
    assert [one.id for one in world.choosing().jobs("", FROZEN)] == ["3"]


def test_instances_are_offered_cheapest_first_with_their_prices(world: World) -> None:
    prices = {"ml.g5.xlarge": 1.4, "ml.g4dn.xlarge": 0.7, "ml.g4dn.2xlarge": 0.9, "ml.c5.xlarge": 0.2}
    world.stores.prices.replace("training", prices)

    assert list(world.choosing().instances("", ALGORITHM)) == ["ml.g4dn.xlarge", "ml.g4dn.2xlarge", "ml.g5.xlarge"]
    assert world.choosing().instances("g5", ALGORITHM) == {"ml.g5.xlarge": 1.4}
    assert "ml.c5.xlarge" in world.choosing().instances("c5", FROZEN)


def test_an_instance_of_unknown_price_is_offered_to_whoever_types_its_name(world: World) -> None:
    assert dict(world.choosing().instances("g5.2xlarge", ALGORITHM)) == {"ml.g5.2xlarge": None}
    assert world.choosing().instances("m5.huge", ALGORITHM) == {}
