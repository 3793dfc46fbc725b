"""One Chromium for the session; for each test a fresh workspace, a small bot and an open page."""

import io
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from sandbox.slack.person import Person
from sandbox.slack.server import LocalSlack
from sandbox.slack.workspace import Workspace
from tests.browser.small_bot import SmallBot

ROOT = Path(__file__).parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
SKIPPED = "BROWSER TESTS SKIPPED: no Chromium found; apt-get install chromium"
HERE = Path(__file__).parent

Opens = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.browser)
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason=SKIPPED))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = terminalreporter.stats.get("skipped", [])
    if any(SKIPPED in str(report.longrepr) for report in skipped):
        terminalreporter.write_line(SKIPPED, red=True, bold=True)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=5000)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


def picture(colour: str = "teal", size: tuple[int, int] = (96, 64)) -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", size, colour).save(drawn, format="PNG")
    return drawn.getvalue()


@pytest.fixture(scope="session")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("samples")
    for label, name in (("animals", "cat"), ("animals", "dog"), ("food", "red_apple")):
        (folder / label).mkdir(exist_ok=True)
        (folder / label / f"{name}.png").write_bytes(picture())
    return folder


@pytest.fixture
def slack(samples: Path) -> Iterator[LocalSlack]:
    local = LocalSlack(ROOT / "manifest.yml", samples=samples)
    local.start()
    yield local
    local.stop()


@pytest.fixture
def bot(slack: LocalSlack) -> Iterator[SmallBot]:
    small = SmallBot(slack)
    small.start()
    yield small
    small.stop()


@pytest.fixture
def lin(slack: LocalSlack) -> Person:
    return Person(slack.url, Workspace.LIN)


@pytest.fixture
def opens(browser: Browser, slack: LocalSlack) -> Iterator[Opens]:
    """opens(at=…, user=…, width=…): a page that must not log an error to its console."""
    contexts, complaints = [], []

    def open_page(at: str = Workspace.EMOJI, user: str = Workspace.ADA, width: int = 1280, height: int = 800) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height}, locale="en-GB", timezone_id="Europe/Berlin"
        )
        context.set_default_timeout(5000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
        with page.expect_response("**/page/events*"):
            page.goto(f"{slack.url}/#user={user}&at={at}")
        expect(page.locator("#sidebar [aria-current=page]")).to_be_visible()
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def page(opens: Opens) -> Page:
    """Ada's page in #emoji."""
    return opens()
