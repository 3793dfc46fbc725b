"""A private PostgreSQL server on loopback for the length of a test run."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

_SPEED = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "shared_buffers=16MB", "max_connections=120")


def programs() -> Path | None:
    """Where `initdb` and `postgres` are: on the path, or where Debian keeps them; None where there are none."""
    on_path = shutil.which("initdb")
    places = [Path(on_path).resolve().parent] if on_path else []
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((place for place in places if (place / "initdb").exists() and (place / "postgres").exists()), None)


@contextmanager
def server(bin_dir: Path) -> Iterator[str]:
    """A running server; gives its URL up to the name of the database."""
    home = Path(tempfile.mkdtemp(prefix="pg-"))
    user = _unprivileged()
    if user:
        os.chown(home, user.pw_uid, user.pw_gid)
    try:
        with _running(bin_dir, home, user.pw_name if user else None) as port:
            yield f"postgresql://darkroom@127.0.0.1:{port}/"
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _unprivileged() -> pwd.struct_passwd | None:
    # PostgreSQL refuses to be run by root.
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    return names.get("postgres") or names["nobody"]


@contextmanager
def _running(bin_dir: Path, home: Path, user: str | None) -> Iterator[int]:
    data, log = home / "data", home / "log"
    cluster = [
        str(bin_dir / "initdb"),
        "-D",
        str(data),
        "-U",
        "darkroom",
        "--auth=trust",
        "--no-sync",
        "-E",
        "UTF8",
        "--locale=C",
    ]
    subprocess.run(cluster, check=True, capture_output=True, user=user, cwd=home)
    port = _free_port()
    settings = ["listen_addresses=127.0.0.1", f"port={port}", f"unix_socket_directories={home}", *_SPEED]
    command = [str(bin_dir / "postgres"), "-D", str(data), *(word for one in settings for word in ("-c", one))]
    with (
        log.open("wb") as output,
        subprocess.Popen(command, stdout=output, stderr=output, user=user, cwd=home) as process,
    ):
        try:
            _await(process, port, log)
            yield port
        finally:
            # Its "immediate" shutdown: nothing of it will be needed again.
            process.send_signal(signal.SIGQUIT)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _await(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    until = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < until:
        try:
            psycopg.connect(host="127.0.0.1", port=port, user="darkroom", dbname="postgres").close()
            return
        except psycopg.OperationalError:
            time.sleep(0.05)
    raise RuntimeError(f"PostgreSQL did not start: {log.read_text()[-2000:]}")
