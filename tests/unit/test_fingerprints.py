"""What stands for a picture when copies of it are looked for."""

import pytest

from bot.imaging.fingerprints import fingerprint
from bot.imaging.images import PillowImages
from bot.imaging.inspection import Wish, examined
from tests.pictures import a_jpeg, a_png, turned
from tests.unit.test_cleaning import described

IMAGES = {
    "jpeg": a_jpeg(),
    "png": a_png(),
    "a jpeg with metadata": described("JPEG"),
    "a png with metadata": described("PNG"),
    "a turned jpeg": a_jpeg(exif=turned(6)),
}


@pytest.mark.parametrize("kind", IMAGES)
def test_a_picture_that_is_kept_without_its_metadata_is_the_same(kind: str) -> None:
    kept = PillowImages().cleaned(IMAGES[kind])
    assert fingerprint(kept) == fingerprint(IMAGES[kind])


@pytest.mark.parametrize("kind", [kind for kind in IMAGES if "turned" not in kind])
@pytest.mark.parametrize("resize", [None, 70])
def test_as_a_data_set_packs_it_a_kept_picture_is_the_same_as_the_original(kind: str, resize: int | None) -> None:
    wish = Wish(resize=resize)
    packed = examined(IMAGES[kind], "one", wish).payload
    again = examined(PillowImages().cleaned(IMAGES[kind]), "one", wish).payload
    assert packed
    assert again
    assert fingerprint(packed) == fingerprint(again)


def test_other_pictures_are_others_and_so_is_what_is_no_image() -> None:
    others = (a_jpeg(), a_jpeg(quality=30), a_jpeg((100, 81)), a_png(), b"no image", b"")
    assert len({fingerprint(one) for one in others}) == len(others)
