"""What a source is taken for, by the keys of its objects alone."""

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.checks import Effect, Rule
from bot.domain.layouts import Layout, recognised
from bot.domain.path_names import class_names
from bot.domain.placing import Split
from bot.domain.sources import SourceObject
from bot.errors import RefusedError

TWO = ("cat/1.jpg", "dog/1.jpg")


def layout(*keys: str) -> Layout:
    return recognised(SourceObject(key, 20_000) for key in keys)


def placed(found: Layout) -> dict[str, tuple[str, Split | None]]:
    return {image.key: (found.names[image.label], image.split) for image in found.images}


def said(found: Layout, rule: Rule) -> list[tuple[str, str]]:
    return [(finding.key, finding.said) for finding in found.findings if finding.rule == rule]


def strays(found: Layout) -> list[str]:
    return sorted(key for key, _ in said(found, Rule.STRAY))


def test_folders_side_by_side_are_classes_in_the_order_of_their_names() -> None:
    assert placed(layout("dog/1.jpg", "cat/1.jpg", "cat/2.png")) == {
        "dog/1.jpg": ("dog", None),
        "cat/1.jpg": ("cat", None),
        "cat/2.png": ("cat", None),
    }
    assert layout("dog/1.jpg", "cat/1.jpg").names == ("cat", "dog")


def test_folders_within_a_class_folder_belong_to_the_class() -> None:
    found = layout("cat/young/black/1.jpg", "cat/2.jpg", "dog/1.jpg")

    assert placed(found)["cat/young/black/1.jpg"] == ("cat", None)


def test_what_merely_encloses_everything_is_no_class() -> None:
    found = layout("pets/2024/cat/1.jpg", "pets/2024/dog/1.jpg", "pets/README.md", "pets/docs/terms.txt")

    assert found.names == ("cat", "dog")
    assert strays(found) == ["pets/README.md", "pets/docs/"]


@pytest.mark.parametrize("validation", ["validation", "valid", "val", "test", "Val", "VALIDATION"])
@pytest.mark.parametrize("train", ["train", "training", "Train"])
def test_a_split_of_the_source_is_respected(train: str, validation: str) -> None:
    found = layout(f"{train}/cat/1.jpg", f"{train}/dog/1.jpg", f"{validation}/cat/2.jpg", f"{validation}/dog/2.jpg")

    assert found.split_given
    assert placed(found) == {
        f"{train}/cat/1.jpg": ("cat", Split.TRAIN),
        f"{train}/dog/1.jpg": ("dog", Split.TRAIN),
        f"{validation}/cat/2.jpg": ("cat", Split.VALIDATION),
        f"{validation}/dog/2.jpg": ("dog", Split.VALIDATION),
    }


def test_beside_validation_test_is_left_alone_with_a_note() -> None:
    found = layout(*(f"{split}/{key}" for split in ("train", "val", "test") for key in TWO))

    assert {image.key.partition("/")[0] for image in found.images} == {"train", "val"}
    assert said(found, Rule.STRAY) == [
        ("test/", "holds 2 files and is no part of train or validation; it is left alone.")
    ]


def test_train_alone_is_split_by_us() -> None:
    assert not layout("train/cat/1.jpg", "train/dog/1.jpg").split_given


def test_a_test_folder_without_classes_is_left_alone_and_train_is_split_by_us() -> None:
    found = layout("train/cat/1.jpg", "train/dog/1.jpg", "test/1.jpg", "test/2.jpg", "sample_submission.csv")

    assert (found.names, found.split_given) == (("cat", "dog"), False)
    assert strays(found) == ["sample_submission.csv", "test/"]


def test_two_folders_that_could_both_be_validation_are_refused() -> None:
    with pytest.raises(RefusedError, match="`valid/` and `val/`"):
        layout("train/cat/1.jpg", "train/dog/1.jpg", "valid/cat/1.jpg", "val/cat/1.jpg")


def test_a_class_that_only_validation_has_is_left_out_and_said() -> None:
    found = layout("train/cat/1.jpg", "train/dog/1.jpg", "val/cat/2.jpg", "val/bird/1.jpg")

    assert found.names == ("cat", "dog")
    assert "val/bird/1.jpg" not in placed(found)
    ((_, sentence),) = said(found, Rule.EMPTY_CLASS)
    assert sentence.startswith("`bird` has images for validation and none to train on")


@pytest.mark.parametrize(
    ("folders", "names"),
    [
        (("002.Beagle", "001.Poodle", "010.Afghan"), ("Poodle", "Beagle", "Afghan")),
        (("2_dog", "10_cat"), ("dog", "cat")),
        (("1 - dog", "3 cat", "02-bird"), ("dog", "bird", "cat")),
        (("10", "9", "1"), ("1", "9", "10")),
        (("1_cat", "2_cat"), ("1_cat", "2_cat")),
        (("001.cat", "dog"), ("001.cat", "dog")),
        (("n02085620-Chihuahua", "n01-Beagle"), ("n01-Beagle", "n02085620-Chihuahua")),
        (("2019-01", "2019-02"), ("2019-01", "2019-02")),
    ],
)
def test_numbers_before_all_names_decide_the_order(folders: tuple[str, ...], names: tuple[str, ...]) -> None:
    assert layout(*(f"{folder}/1.jpg" for folder in folders)).names == names


