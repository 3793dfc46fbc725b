"""An image as an endpoint takes it: in a format that its model reads, and no larger than AWS lets through to it."""

from bot.domain.endpoints import Endpoint, Kind
from bot.domain.image_rules import FORMATS, MEGABYTE
from bot.domain.recipes import RECIPES
from bot.errors import RefusedError
from bot.ports import Images

# https://docs.aws.amazon.com/sagemaker/latest/dg/serverless-endpoints.html and, as the API's model still has it, the
# BodyBlob of https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpoint.html
MOST_BYTES = {Kind.SERVERLESS: 4 * MEGABYTE, Kind.REALTIME: 6_291_456}


def taken(endpoint: Endpoint, image: bytes, content_type: str, images: Images) -> tuple[bytes, str]:
    """The image and its content type, both changed where the endpoint's recipe reads no such images, or less of them.

    RefusedError: it is too large for the endpoint, whatever is done.
    """
    reads = RECIPES[endpoint.recipe].content_types
    if content_type in reads and _fits(endpoint, image):
        return image, content_type
    image = images.as_jpeg(image)
    if not _fits(endpoint, image):
        most = MOST_BYTES[endpoint.hosting.kind] // MEGABYTE
        raise RefusedError(f"This image has more than the {most} MB that {endpoint.name} takes.")
    return image, FORMATS["JPEG"]


def _fits(endpoint: Endpoint, image: bytes) -> bool:
    return len(image) <= MOST_BYTES[endpoint.hosting.kind]
