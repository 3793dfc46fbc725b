"""What the bot sends over Socket Mode leaves at once, also after Slack has asked it to connect anew."""

import socket
from collections.abc import Iterator

import pytest
from slack_sdk import WebClient
from slack_sdk.socket_mode import SocketModeClient

from bot.adapters.slack.sockets import send_at_once
from sandbox.slack.server import LocalSlack
from tests.integration.sandbox_slack.waiting import hang_up, wait_until


@pytest.fixture
def client(slack: LocalSlack) -> Iterator[SocketModeClient]:
    known = slack.environment()
    web = WebClient(known["SLACK_BOT_TOKEN"], base_url=known["SLACK_API_URL"])
    client = SocketModeClient(known["SLACK_APP_TOKEN"], web_client=web)
    send_at_once(client)
    client.connect()
    yield client
    hang_up(slack, [client])


def sends_at_once(client: SocketModeClient) -> bool:
    sock = client.current_session.sock if client.current_session else None
    return bool(sock and sock.fileno() >= 0 and sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))


def test_what_is_sent_leaves_at_once(client: SocketModeClient) -> None:
    wait_until(lambda: sends_at_once(client))


def test_it_does_so_on_the_next_connection_too(client: SocketModeClient, slack: LocalSlack) -> None:
    wait_until(lambda: sends_at_once(client))
    first = client.session_id()
    slack.refresh_sockets()

    wait_until(lambda: client.session_id() != first and sends_at_once(client))
