"""Which pictures a version of a data set takes, and what it is called."""

import pytest

from bot.domain import versions
from bot.domain.kept_pictures import KeptStatus
from tests.builders import a_data_set, a_known_picture

FIRST = a_data_set(name="pets")
SECOND = a_data_set(name="pets-2", based_on="pets")
OTHER = a_data_set(name="pets-other")
KNOWN = {one.name: one for one in (FIRST, SECOND, OTHER)}


def test_versions_are_counted_from_two_on_and_pass_over_names_that_are_taken() -> None:
    assert versions.next_name("pets", {"pets": FIRST}, ()) == "pets-2"
    assert versions.next_name("pets", KNOWN, ["Pets-3"]) == "pets-4"


def test_a_version_of_a_version_is_named_after_the_first() -> None:
    assert versions.next_name("pets-2", KNOWN, ()) == "pets-3"


def test_a_long_name_is_cut_so_that_it_stays_one() -> None:
    name = versions.next_name("x" * 63, {}, ())
    assert (len(name), name[-2:]) == (63, "-2")


def test_what_is_kept_for_any_version_counts_for_all_of_them() -> None:
    assert versions.family("pets-2", KNOWN) == versions.family("pets", KNOWN) == {"pets", "pets-2"}


def test_a_circle_ends() -> None:
    known = {"a": a_data_set(name="a", based_on="b"), "b": a_data_set(name="b", based_on="a")}
    assert versions.chain("a", known) == ("a", "b")


@pytest.mark.parametrize(
    "odd",
    [
        {"disputed": True},
        {"status": KeptStatus.WANTED},
        {"status": KeptStatus.REMOVING},
        {"label": "unicorns"},
    ],
    ids=str,
)
def test_what_is_no_label_of_the_set_or_not_kept_now_is_not_taken(odd: dict[str, object]) -> None:
    assert versions.lot(FIRST, [a_known_picture(**odd)], ()).pictures == ()


def test_held_out_pictures_are_never_among_those_that_are_trained_on() -> None:
    lot = versions.lot(FIRST, [a_known_picture(id="a"), a_known_picture(id="b", held_out=True)], ["b"])
    assert [one.upload_id for one in lot.trained] == ["a"]
    assert (lot.fresh, lot.held_out) == (1, 1)


def test_what_the_set_contains_is_not_taken_twice() -> None:
    assert versions.lot(FIRST, [a_known_picture(id="a"), a_known_picture(id="b")], ["a"]).fresh == 1


def test_what_only_another_version_contains_is_taken_along_and_is_not_new() -> None:
    lot = versions.lot(FIRST, [a_known_picture(id="a", considered_for="pets-2"), a_known_picture(id="b")], ())
    assert (len(lot.trained), lot.fresh) == (2, 1)


def test_what_a_version_of_its_line_left_out_is_not_taken_along_again() -> None:
    kept = [a_known_picture(id="a", considered_for="pets-2"), a_known_picture(id="b")]
    assert [one.upload_id for one in versions.lot(SECOND, kept, (), ("pets-2", "pets")).trained] == ["b"]


def test_the_models_mistakes_are_counted_among_the_new_ones() -> None:
    kept = [a_known_picture(id="a"), a_known_picture(id="b", predicted="animals")]
    assert versions.lot(FIRST, kept, ()).wrong == 1
