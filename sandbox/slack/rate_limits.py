"""Slack's rate limits, off unless a test or a rehearsal switches them on."""

import time
from dataclasses import dataclass, field

# Calls a minute by tier, https://docs.slack.dev/apis/web-api/rate-limits
_TIERS: dict[str, int] = {
    "apps.connections.open": 50,
    "chat.delete": 50,
    "chat.postEphemeral": 100,
    "chat.update": 50,
    "conversations.history": 50,
    "conversations.info": 50,
    "conversations.join": 50,
    "conversations.list": 20,
    "conversations.replies": 50,
    "files.delete": 50,
    "usergroups.list": 20,
    "usergroups.users.list": 20,
    "users.list": 20,
}
_OTHERS = 100
# chat.postMessage allows about one message a second in each channel, and short bursts.
_POSTS_A_MINUTE, _POSTS_AT_ONCE = 60, 5


@dataclass(slots=True)
class _Bucket:
    tokens: float
    seen: float


@dataclass(slots=True)
class RateLimits:
    """Token buckets by method, for chat.postMessage by channel too."""

    _buckets: dict[tuple[str, str], _Bucket] = field(default_factory=dict)

    def wait_for(self, method: str, channel: str) -> float:
        """Seconds until the call is allowed, 0 for now."""
        posts = method == "chat.postMessage"
        a_minute = _POSTS_A_MINUTE if posts else _TIERS.get(method, _OTHERS)
        at_once = _POSTS_AT_ONCE if posts else a_minute
        now = time.monotonic()
        bucket = self._buckets.setdefault((method, channel if posts else ""), _Bucket(at_once, now))
        bucket.tokens = min(at_once, bucket.tokens + (now - bucket.seen) * a_minute / 60)
        bucket.seen = now
        if bucket.tokens >= 1:
            bucket.tokens -= 1
            return 0.0
        return (1 - bucket.tokens) * 60 / a_minute
