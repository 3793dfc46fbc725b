"""Makes what a Socket Mode client sends leave at once, on every connection that it ever opens."""

import socket
from typing import Any

from slack_sdk.socket_mode import SocketModeClient
from slack_sdk.socket_mode.client import BaseSocketModeClient


def send_at_once(client: SocketModeClient) -> None:
    """Switch Nagle's algorithm off.

    With it an acknowledgement waits until the other side has confirmed the one before, which a busy Slack does no
    sooner than with its next payload: at 50 commands a second that is 20 ms for each.
    """
    client.message_listeners.append(_on_message)


def _on_message(client: BaseSocketModeClient, message: dict[str, Any], _raw: str | None) -> None:
    # Each connection begins with it: docs.slack.dev/apis/events-api/using-socket-mode#connect
    if message.get("type") != "hello" or not isinstance(client, SocketModeClient):
        return
    session = client.current_session
    if session and session.sock:
        session.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
