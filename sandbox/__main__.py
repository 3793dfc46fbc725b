"""`python -m sandbox`: starts the embedded default, or a part of it, and says where it is."""

import argparse
import logging
import shlex
import signal
import sys
import threading
from pathlib import Path

from sandbox.embedded import FOLDER, Embedded, Plan

SLACK_PORT, AWS_PORT = 8410, 8411


def main(arguments: list[str]) -> int:
    options = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    embedded = Embedded(_plan(options))
    try:
        embedded.start()
    except OSError as error:
        print(
            f"The sandbox cannot start: {error}. Choose other ports with --slack-port and --aws-port.", file=sys.stderr
        )
        embedded.stop()
        return 1
    try:
        _tell(embedded, print_env=options.print_env)
        return _until_over(embedded)
    finally:
        embedded.stop()


def _plan(options: argparse.Namespace) -> Plan:
    return Plan(
        folder=options.folder,
        slack=not options.no_slack,
        aws=not options.no_aws,
        bot=not (options.no_bot or options.no_slack or options.no_aws),
        slack_port=options.slack_port,
        aws_port=options.aws_port,
        speed=options.speed,
    )


def _tell(embedded: Embedded, *, print_env: bool) -> None:
    if print_env:
        for name, value in sorted(embedded.environment().items()):
            print(f"export {name}={shlex.quote(value)}")
    if embedded.slack:
        print(f"\n  Open {embedded.slack.url} and type /train emoji\n", file=sys.stderr if print_env else sys.stdout)
    elif embedded.aws and not print_env:
        print(f"The local SageMaker is at {embedded.aws.url}; --print-env prints what a bot needs to reach it.")
    sys.stdout.flush()


def _until_over(embedded: Embedded) -> int:
    """Wait for Ctrl-C, or for the bot's end, which is an error."""
    told = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: told.set())
    while not told.wait(0.5):
        if embedded.bot and embedded.bot.poll() is not None:
            print(f"The bot ended with code {embedded.bot.returncode}.", file=sys.stderr)
            return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument("--no-slack", action="store_true", help="no local Slack, and no bot")
    parser.add_argument("--no-aws", action="store_true", help="no local SageMaker, and no bot")
    parser.add_argument("--no-bot", action="store_true", help="both halves, and no bot")
    parser.add_argument("--slack-port", type=int, default=SLACK_PORT, help="default %(default)s")
    parser.add_argument("--aws-port", type=int, default=AWS_PORT, help="default %(default)s")
    parser.add_argument("--speed", type=float, default=60.0, help="how much faster than AWS its phases pass (60)")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where caches and the bot's database are kept")
    parser.add_argument("--print-env", action="store_true", help="print the variables for a bot of your own")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
