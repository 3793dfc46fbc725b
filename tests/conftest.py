"""For every test: an environment in which nothing of the machine's own set-up reaches the bot."""

import os

import pytest

from bot.settings import Settings

_PREFIXES = ("SLACK_", "AWS_")
_NAMES = frozenset(name.upper() for name in Settings.model_fields) | {
    "ALL_PROXY",
    "FTP_PROXY",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
}


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without tokens, accounts, proxies and the bot's own variables; slack_sdk sends even loopback through a proxy."""
    for name in list(os.environ):
        if name.upper().startswith(_PREFIXES) or name.upper() in _NAMES:
            monkeypatch.delenv(name)
