"""The switches and delays of the local Slack, which tests change while it runs."""

from dataclasses import dataclass


@dataclass(slots=True)
class Behaviour:
    """Delays are in seconds. Slack retries events at once, after a minute and after five: shortened here."""

    retry_delays: tuple[float, ...] = (0.2, 1.0, 3.0)
    hold_seconds: float = 300.0
    ack_seconds: float = 3.0
    trigger_seconds: float = 3.0
    file_ready_seconds: float = 0.3
    response_url_seconds: float = 1800.0
    # https://docs.slack.dev/reference/block-kit/block-elements/file-input-element: "10MB", in smaller megabytes.
    file_input_bytes: int = 10_000_000
    rate_limits: bool = False
    deliver_twice: bool = False
    # Slack documents that direct messages bring no app_mention. Of those among several, developers report both.
    mentions_in_groups: bool = True
