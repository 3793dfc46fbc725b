"""An image as an endpoint's model takes it."""

from bot.domain.endpoints import Endpoint
from bot.domain.image_rules import FORMATS
from bot.domain.recipes import RECIPES
from bot.ports import Images


def taken(endpoint: Endpoint, image: bytes, content_type: str, images: Images) -> tuple[bytes, str]:
    """The image and its content type, both changed where the endpoint's recipe reads no such images."""
    if content_type in RECIPES[endpoint.recipe].content_types:
        return image, content_type
    return images.as_jpeg(image), FORMATS["JPEG"]
