"""From an image's header to its pixels, and from pixels to the bytes of a file again, by Pillow.

Only Pillow's two plugins are used, and only on files without descriptions: those hold most of what is broken or hostile
in otherwise good images, and Pillow warns of it, which is a process-wide affair.
"""

import io
import itertools
from collections.abc import Mapping
from typing import TYPE_CHECKING

from bot.imaging.image_headers import AS_STORED, Colours, Header
from bot.imaging.jpeg_headers import END_MARKER, without_end
from bot.imaging.signatures import BROKEN

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFile import ImageFile

_TURNS = {2: 0, 3: 3, 4: 1, 5: 5, 6: 4, 7: 6, 8: 2}  # EXIF orientation to PIL.Image.Transpose
WHITE = (255, 255, 255)
_CLOSELY = 1_000_000  # pixels up to which it is worth the memory to count rows one by one
_SMALLEST_SCALE = 8  # libjpeg decodes at an eighth of the size for half of the time, and reads every byte all the same
# Two continuations that no picture has both of: where pixels differ by which of them follows, the file lacked them.
_ONE_ENDING, _OTHER_ENDING = b"\x13\x5a\xc7\x2e" * 256 + END_MARKER, b"\xe5\x91\x3c\x6d" * 256 + END_MARKER
# What libjpeg fills in where data lack, in grey, RGB and (inverted or not) CMYK.
_FILLED = frozenset({128, (128,) * 3, *itertools.product((127, 128), repeat=4)})
_UNTOUCHED: Mapping[str, float | tuple[float, ...]] = {
    "L": 3,
    "RGB": (3, 250, 7),
    "RGBA": (3, 250, 7, 9),
    "LA": (3, 9),
}


class CutShortError(ValueError):
    """The file ends before its pixels do: `missing` rows lack, or an unknown number (None)."""

    def __init__(self, missing: int | None = None) -> None:
        super().__init__("cut short")
        self.missing = missing


class DamagedError(ValueError):
    """The pixels cannot be decoded."""


class NoRoomError(DamagedError):
    """There is no memory for them."""


