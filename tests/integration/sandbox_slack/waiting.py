"""Waiting for the other side, and closing Socket Mode clients without waiting for them."""

import time
from collections.abc import Callable, Sequence
from contextlib import suppress

from slack_sdk.socket_mode import SocketModeClient

from sandbox.slack.server import LocalSlack


def wait_until(condition: Callable[[], bool], within: float = 30.0) -> None:
    deadline = time.monotonic() + within
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def hang_up(slack: LocalSlack, clients: Sequence[SocketModeClient]) -> None:
    """Left alone, each client would wait for its socket to say something, and then for its queue."""
    for client in clients:
        client.auto_reconnect_enabled = False
        client.closed = True
        client.message_queue.put(None)
    slack.drop_sockets()
    for client in clients:
        # A client that is closed before its receiving thread has begun waits for that thread for ever. It notices the
        # reset at once, unless it was just sending: then half a second is enough for the thread to have begun.
        patience = time.monotonic() + 0.5
        wait_until(lambda client=client, patience=patience: not client.is_connected() or time.monotonic() > patience)
        with suppress(AttributeError):
            # The client's reader thread may be closing the same socket just then.
            client.close()
