"""What the pass over a data set works with, put together; Pillow and the rest are imported when first used."""

from collections.abc import Mapping, Sequence

from bot.domain.checks import Rule
from bot.domain.datasets import DataSet
from bot.domain.preparations import Options
from bot.services.preparation.instruments import Examine, Examined, Instruments

THUMBNAIL_SIDE = 96


def instruments() -> Instruments:
    return Instruments(_examiner, _fingerprint, _refused_by_size, _thumbnail, _contact_sheet, _descriptor)


def _examiner(options: Options) -> Examine:
    from bot.imaging.inspection import Wish, examined
    from bot.imaging.pixel_budget import PixelBudget

    budget = PixelBudget()
    wish = Wish(resize=options.resize, quality=options.quality)

    def examine(image: bytes, name: str) -> Examined:
        return examined(image, name, wish, budget)

    return examine


def _fingerprint(image: bytes) -> bytes:
    from bot.imaging.fingerprints import fingerprint

    return fingerprint(image)


def _refused_by_size(size: int) -> tuple[Rule, str] | None:
    from bot.imaging.inspection import refused_by_size

    return refused_by_size(size)


def _thumbnail(payload: bytes) -> bytes:
    from bot.imaging.inspection import thumbnail

    return thumbnail(payload, THUMBNAIL_SIDE)


def _contact_sheet(thumbnails: Mapping[str, Sequence[bytes]]) -> bytes:
    from bot.drawing.contact_sheet import contact_sheet

    return contact_sheet(thumbnails)


def _descriptor(data_set: DataSet) -> bytes:
    from bot.adapters.storage import descriptor

    return descriptor(data_set)
