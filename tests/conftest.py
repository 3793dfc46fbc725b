"""For every test: an environment in which nothing of the machine's own set-up reaches the bot."""

import functools
import os
from collections.abc import Iterator

import botocore.session
import pytest
from hypothesis import settings

from bot.settings import Settings

_PREFIXES = ("SLACK_", "AWS_")
_NAMES = frozenset(name.upper() for name in Settings.model_fields) | {
    "ALL_PROXY",
    "FTP_PROXY",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
}
# Begun first, lest at the end one worker wait for the other: those that take longest, in this order.
LONGEST = (
    "tests/scenarios/test_kill_before.py",
    "tests/scenarios/test_web_and_worker.py",
    "tests/scenarios/test_kill_after.py",
    "tests/scenarios/test_misbehaving_vendors.py",
    "tests/scenarios/test_processes.py",
    "tests/scenarios/test_approvals.py",
    "tests/scenarios/test_digests.py",
    "tests/scenarios/test_releases.py",
    "tests/scenarios/test_endpoints.py",
    "tests/scenarios/test_recipes.py",
    "tests/scenarios/test_data_sets.py",
    "tests/scenarios/test_kill_data_sets.py",
    "tests/scenarios/test_jobs.py",
    "tests/scenarios/test_feedback.py",
    "tests/scenarios/test_living.py",
    "tests/scenarios/test_retraining.py",
    "tests/scenarios/test_uploads.py",
    "tests/scenarios/test_asking.py",
    "tests/scenarios/test_places.py",
)


def pytest_configure() -> None:
    # The first example pays for what is read once, and on a busy machine any may be late: that is no failure.
    settings.register_profile("unhurried", deadline=None)
    settings.load_profile("unhurried")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    places = {file: place for place, file in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.nodeid.partition("::")[0], len(places)))


@pytest.fixture(scope="session", autouse=True)
def models_read_once() -> Iterator[None]:
    """AWS's descriptions of its services are megabytes, which botocore would read anew for every session."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(botocore.session, "create_loader", functools.cache(botocore.session.create_loader))
        yield


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without tokens, accounts, proxies and the bot's own variables; slack_sdk sends even loopback through a proxy."""
    for name in list(os.environ):
        if name.upper().startswith(_PREFIXES) or name.upper() in _NAMES:
            monkeypatch.delenv(name)
