"""The port `Images` by Pillow, and by libheif; what no model reads is decoded in a process of its own."""

from bot.domain import image_rules
from bot.domain.image_rules import FORMATS, MAX_SIDE, ImageFacts, keeps_all
from bot.imaging import cleaning, decoding
from bot.imaging.confinement import converted_apart
from bot.imaging.headers import whole_header
from bot.imaging.image_headers import Header
from bot.imaging.looking import looked_at
from bot.imaging.pixel_budget import PixelBudget
from bot.imaging.signatures import BROKEN

_QUALITY = 95


class PillowImages:
    """The port `Images`; each has budgets of its own for what its threads decode at once."""

    def __init__(self) -> None:
        self._looking, self._converting = PixelBudget(), PixelBudget()

    def look(self, image: bytes) -> ImageFacts:
        return looked_at(image, self._looking)

    def as_jpeg(self, image: bytes) -> bytes:
        try:
            header = _decodable(image)
            with self._looking.held(2 * decoding.weight(header)):
                picture = decoding.as_rgb(decoding.decoded(header), header)
                return decoding.encoded(decoding.upright(picture, header.orientation), "JPEG", _QUALITY)
        except BROKEN as error:
            raise image_rules.damaged("") from error

    def cleaned(self, image: bytes) -> bytes:
        try:
            header = _decodable(image)
            with self._looking.held(2 * decoding.weight(header) if header.turned else 0):
                return cleaning.cleaned(image, header)
        except BROKEN as error:
            raise image_rules.damaged("") from error

    def converted(self, image: bytes) -> bytes:
        facts = self.look(image)
        image_rules.check_convertible("", facts)
        if facts.format in FORMATS:
            image = _lean(image)
            if keeps_all(lean := self.look(image)):
                return self.cleaned(image)
            image_rules.check_convertible("", lean)
        pixels = facts.width * facts.height
        with self._converting.held(8 * pixels):
            return converted_apart(image, facts.format, pixels)


def _decodable(image: bytes) -> Header:
    header = whole_header(image)
    if max(header.sides) > MAX_SIDE:
        raise image_rules.costly("")
    return header


def _lean(image: bytes) -> bytes:
    """Without metadata, which may be all that is too large in it; one that is turned has to be decoded anyway."""
    try:
        header = whole_header(image)
        return image if header.turned else cleaning.cleaned(image, header)
    except BROKEN as error:
        raise image_rules.damaged("") from error
