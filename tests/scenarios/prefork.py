"""A process that has imported the bot already and forks it off at a word: a start without the seconds of the imports.

What it forks runs `python -m bot run` from there on, as a process of its own that can be killed like any other.
"""

import functools
import importlib
import os
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import IO

import boto3
import botocore.session

# What the bot imports where it needs it, and needs on its way to the first command and through a job.
NEEDED = (
    "bot.__main__",
    "alembic.command",
    "alembic.runtime.migration",
    "boto3",
    "boto3.s3.inject",
    "botocore.parsers",
    "matplotlib.backends.backend_agg",
    "matplotlib.figure",
    "matplotlib.ticker",
)
# What a killed bot had in hand is another's after this long: seconds of waiting, where nothing else is at stake.
HASTE = {
    "bot.services.classification": {"CLAIM_SECONDS": 3.0},
    "bot.services.answers": {"CLAIM_SECONDS": 3.0},
    "bot.worker": {"RENEW_SECONDS": 0.8},
}
# AWS's descriptions of the services that it calls, which are megabytes.
DESCRIBED = ("s3", "sagemaker", "sagemaker-runtime", "logs", "pricing")
ENDS_WITHIN = 60.0


class Prefork:
    """The process and the bot in it: `start`, then `kill` or `end`, and so on, until `close`."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__],
            env=dict(environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def start(self) -> None:
        self._tell("start")

    def kill(self) -> None:
        """SIGKILL, and not a moment of it is left when this returns."""
        self._tell(f"end {signal.SIGKILL:d}")

    def end(self) -> None:
        """SIGTERM, as whoever runs it ends it."""
        self._tell(f"end {signal.SIGTERM:d}")

    def close(self) -> None:
        self._process.communicate()

    def _tell(self, word: str) -> None:
        assert self._process.stdin
        assert self._process.stdout
        print(word, file=self._process.stdin, flush=True)
        done = self._process.stdout.readline()
        assert done == f"{word}\n", f"{word}: {done!r}"


def serve(words: IO[str], answers: int) -> None:
    """Do each word, and answer with it; whoever gives the words takes the bot along."""
    child = 0
    for word in words:
        match word.split():
            case ["start"]:
                child = os.fork()
                if not child:
                    os.close(answers)
                    run()
            case ["end", number]:
                end(child, int(number))
                child = 0
        os.write(answers, word.encode())
    if child:
        end(child, signal.SIGKILL)


def end(child: int, number: int) -> None:
    """Send the signal and see the process end, or go with it."""
    os.kill(child, number)
    deadline = time.monotonic() + ENDS_WITHIN
    while not os.waitpid(child, os.WNOHANG)[0]:
        if time.monotonic() > deadline:
            os.kill(child, signal.SIGKILL)
            sys.exit(f"The bot did not end within {ENDS_WITHIN:g} s.")
        time.sleep(0.01)


def run() -> None:
    """The bot, in a process that ends with it."""
    code = 1
    try:
        code = importlib.import_module("bot.__main__").main(["run"])
    except BaseException:  # noqa: BLE001 - whatever it is, the child must not go on as its parent
        traceback.print_exc()
    finally:
        os._exit(code)


def read_descriptions() -> None:
    """Have botocore read them once, for all sessions of this process and of those that it forks off."""
    vars(botocore.session)["create_loader"] = functools.cache(botocore.session.create_loader)
    for service in DESCRIBED:
        boto3.client(service, "us-east-1", aws_access_key_id="a-key", aws_secret_access_key="a-secret").close()


def rehearse() -> None:
    """Make a bot up to where it would begin, on a database of its own: what that leaves in memory, a start finds."""
    from bot.bootstrap import build
    from bot.settings import Process, load
    from handlers.app import build_app

    with tempfile.TemporaryDirectory() as folder:
        settings = load(Process.RUN, Path("no.env"))
        services = build(settings.model_copy(update={"database_url": f"sqlite:///{folder}/bot.db"}))
        services.migrate()
        # Once more, as a start finds its tables there.
        services.migrate()
        build_app(services.client, services.for_listeners())
        services.close()


def main() -> None:
    for name in NEEDED:
        importlib.import_module(name)
    read_descriptions()
    rehearse()
    for name, constants in HASTE.items():
        vars(importlib.import_module(name)).update(constants)
    answers = os.dup(1)
    # The bot's own words go where its log goes: standard output is for the answers.
    os.dup2(2, 1)
    serve(sys.stdin, answers)


if __name__ == "__main__":
    main()
