"""The converted backbone, made once for all tests that need it."""

import pytest

from training.backbone import graph_body
from training.cache import Cache


@pytest.fixture(scope="session")
def body() -> bytes:
    return graph_body(Cache(None))
