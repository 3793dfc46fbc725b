"""An image as an endpoint takes it: as it is, as a JPEG, or not at all."""

from dataclasses import dataclass

import pytest

from bot.domain.endpoints import Endpoint
from bot.domain.recipes import RecipeName
from bot.errors import RefusedError
from bot.services.taking import taken
from tests.builders import an_endpoint, realtime_hosting, serverless_hosting
from tests.fakes.slack import FakeImages

MEGABYTE = 1024 * 1024
SERVERLESS, REALTIME = an_endpoint(hosting=serverless_hosting()), an_endpoint(hosting=realtime_hosting())
JPEG_ONLY = an_endpoint(recipe=RecipeName.PYTORCH_RESNET)


@dataclass(slots=True)
class Shrinking(FakeImages):
    """As a JPEG, everything has this size."""

    size: int = 1000

    def as_jpeg(self, image: bytes) -> bytes:
        return b"j" * self.size


def test_what_the_model_reads_and_aws_lets_through_is_left_as_it_is() -> None:
    assert taken(SERVERLESS, b"a fox", "image/png", FakeImages()) == (b"a fox", "image/png")


def test_a_model_that_reads_jpeg_alone_gets_that() -> None:
    assert taken(JPEG_ONLY, b"a fox", "image/png", FakeImages()) == (b"a JPEG of a fox", "image/jpeg")


@pytest.mark.parametrize(
    ("endpoint", "size", "content_type"),
    [
        (SERVERLESS, 4 * MEGABYTE, "image/png"),
        (SERVERLESS, 4 * MEGABYTE + 1, "image/jpeg"),
        (REALTIME, 6 * MEGABYTE, "image/png"),
        (REALTIME, 6 * MEGABYTE + 1, "image/jpeg"),
    ],
)
def test_each_kind_of_endpoint_has_a_limit_of_its_own(endpoint: Endpoint, size: int, content_type: str) -> None:
    assert taken(endpoint, b"p" * size, "image/png", Shrinking())[1] == content_type


def test_what_no_conversion_makes_small_enough_is_refused_with_the_limit() -> None:
    with pytest.raises(RefusedError, match="more than the 4 MB that emoji-live takes"):
        taken(SERVERLESS, b"p" * 5 * MEGABYTE, "image/png", Shrinking(size=5 * MEGABYTE))
