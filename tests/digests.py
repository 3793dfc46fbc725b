"""Example digests that several tests share."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.domain.digests import Digest
from bot.domain.editions import Edition
from tests.builders import CHANNEL, NOW, REQUESTER


def a_digest(**changes: Any) -> Digest:
    """It came yesterday, and is due."""
    day = timedelta(days=1)
    digest = Digest(CHANNEL, "30 9 * * mon,tue,wed,thu,fri", "UTC", REQUESTER, NOW - day, NOW)
    return replace(digest, **changes)


def an_edition(**changes: Any) -> Edition:
    return replace(Edition("digest-7c1d24e5b8a6", CHANNEL, NOW - timedelta(days=1), NOW, REQUESTER), **changes)
