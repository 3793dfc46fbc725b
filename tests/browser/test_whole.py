"""The whole main job in a browser: with the real bot, the real training and the sandbox's page."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from sandbox.sagemaker.server import LocalAws
from sandbox.slack.server import LocalSlack
from sandbox.slack.workspace import Workspace
from tests import few_samples
from tests.browser.conftest import ROOT, Opens

# Milliseconds: training takes seconds, on a busy machine a good many.
LONG = 180_000
SHORT = 30_000


@pytest.fixture(scope="session")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Real samples, where the other tests of the page make do with three pictures."""
    folder = tmp_path_factory.mktemp("samples")
    few_samples.build(folder)
    return folder / "held_out"


@pytest.fixture
def aws(samples: Path, tmp_path: Path) -> Iterator[LocalAws]:
    local = LocalAws(tmp_path / "aws", speed=2000)
    local.start()
    local.load_samples(samples.parent)
    yield local
    local.stop()


@pytest.fixture
def real_bot(slack: LocalSlack, aws: LocalAws, tmp_path: Path) -> Iterator[None]:
    """The bot as anyone starts it."""
    slack.behaviour.ack_seconds = slack.behaviour.trigger_seconds = 20.0
    environment = {
        **os.environ,
        **slack.environment(),
        **aws.environment(),
        "DATABASE_URL": f"sqlite:///{tmp_path / 'bot.db'}",
        "APPROVERS": Workspace.APPROVERS,
        "POLL_SECONDS": "0.5",
    }
    process = subprocess.Popen([sys.executable, "-m", "bot", "run"], env=environment, cwd=ROOT)
    try:
        yield
    finally:
        process.terminate()
        process.wait(30)


def sends(page: Page, text: str) -> None:
    box = page.get_by_role("combobox", name="Message #emoji")
    box.fill(text)
    box.press("Enter")


def card(page: Page, sign: str) -> Locator:
    """The message whose text says so, replies of the bot to one person aside."""
    return page.locator("#channel .message:not(.ephemeral)", has_text=sign).last


def width_of_picture(chart: Locator) -> int:
    chart.scroll_into_view_if_needed()
    return int(chart.evaluate("image => image.decode().then(() => image.naturalWidth)"))


def approve(page: Page) -> None:
    """As Grace, with the question whether she is sure."""
    page.get_by_role("button", name="Grace", exact=True).click()
    expect(page.get_by_role("group", name="Act as").get_by_role("button", pressed=True)).to_contain_text("Grace")
    card(page, "Deploy emoji-").get_by_role("button", name="Approve").click()
    question = page.get_by_role("dialog", name="Approve")
    expect(question).to_contain_text("It answers images with emoji-")
    question.get_by_role("button", name="Approve").click()


def test_from_train_to_an_answer_in_the_thread(slack: LocalSlack, real_bot: None, opens: Opens) -> None:
    page = opens()
    _until_connected(page, slack)
    sends(page, "/train emoji epochs=5")
    expect(page.locator(".message.ephemeral").last).to_contain_text("its card is on the way", timeout=SHORT)

    trained = card(page, "Trained emoji-")
    expect(trained).to_contain_text("of 5)", timeout=LONG)
    chart = trained.locator("img[alt*='Best validation accuracy']")
    expect(chart).to_be_attached(timeout=SHORT)
    assert width_of_picture(chart) > 0

    trained.get_by_role("button", name="Ask for deployment").click()
    form = page.get_by_role("dialog", name="Ask for deployment")
    form.get_by_role("button", name="Ask", exact=True).click(timeout=SHORT)
    expect(form).to_have_count(0, timeout=SHORT)
    expect(card(page, "Deploy emoji-")).to_be_visible(timeout=SHORT)
    approve(page)
    expect(card(page, "is in service")).to_be_visible(timeout=SHORT)

    page.get_by_role("button", name="Sample pictures").click()
    page.get_by_role("region", name="Pictures the model has not seen").get_by_role("button", name="pizza").click()
    uploaded = card(page, "pizza.png")
    expect(uploaded).to_be_attached(timeout=SHORT)
    page.keyboard.press("Escape")
    uploaded.get_by_role("button", name="1 reply").click(timeout=SHORT)
    answer = page.get_by_role("complementary", name="Thread").locator(".message").last
    expect(answer).to_contain_text("food", timeout=SHORT)
    expect(answer).to_contain_text("% validation")


def _until_connected(page: Page, slack: LocalSlack) -> None:
    for _ in range(SHORT // 100):
        if slack.connections:
            return
        page.wait_for_timeout(100)
    raise AssertionError("the bot has not connected")
