"""A process with the smallest Bolt app there is: Bolt's defaults, Socket Mode, and nothing but `ack()`.

It ends when its standard input does, and so with whoever started it.
"""

import os
import re
import sys

from slack_bolt import Ack, App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient


def main() -> None:
    client = WebClient(os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["SLACK_API_URL"])
    app = App(client=client)
    app.command(re.compile(""))(acknowledged)
    socket = SocketModeHandler(app, os.environ["SLACK_APP_TOKEN"])
    socket.connect()  # type: ignore[no-untyped-call]
    sys.stdin.read()
    socket.close()  # type: ignore[no-untyped-call]


def acknowledged(ack: Ack) -> None:
    ack()


if __name__ == "__main__":
    main()
