"""The command line: starts the processes that the Procfile names, migrates the database, and checks the set-up."""

import argparse
import gc
import logging
import signal
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from types import FrameType

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler

from bot import audit
from bot.adapters.slack.sockets import send_at_once
from bot.bootstrap import Services, build
from bot.errors import SettingsError
from bot.settings import Process, Settings, load
from bot.worker import Worker
from handlers.app import build_app

PING_SECONDS = 3
log = logging.getLogger("bot")


def run(settings: Settings, services: Services) -> int:
    """Everything in one process, over Socket Mode."""
    told_to_stop = _told_to_stop()
    if settings.database_url.startswith("sqlite"):
        services.migrate()
    # A dead connection is noticed at the next ping only, and until then commands go unanswered.
    socket = SocketModeHandler(_app(settings, services), settings.slack_app_token, ping_interval=PING_SECONDS)
    send_at_once(socket.client)
    worker = Worker(services, settings.poll_seconds)
    worker.start()
    socket.connect()  # type: ignore[no-untyped-call]
    _settle()
    print("Darkroom is running; stop it with Ctrl-C.", flush=True)
    told_to_stop.wait()
    # What arrives while we hang up is cut short, which is no error: Slack sends it again.
    socket.client.logger.disabled = True
    with suppress(AttributeError):
        # slack_sdk's reader thread may be closing the same socket just then.
        socket.close()  # type: ignore[no-untyped-call]
    worker.stop()
    return 0


def worker(settings: Settings, services: Services) -> int:
    """Ticks and the work; the listeners run in `web` processes that share the database."""
    told_to_stop = _told_to_stop()
    lanes = Worker(services, settings.poll_seconds)
    lanes.start()
    _settle()
    told_to_stop.wait()
    lanes.stop()
    return 0


def web(settings: Settings, services: Services) -> int:
    """Listeners over HTTP, signed by Slack, behind gunicorn."""
    from bot.web import serve

    app = _app(settings, services)
    _settle()
    serve(app, settings.port)
    return 0


def _settle() -> None:
    """Spare the garbage collector what was made for good: each look at it would stop every thread for 0.2 s."""
    gc.collect()
    gc.freeze()


def doctor(settings: Settings, services: Services) -> int:
    """Check what the bot stands on, and say what to do about each failure."""
    from bot.doctor import examine

    findings = examine(settings, services.client)
    for finding in findings:
        print(finding)
    return 1 if any(finding.failed for finding in findings) else 0


def migrate(_: Settings, services: Services) -> int:
    """Bring the database up to date."""
    services.migrate()
    print("The database is up to date.")
    return 0


COMMANDS: Mapping[str, tuple[Process, Callable[[Settings, Services], int]]] = {
    "run": (Process.RUN, run),
    "web": (Process.WEB, web),
    "worker": (Process.WORKER, worker),
    "doctor": (Process.DOCTOR, doctor),
    "migrate": (Process.WORKER, migrate),
}


def main(arguments: list[str]) -> int:
    if arguments[:1] == ["dataset"]:
        # Without settings, for it needs neither Slack nor AWS.
        from bot.dataset import command as dataset_command

        return dataset_command.main(arguments[1:])
    given = _parser().parse_args(arguments)
    process, start = COMMANDS.get(given.command, (Process.WORKER, None))
    try:
        settings = load(process)
    except SettingsError as error:
        print(f"Darkroom cannot start:\n{error.what}\n{error.next_step}", file=sys.stderr)
        return 2
    _log_to_stderr(settings.log_level)
    if start is None:
        return audit.main(settings.database_url, given)
    services = build(settings)
    try:
        return start(settings, services)
    finally:
        services.close()


def _app(settings: Settings, services: Services) -> App:
    return build_app(services.client, services.for_listeners(), settings.slack_signing_secret)


def _told_to_stop() -> threading.Event:
    """Set when the process is to end; asked for before anything is begun, so that what was begun is ended well."""
    told = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        told.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    return told


def _log_to_stderr(level: str) -> None:
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    # Bolt logs the whole body of a request whose signature is wrong, and botocore logs headers at DEBUG.
    for chatty in ("slack_bolt", "slack_sdk", "botocore", "boto3", "urllib3", "matplotlib", "alembic"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bot", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, (_, start) in COMMANDS.items():
        commands.add_parser(name, help=(start.__doc__ or "").splitlines()[0])
    audit.add_arguments(commands.add_parser("audit", help=audit.DOES))
    commands.add_parser("dataset", help="Check and pack the images of a local folder, without Slack and AWS.")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