def test_names_that_differ_by_case_are_kept_apart_and_said() -> None:
    found = layout("Cat/1.jpg", "cat/1.jpg", "dog/1.jpg")

    assert found.names == ("Cat", "cat", "dog")
    ((_, sentence),) = said(found, Rule.CASE)
    assert sentence.startswith("`Cat` and `cat` differ only by case")


def test_decomposed_letters_of_a_zip_are_composed_in_names() -> None:
    assert layout("ko\u0308ter/1.jpg", "cat/1.jpg").names == ("cat", "k\u00f6ter")


def test_names_fit_on_a_line_and_into_a_label() -> None:
    found = layout(f"{'x' * 300}/1.jpg", "two\nlines\t/1.jpg")

    assert found.names == ("two lines", "x" * 100)


def test_names_that_become_the_same_are_told_apart() -> None:
    assert layout("big cat/1.jpg", "big  cat/1.jpg").names == ("big cat", "big cat 2")


@pytest.mark.parametrize(
    "key",
    [
        "cat/.DS_Store",
        "__MACOSX/cat/._1.jpg",
        "cat/Thumbs.db",
        "dog/desktop.ini",
        ".git/config",
        "cat/.thumbs/1.jpg",
        "cat/@eaDir/1.jpg",
    ],
)
def test_what_systems_leave_behind_is_passed_over_in_silence(key: str) -> None:
    assert layout(*TWO, key) == layout(*TWO)


def test_files_that_are_no_images_are_noted_and_others_are_looked_at() -> None:
    found = layout(*TWO, "labels.csv", "cat/notes.txt", "cat/7", "cat/8.webp", "cover.jpg")

    assert strays(found) == ["cat/notes.txt", "cover.jpg", "labels.csv"]
    assert {"cat/7", "cat/8.webp"} <= set(placed(found))


def test_a_folder_without_images_is_no_class_and_said() -> None:
    found = layout(*TWO, "bird/", "fish/notes.txt")

    assert found.names == ("cat", "dog")
    assert [sentence.partition(",")[0] for _, sentence in said(found, Rule.EMPTY_CLASS)] == [
        "`bird` has no image",
        "`fish` has no image",
    ]


@pytest.mark.parametrize(
    ("keys", "sentence"),
    [
        ((), "no file was found"),
        (("cat/", "dog/"), "no file was found"),
        ((".DS_Store",), "no file was found"),
        (("notes.txt",), "I found no images."),
        (("1.jpg", "2.jpg"), "I found 2 images in no class folder"),
        (("cat/1.jpg",), "only one class, `cat`"),
        (("pets/cat/1.jpg", "pets/readme.txt"), "only one class, `cat`"),
        (("train/1.jpg", "test/1.jpg"), "The images in `train/` lie in no class folders"),
        (("train/cat/1.jpg", "val/cat/1.jpg"), "only one class, `cat`"),
    ],
)
def test_what_cannot_be_a_data_set_is_refused_with_what_was_found(keys: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(RefusedError) as refusal:
        layout(*keys)

    assert sentence in refusal.value.sentences
    assert "I expect a folder for each class" in refusal.value.next_step


def test_nothing_that_is_found_in_a_listing_leaves_an_image_out() -> None:
    found = layout(*TWO, "bird/", "labels.csv", "Cat/1.jpg")

    assert {finding.effect for finding in found.findings} <= {Effect.NOTE, Effect.WARNING}


keys = st.lists(
    st.sampled_from(
        ["cat", "dog", "train", "val", "test", "Cat", "001.x", "", "..", "a b", ".x", "train.lst", "1.jpg"]
    ),
    min_size=1,
    max_size=4,
).map("/".join) | st.text(string.printable, max_size=12)


@settings(max_examples=300)
@given(st.lists(keys, unique=True, max_size=12))
def test_any_listing_is_recognised_or_refused_in_words(listed: list[str]) -> None:
    try:
        found = layout(*listed)
    except RefusedError:
        return
    learned = {image.label for image in found.images if image.split != Split.VALIDATION}
    assert {image.key for image in found.images} <= set(listed)
    assert len(set(found.names)) == len(found.names)
    assert learned == set(range(len(found.classes)))


@given(st.lists(st.text(max_size=120), max_size=8))
def test_every_class_has_a_name_of_its_own_that_fits(folders: list[str]) -> None:
    names = class_names(folders)

    assert len(set(names)) == len(names) == len(folders)
    assert all(name.strip() and len(name) <= 100 and len(name.splitlines()) == 1 for name in names)


@given(st.permutations(["train/a/1.jpg", "train/b/1.jpg", "val/a/2.jpg", "x.csv", "test/q/1.jpg", "train/B/4.png"]))
def test_the_order_of_the_listing_changes_nothing(listed: list[str]) -> None:
    found, other = layout(*listed), layout(*sorted(listed))

    assert (found.classes, placed(found), set(found.findings)) == (other.classes, placed(other), set(other.findings))
