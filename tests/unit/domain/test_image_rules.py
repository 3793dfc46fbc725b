"""Which rule an image breaks, in which words, and what helps."""

from dataclasses import replace

import pytest

from bot.domain.image_rules import (
    MAX_BYTES,
    MEGABYTE,
    MOST_BYTES_TO_CONVERT,
    ImageFacts,
    Rule,
    check_convertible,
    check_image,
    check_size,
    convertible,
    costly,
    keeps_all,
    named,
)
from bot.errors import RefusedError

GOOD = ImageFacts("JPEG", 640, 480, 100_000)


def refusal(name: str = "cat.jpg", facts: ImageFacts = GOOD, **changed: object) -> RefusedError:
    with pytest.raises(RefusedError) as found:
        check_image(name, replace(facts, **changed))
    return found.value


@pytest.mark.parametrize("sides", [(64, 64), (4096, 4096), (64, 1280), (1280, 64)])
def test_what_keeps_the_rules_passes_up_to_their_ends(sides: tuple[int, int]) -> None:
    facts = ImageFacts("PNG", *sides, MAX_BYTES)
    check_image("x", facts)

    assert keeps_all(facts)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"size": 6_500_000}, "`cat.jpg` is 6.2 MB, and an image may have 4 MB at most."),
        ({"size": MAX_BYTES + 1}, "`cat.jpg` is just over 4 MB, and an image may have 4 MB at most."),
        ({"width": 5000}, "`cat.jpg` has 5000 × 480 pixels, and an image may have 4096 pixels a side at most."),
        ({"format": "HEIC"}, "`cat.jpg` is HEIC in spite of its name, and this model reads JPEG and PNG."),
    ],
)
def test_what_conversion_helps_against_is_left_to_the_button(changed: dict[str, object], said: str) -> None:
    found = refusal(**changed)

    assert (found.sentences, convertible(found.code)) == (said, True)


@pytest.mark.parametrize(
    ("changed", "rule", "said"),
    [
        ({"size": 0}, Rule.EMPTY, "is empty: it has no bytes. Upload it again."),
        (
            {"format": "a PDF"},
            Rule.FOREIGN,
            "is a PDF in spite of its name, and this model reads JPEG and PNG. Save the page",
        ),
        ({"format": "SVG"}, Rule.FOREIGN, "Export it as a PNG"),
        ({"format": "an archive"}, Rule.FOREIGN, "Unpack it"),
        ({"format": "a video"}, Rule.FOREIGN, "Save the frame you mean"),
        ({"format": "JPEG XL"}, Rule.FOREIGN, "Save it as a JPEG or a PNG"),
        ({"format": "text"}, Rule.NO_IMAGE, "is text, and no image in spite of its name."),
        ({"format": "a web page"}, Rule.WEB_PAGE, "came as a web page"),
        ({"format": "PNG", "frames": 2}, Rule.ANIMATED, "is an animated PNG"),
        (
            {"format": "TIFF", "frames": 2},
            Rule.ANIMATED,
            "has several pages, and this model reads single images. Save the page",
        ),
        (
            {"width": 63},
            Rule.TOO_SMALL,
            "has 63 × 480 pixels, and an image needs 64 pixels a side at least. Upload the original",
        ),
        (
            {"width": 9601},
            Rule.TOO_LONG,
            "has 9601 × 480 pixels, and its long side may be 20 times the short one at most.",
        ),
        ({"flaw": "is cut short: the last 9 of 480 rows are missing"}, Rule.DAMAGED, "rows are missing. Save it anew"),
        (
            {"size": MOST_BYTES_TO_CONVERT + 1},
            Rule.FAR_TOO_LARGE,
            "is just over 40 MB, and an image may have 4 MB at most. Save it smaller and upload it again",
        ),
        ({"size": 300 * 1024**2}, Rule.FAR_TOO_LARGE, "is 300 MB, and an image may have 4 MB at most."),
        (
            {"width": 20_000, "height": 20_000},
            Rule.FAR_TOO_BIG,
            "400.0 million, and I can convert 120 million of a JPEG",
        ),
    ],
)
def test_what_conversion_does_not_help_against_is_told_with_what_does(
    changed: dict[str, object], rule: Rule, said: str
) -> None:
    found = refusal(**changed)

    assert said in found.sentences
    assert (found.code, bool(found.next_step), convertible(found.code)) == (rule, True, False)


@pytest.mark.parametrize("name", ["cat.jpg", "cat.JPEG", "cat.jpe", "cat", "cat.v2", ""])
def test_a_name_is_held_against_an_image_only_where_it_promises_another_kind(name: str) -> None:
    assert "in spite" not in refusal(name, size=MAX_BYTES + 1).what


def test_a_picture_too_large_to_be_fetched_is_refused_by_its_size_alone() -> None:
    with pytest.raises(RefusedError, match=r"is 5 MB") as found:
        check_size("cat.jpg", 5 * MEGABYTE)

    assert found.value.code == Rule.TOO_LARGE


def test_no_conversion_is_offered_in_vain() -> None:
    """Too large and animated: what no conversion helps against is what is said."""
    assert refusal(format="GIF", size=9 * MEGABYTE, frames=2).code == Rule.ANIMATED


def test_what_may_be_converted_passes_that_check() -> None:
    check_convertible("x", ImageFacts("HEIC", 5712, 4284, 9 * MEGABYTE))


def test_a_file_without_a_name_is_spoken_of_all_the_same() -> None:
    assert costly("").what.startswith("This file takes more time or memory")


def test_what_knew_bytes_alone_is_refused_by_the_files_name() -> None:
    with pytest.raises(RefusedError, match=r"`cat\.heic` takes more time") as found, named("cat.heic"):
        raise costly("")

    assert found.value.code == Rule.COSTLY


def test_what_is_refused_by_its_name_already_keeps_its_words() -> None:
    with pytest.raises(RefusedError, match="The model answered nothing"), named("cat.heic"):
        raise RefusedError("The model answered nothing.")
