"""Nothing happens at import: no socket, no thread, no process, no look at the environment, and nothing heavy."""

import json
import subprocess
import sys
from functools import cache

import pytest

from tests.architecture.source import ROOT, sources

# Alembic runs this one as a script.
SCRIPTS = {"bot.migrations.env"}
HEAVY = ("sagemaker", "matplotlib", "gunicorn", "moto", "onnxruntime", "playwright", "pandas")
VENDORS = (
    "alembic.command apscheduler.schedulers.background boto3 botocore.session dotenv gunicorn.app.base PIL.Image"
    " pydantic_settings slack_bolt.adapter.socket_mode slack_bolt.adapter.wsgi slack_sdk sqlalchemy urllib3 yaml"
)
WATCHER = """
import importlib, json, os, sys, threading

for vendor in sys.argv[2].split():
    importlib.import_module(vendor)
root, seen = sys.argv[1], []
EVENTS = ("socket.", "subprocess.", "os.system", "os.exec", "os.posix_spawn", "os.fork", "sqlite3.")


def reader():
    frame = sys._getframe(2)
    while frame and frame.f_code.co_filename.endswith(("os.py", "abc.py", "<frozen os>", "abc>")):
        frame = frame.f_back
    return frame.f_code.co_filename if frame else ""


def getitem(environ, key, real=type(os.environ).__getitem__):
    if reader().startswith((root + "/bot/", root + "/handlers/")):
        seen.append(f"os.environ {key}")
    return real(environ, key)


type(os.environ).__getitem__ = getitem
threading.Thread.start = lambda thread: seen.append("thread")
sys.addaudithook(lambda event, arguments: seen.append(event) if event.startswith(EVENTS) else None)
for module in sys.argv[3].split():
    importlib.import_module(module)
print(json.dumps(seen))
"""
LOADED = "import bot.__main__, json, sys; print(json.dumps(sorted({name.split('.')[0] for name in sys.modules})))"


def ran(code: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=180, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@cache
def watched(*modules: str) -> list[str]:
    """What is seen while these are imported, after the vendors' packages."""
    found: list[str] = json.loads(ran(WATCHER, str(ROOT), VENDORS, " ".join(modules)))
    return found


def ours() -> list[str]:
    return [source.module for source in sources("bot", "handlers") if source.module not in SCRIPTS]


def test_importing_the_bot_does_nothing() -> None:
    assert watched(*ours()) == []


@pytest.mark.parametrize(
    ("code", "seen"),
    [
        ("import socket; socket.socket().close()", "socket.__new__"),
        ("import threading; threading.Thread(target=int).start()", "thread"),
    ],
)
def test_what_happens_at_import_would_be_seen(tmp_path: object, code: str, seen: str) -> None:
    (tmp_path / "busy.py").write_text(code)  # type: ignore[operator]
    watcher = f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n{WATCHER}"
    found = json.loads(ran(watcher, str(ROOT), "json", "busy").splitlines()[-1])

    assert seen in found


def test_a_look_at_the_environment_would_be_seen() -> None:
    code = f"{WATCHER}\nexec(compile('import os; os.environ.get(\"HOME\")', root + '/bot/odd.py', 'exec'))\nprint(seen)"

    assert "os.environ HOME" in ran(code, str(ROOT), "json", "json")


def test_what_is_heavy_is_imported_where_it_is_used() -> None:
    loaded = json.loads(ran(LOADED))

    assert "slack_bolt" in loaded
    assert [name for name in HEAVY if name in loaded] == []
