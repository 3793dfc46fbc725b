"""For everyone: by keyboard alone, on a narrow screen, with a screen reader's landmarks."""

import pytest
from playwright.sync_api import Page, expect

from sandbox.slack.person import Person
from sandbox.slack.workspace import Workspace
from tests.browser.conftest import Opens
from tests.browser.small_bot import SmallBot, actions, button, section

LONG = "JOB [to=serverless memory=2048 concurrency=5] " + "x" * 120


def overflows(page: Page) -> bool:
    return bool(page.evaluate("document.scrollingElement.scrollWidth > innerWidth"))


def test_a_job_is_asked_for_watched_and_stopped_by_keyboard_alone(bot: SmallBot, page: Page):
    page.keyboard.type("/jo")
    page.keyboard.press("Tab")
    page.keyboard.type("emoji")
    page.keyboard.press("Enter")
    assert bot.next()["text"] == "emoji"
    bot.posts(section("Training emoji"), actions(button("Stop", "stop")))
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_role("button", name="Stop")).to_be_focused()
    page.keyboard.press("Enter")
    assert bot.next()["actions"][0]["action_id"] == "stop"


def test_arrow_keys_walk_through_the_messages_and_a_thread_opens(page: Page, lin: Person):
    for text in ("first", "second"):
        lin.types(Workspace.EMOJI, text)
    expect(page.get_by_text("second")).to_be_visible()
    page.get_by_role("log").focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    thread = page.get_by_role("complementary", name="Thread")
    expect(thread.locator(".message")).to_contain_text(["first"])


def test_escape_closes_the_thread_and_gives_the_focus_back(page: Page, lin: Person):
    first = lin.says(Workspace.EMOJI, "A question")
    lin.says(Workspace.EMOJI, "An answer", thread_ts=first["ts"])
    page.get_by_role("button", name="1 reply").press("Enter")
    expect(page.get_by_role("combobox", name="Reply")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("complementary", name="Thread")).to_be_hidden()
    expect(page.get_by_role("button", name="1 reply")).to_be_focused()


def test_messages_are_a_polite_log(page: Page):
    log = page.get_by_role("log", name="Messages in #emoji")
    expect(log).to_have_attribute("aria-live", "polite")


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_scrolls_sideways(bot: SmallBot, opens: Opens, width: int):
    bot.posts(
        section(LONG), section("```" + LONG + "```"), actions(*(button(f"Button {n}", f"b{n}") for n in range(8)))
    )
    page = opens(width=width)
    expect(page.get_by_role("button", name="Button 7")).to_be_visible()
    assert not overflows(page)
    page.get_by_role("combobox", name="Message #emoji").press_sequentially("/")
    expect(page.get_by_role("option").first).to_be_visible()
    assert not overflows(page)


def test_on_a_narrow_screen_the_channels_are_in_a_drawer(opens: Opens):
    page = opens(width=390, height=844)
    general = page.get_by_role("navigation").get_by_role("button", name="general")
    expect(general).to_be_hidden()
    page.get_by_role("button", name="Channels").click()
    general.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("#general")
    expect(general).to_be_hidden()


def test_escape_closes_the_drawer_of_channels(opens: Opens):
    page = opens(width=390, height=844)
    page.get_by_role("button", name="Channels").click()
    expect(page.get_by_role("navigation").get_by_role("button", name="emoji")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Channels")).to_be_focused()


def test_on_a_narrow_screen_a_thread_fills_it(opens: Opens, lin: Person):
    first = lin.says(Workspace.EMOJI, "A question")
    lin.says(Workspace.EMOJI, "An answer", thread_ts=first["ts"])
    page = opens(width=390, height=844)
    page.get_by_role("button", name="1 reply").click()
    box = page.get_by_role("complementary", name="Thread").bounding_box()
    assert box is not None
    assert (box["x"], box["width"]) == (0, 390)
    expect(page.get_by_role("main")).to_be_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_has_enough_contrast(bot: SmallBot, opens: Opens, scheme: str):
    page = opens()
    page.emulate_media(color_scheme=scheme)
    bot.posts(
        section("Words `code`"), actions(button("Go", "go", style="primary"), button("Stop", "s", style="danger"))
    )
    bot.client.chat_postEphemeral(channel=Workspace.EMOJI, user=Workspace.ADA, text="Only you")
    expect(page.get_by_text("Only visible to you")).to_be_visible()
    faint = page.evaluate(CONTRAST)
    assert faint == []


# WCAG 2.2, 1.4.3: every visible text stands out 4.5 to 1 from the nearest opaque background.
CONTRAST = """() => {
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", {willReadFrequently: true});
  const pixel = (...layers) => {
    canvas.clearRect(0, 0, 1, 1);
    for (const layer of layers) { canvas.fillStyle = layer; canvas.fillRect(0, 0, 1, 1); }
    return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const light = (rgb) => rgb.map((v) => v / 255).map((v) => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, at) => sum + v * [0.2126, 0.7152, 0.0722][at], 0);
  const faint = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || node.closest(".skip, .hidden")) continue;
    if (!node.checkVisibility({visibilityProperty: true, opacityProperty: true})) continue;
    const grounds = [];
    for (let each = node; each; each = each.parentElement) grounds.unshift(getComputedStyle(each).backgroundColor);
    const ground = light(pixel("white", ...grounds));
    const ink = light(pixel("white", ...grounds, getComputedStyle(node).color));
    const ratio = (Math.max(ground, ink) + 0.05) / (Math.min(ground, ink) + 0.05);
    if (ratio < 4.5) faint.push(`${walker.currentNode.data.trim()}: ${ratio.toFixed(2)}`);
  }
  return faint;
}"""
