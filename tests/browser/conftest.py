"""One Chromium for the session; for each test a fresh workspace, a small bot and an open page."""

import io
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, ConsoleMessage, Page, ViewportSize, expect, sync_playwright

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
    expect.set_options(timeout=30_000)
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


@pytest.fixture(scope="session")
def sample_uploads(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("uploads")
    (folder / "emoji small.zip").write_bytes(b"PK" + bytes(2_400_000))
    return folder


@pytest.fixture
def slack(samples: Path, sample_uploads: Path) -> Iterator[LocalSlack]:
    local = LocalSlack(ROOT / "manifest.yml", samples=samples, sample_uploads=sample_uploads)
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


def is_complaint(line: ConsoleMessage) -> bool:
    """A refused request is the server's to tell; what the page itself complains of is a mistake."""
    return line.type == "error" and not line.text.startswith("Failed to load resource")


class Window:
    """Pages that are used again from test to test, one for each size; `complaints` are the current page's errors."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._pages: dict[tuple[int, int], Page] = {}
        self.complaints: list[str] = []

    def page(self, width: int, height: int) -> Page:
        if (width, height) not in self._pages:
            self._pages[width, height] = self._made(width, height)
        return self._pages[width, height]

    def _made(self, width: int, height: int) -> Page:
        size: ViewportSize = {"width": width, "height": height}
        context = self._browser.new_context(viewport=size, locale="en-GB", timezone_id="Europe/Berlin")
        context.set_default_timeout(30_000)
        page = context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda line: self.complaints.append(line.text) if is_complaint(line) else None)
        return page

    def clear(self) -> None:
        for page in self._pages.values():
            page.goto("about:blank")
            page.emulate_media(color_scheme="light")
        self.complaints.clear()


@pytest.fixture(scope="session")
def window(browser: Browser) -> Window:
    return Window(browser)


@pytest.fixture
def opens(window: Window, slack: LocalSlack) -> Iterator[Opens]:
    """opens(at=…, user=…, width=…): a page that must not complain to its console."""

    def open_page(at: str = Workspace.EMOJI, user: str = Workspace.ADA, width: int = 1280, height: int = 800) -> Page:
        page = window.page(width, height)
        with page.expect_response("**/page/events*"):
            page.goto(f"{slack.url}/#user={user}&at={at}")
        expect(page.locator("#sidebar [aria-current=page]")).to_be_attached()
        return page

    yield open_page
    complaints = list(window.complaints)
    window.clear()
    assert complaints == []


@pytest.fixture
def page(opens: Opens) -> Page:
    """Ada's page in #emoji."""
    return opens()