def verified(header: Header) -> None:
    """Decode all of the file and forget the pixels. CutShortError, DamagedError: they are not all there."""
    _loaded(header, "L", (header.width // _SMALLEST_SCALE, header.height // _SMALLEST_SCALE))


def decoded(header: Header, at_least: tuple[int, int] | None = None) -> "Image":
    """The pixels as they are stored; a JPEG's may be smaller by a power of two, if not below `at_least`."""
    return _loaded(header, "RGB", at_least)


def weight(header: Header, scale: int = 1) -> int:
    """The bytes that decoding takes, with those of one more copy where the pixels have to be converted."""
    pixels = header.width * header.height
    converted = header.alpha or header.colours in (Colours.PALETTE, Colours.CMYK) or header.bits != 8
    layers = 4 if header.colours == Colours.CMYK else 3
    coefficients = 2 * layers * pixels if header.in_passes and header.format == "JPEG" else 0
    return coefficients + 4 * (2 if converted else 1) * pixels // scale**2


def scale_for(header: Header, at_least: tuple[int, int] | None) -> int:
    """By how much a JPEG is decoded smaller, so that its sides are not below these."""
    if header.format != "JPEG" or at_least is None:
        return 1
    room = min(header.width // max(1, at_least[0]), header.height // max(1, at_least[1]))
    return next((scale for scale in (8, 4, 2) if room >= scale), 1)


def _loaded(header: Header, mode: str, at_least: tuple[int, int] | None) -> "Image":
    try:
        picture = _pixels(header, mode, at_least)
    except BROKEN as error:
        problem, no_room = str(error), isinstance(error, MemoryError)
    else:
        if header.cut or (header.format == "JPEG" and _ends_in_grey(picture)):
            _check_end(header)
        return picture
    # Not within the handler, where the error still holds the pixels that were decoded so far.
    raise NoRoomError if no_room else _named(header, problem)


def _pixels(header: Header, mode: str, at_least: tuple[int, int] | None) -> "Image":
    picture = _opened(header.format, header.lean)
    if header.format == "JPEG":
        picture.draft(mode, at_least)
    picture.load()
    return picture


def _opened(format_name: str, image: bytes) -> "ImageFile":
    """The picture with its header read. Not by `Image.open`, which judges by a limit that is the whole process's."""
    from PIL.JpegImagePlugin import JpegImageFile
    from PIL.PngImagePlugin import PngImageFile

    return (JpegImageFile if format_name == "JPEG" else PngImageFile)(io.BytesIO(image))


def _named(header: Header, problem: str) -> CutShortError | DamagedError:
    missing = missing_rows(header)
    if missing == 0 and header.cut:
        return CutShortError(0)
    if missing or "truncated" in problem.lower():
        return CutShortError(missing)
    return DamagedError(problem)


def _check_end(header: Header) -> None:
    missing = missing_rows(header)
    if missing or header.cut:
        raise CutShortError(missing)


def _ends_in_grey(picture: "Image") -> bool:
    """Whether the last block is as libjpeg fills it where an end marker comes too early; some whole ones are so too."""
    return picture.getpixel((picture.width - 1, picture.height - 1)) in _FILLED


def lacking(missing: int | None, rows: int) -> str:
    """What is missing, in words."""
    if not missing:
        return "its end is missing"
    return "all of its pixels are missing" if missing == rows else f"the last {missing} of {rows} rows are missing"


def missing_rows(header: Header) -> int | None:
    """How many of the last rows the file has no pixels for; None: that cannot be told."""
    try:
        return _missing_of_jpeg(header) if header.format == "JPEG" else _missing_of_png(header)
    except BROKEN:
        return None


def _missing_of_jpeg(header: Header) -> int:
    """By brightness where it differs, since colours bleed into the row above."""
    from PIL import ImageChops

    pixels = without_end(header.lean)
    one, other = (_opened("JPEG", pixels + ending) for ending in (_ONE_ENDING, _OTHER_ENDING))
    few = header.width * header.height <= _CLOSELY
    scale = 1 if few or header.in_passes else _SMALLEST_SCALE
    for picture in (one, other):
        # Where there are many and none can be passed over, there is room for their brightness alone.
        mode = "YCbCr" if few or scale > 1 else "L"
        picture.draft(mode, (header.width // scale, header.height // scale))
    differing = ImageChops.difference(one, other)
    box = differing.getchannel(0).getbbox() or differing.getbbox()
    return 0 if box is None else header.height - box[1] * scale


def _missing_of_png(header: Header) -> int | None:
    """Decode over a canvas of an unlikely colour, and see what is left of it."""
    from PIL import Image

    picture = _opened("PNG", header.lean)
    if header.in_passes or picture.mode not in _UNTOUCHED:
        return None
    canvas = Image.new(picture.mode, picture.size, _UNTOUCHED[picture.mode])
    picture.im = canvas.im
    try:
        picture.load()
    except BROKEN:
        return _untouched_rows(canvas)
    return 0


def _untouched_rows(canvas: "Image") -> int:
    """How many of the last rows nothing was painted on; looked at row by row, since a canvas can be large."""
    from PIL import Image

    width, height = canvas.size
    row = Image.new(canvas.mode, (width, 1), _UNTOUCHED[canvas.mode]).tobytes()
    for top in range(height - 1, -1, -1):
        if canvas.crop((0, top, width, top + 1)).tobytes() != row:
            return height - 1 - top
    return height


def as_rgb(picture: "Image", header: Header) -> "Image":
    """The pixels as the algorithm takes them: RGB, or plain grey."""
    match header.colours:
        case Colours.CMYK:
            return _from_cmyk(picture, header)
        case _ if header.alpha:
            return on_white(picture)
        case Colours.PALETTE:
            return picture.convert("RGB")
        case Colours.GREY if header.bits == 16:
            return high_bytes(picture)
        case Colours.GREY if header.bits < 8:
            return picture.convert("RGB")
    return picture


def _from_cmyk(picture: "Image", header: Header) -> "Image":
    """Pillow takes all CMYK for Adobe's, which is stored inverted: turn it back where Adobe's marker is missing."""
    from PIL import ImageChops

    return (picture if header.inverted else ImageChops.invert(picture)).convert("RGB")


def on_white(picture: "Image") -> "Image":
    from PIL import Image

    picture = picture if picture.mode == "RGBA" else picture.convert("RGBA")
    paper = Image.new("RGB", picture.size, WHITE)
    paper.paste(picture, mask=picture)
    return paper


def high_bytes(picture: "Image", offset: int = 1) -> "Image":
    """16-bit grey by its more significant bytes, as other readers of PNG take it; Pillow's own conversion clips."""
    from PIL import Image

    return Image.frombytes("L", picture.size, picture.tobytes()[offset::2])


def upright(picture: "Image", orientation: int) -> "Image":
    """The picture as a viewer shows it whose EXIF data tell this orientation."""
    from PIL.Image import Transpose

    return picture.transpose(Transpose(_TURNS[orientation])) if orientation != AS_STORED else picture


def encoded(picture: "Image", format_name: str, quality: int) -> bytes:
    """The file of a picture that has nothing but pixels."""
    target = io.BytesIO()
    picture.info, picture.encoderinfo = {}, {}
    if format_name == "JPEG":
        picture.save(target, "JPEG", quality=quality)
    else:
        picture.save(target, "PNG", compress_level=6)
    return target.getvalue()


def encoded_alike(picture: "Image", stored: "Image", *, quarter: bool) -> bytes:
    """The JPEG of a picture as `stored` was compressed, of which it is a turn: hardly anything is lost once more."""
    from PIL.JpegImagePlugin import get_sampling

    target = io.BytesIO()
    picture.info, picture.encoderinfo = {}, {}
    tables = [_turned_table(table) if quarter else table for _, table in sorted(stored.quantization.items())]  # type: ignore[attr-defined]
    sampling = get_sampling(stored)
    # There is none for twice as many rows as columns.
    picture.save(target, "JPEG", qtables=tables, subsampling=sampling if sampling == 2 or not quarter else 0)
    return target.getvalue()


def _turned_table(table: list[int]) -> list[int]:
    return [table[8 * column + row] for row in range(8) for column in range(8)]


def encoded_as_stored(picture: "Image") -> bytes:
    """The PNG of a picture in the very mode that it has, with its palette and what is transparent in it."""
    target = io.BytesIO()
    picture.info = {key: value for key, value in picture.info.items() if key == "transparency"}
    picture.save(target, "PNG", compress_level=6)
    return target.getvalue()


def resized(picture: "Image", sides: tuple[int, int]) -> "Image":
    """The picture in that size, by the means over all pixels that fall into one (im2rec's bilinear, and no moiré)."""
    from PIL.Image import Resampling

    return picture.resize(sides, Resampling.BILINEAR, reducing_gap=2.0)
