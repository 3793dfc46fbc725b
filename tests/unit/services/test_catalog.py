"""Data sets and prices are read anew; what cannot be read stays as it was."""

from bot.errors import PlatformError
from tests.builders import a_data_set
from tests.unit.services.world import World

PETS = a_data_set(name="pets")


def a_world() -> World:
    world = World()
    world.source.data_sets = (PETS,)
    world.price_list.prices = {"training": {"ml.g5.xlarge": 1.4}, "hosting": {"ml.m5.large": 0.2}}
    return world


def test_data_sets_and_prices_are_those_last_found() -> None:
    world = a_world()
    world.catalog().refresh()

    assert list(world.stores.data_sets.all()) == ["pets"]
    assert world.stores.prices.hourly("training", "ml.g5.xlarge") == 1.4
    assert world.stores.prices.hourly("hosting", "ml.m5.large") == 0.2


def test_data_sets_that_cannot_be_read_stay_as_they_were() -> None:
    world = a_world()
    world.source.error = PlatformError("The bucket cannot be read.", code="AccessDenied")
    world.catalog().refresh()

    assert list(world.stores.data_sets.all()) == ["emoji"]
    assert world.stores.prices.hourly("training", "ml.g5.xlarge") == 1.4


def test_prices_that_cannot_be_read_stay_as_they_were() -> None:
    world = a_world()
    world.price_list.error = PlatformError("No price list.", code="AccessDenied")
    world.catalog().refresh()

    assert world.stores.prices.hourly("training", "ml.g4dn.xlarge") == 0.736
    assert list(world.stores.data_sets.all()) == ["pets"]


def test_prices_are_read_once_a_day_and_data_sets_each_time() -> None:
    world = a_world()
    catalog = world.catalog()
    catalog.refresh()
    world.price_list.prices = {"training": {}, "hosting": {}}
    world.source.data_sets = ()
    world.passes(hours=23)
    catalog.refresh()

    assert world.stores.prices.hourly("training", "ml.g5.xlarge") == 1.4
    assert world.stores.data_sets.all() == {}

    world.passes(hours=1)
    catalog.refresh()

    assert world.stores.prices.hourly("training", "ml.g5.xlarge") is None


def test_prices_that_could_not_be_read_are_tried_again_soon() -> None:
    world = a_world()
    catalog = world.catalog()
    world.price_list.error = PlatformError("No price list.")
    catalog.refresh()
    world.price_list.error = None
    world.passes(minutes=9)
    catalog.refresh()
    assert world.stores.prices.hourly("training", "ml.g5.xlarge") is None
    world.passes(minutes=1)
    catalog.refresh()

    assert world.stores.prices.hourly("training", "ml.g5.xlarge") == 1.4
