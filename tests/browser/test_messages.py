"""What can be done with a message: its menu, its link, its edits and its end; and answers that change in a thread."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from playwright.sync_api import Page, expect

from sandbox.slack.person import Person
from sandbox.slack.server import LocalSlack
from sandbox.slack.workspace import Workspace
from tests.browser.conftest import ROOT, Opens, picture
from tests.browser.small_bot import SmallBot, actions, button, section

SHORTCUT = {"name": "Look at it", "type": "message", "callback_id": "look", "description": "Look at a message"}


@pytest.fixture
def slack(tmp_path: Path) -> Iterator[LocalSlack]:
    """A workspace whose app has one shortcut of the test's own."""
    document = yaml.safe_load((ROOT / "manifest.yml").read_text(encoding="utf-8"))
    document["features"]["shortcuts"] = [SHORTCUT]
    (tmp_path / "manifest.yml").write_text(yaml.safe_dump(document), encoding="utf-8")
    local = LocalSlack(tmp_path / "manifest.yml")
    local.start()
    yield local
    local.stop()


@pytest.fixture
def ada(slack: LocalSlack) -> Person:
    return Person(slack.url, Workspace.ADA)


def choose(page: Page, text: str, item: str) -> None:
    """An item of the menu of the message with this text."""
    message = page.locator("#channel article.message").filter(has_text=text)
    message.hover()
    message.get_by_role("button", name="More about this message").click()
    page.get_by_role("menuitem", name=item).click()


def test_a_shortcut_of_the_menu_reaches_the_app(bot: SmallBot, lin: Person, page: Page):
    said = lin.says(Workspace.EMOJI, "a cat")
    choose(page, "a cat", "Look at it")
    heard = bot.next()
    assert (heard["type"], heard["callback_id"], heard["message_ts"]) == ("message_action", "look", said["ts"])


def test_one_edits_and_deletes_ones_own_messages_only(ada: Person, lin: Person, page: Page):
    ada.says(Workspace.EMOJI, "a cat & a dog")
    lin.says(Workspace.EMOJI, "lin's own")
    choose(page, "a cat", "Edit message")
    box = page.get_by_role("textbox", name="Edit message")
    expect(box).to_have_value("a cat & a dog")
    box.fill("two cats")
    box.press("Enter")
    message = page.locator("#channel article.message").filter(has_text="two cats")
    expect(message).to_contain_text("(edited)")
    choose(page, "two cats", "Delete message")
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(message).to_have_count(0)
    page.locator("#channel article.message").filter(has_text="lin's own").hover()
    page.get_by_role("button", name="More about this message").click()
    expect(page.get_by_role("menuitem")).to_have_text(["Look at it", "Copy link"])


def test_a_copied_link_leads_back_to_its_message(bot: SmallBot, ada: Person, page: Page, slack: LocalSlack):
    parent = ada.says(Workspace.GENERAL, "a question")
    reply = ada.says(Workspace.GENERAL, "its answer", thread_ts=parent["ts"])
    ada.says(Workspace.EMOJI, "a cat")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=slack.url)
    choose(page, "a cat", "Copy link")
    expect(page.get_by_text("Link copied.")).to_be_visible()
    link = f"https://{Workspace.DOMAIN}.slack.com/archives/{Workspace.GENERAL}/p{reply['ts'].replace('.', '')}"
    assert ada.copies_link(reply) == f"{link}?thread_ts={parent['ts']}&cid={Workspace.GENERAL}"
    assert page.evaluate("navigator.clipboard.readText()").startswith("https://darkroom-lab.slack.com/archives/")
    bot.posts(section(f"<{ada.copies_link(reply).replace('&', '&amp;')}|see there>"))
    page.get_by_role("link", name="see there").click()
    expect(page.locator("#place-name")).to_have_text("#general")
    expect(page.locator("#thread article.pointed-at")).to_contain_text("its answer")


def test_what_is_left_of_files_and_threads_is_told(slack: LocalSlack, ada: Person, page: Page, tmp_path: Path):
    (tmp_path / "cat.png").write_bytes(picture())
    deleted, hidden = (ada.uploads(Workspace.EMOJI, tmp_path / "cat.png") for _ in range(2))
    parent = ada.says(Workspace.EMOJI, "a question")
    ada.says(Workspace.EMOJI, "an answer", thread_ts=parent["ts"])
    ada.deletes_file(deleted["files"][0])
    expect(page.get_by_text("This file was deleted.")).to_be_visible()
    ada.deletes(parent)
    expect(page.locator("#channel article.gone")).to_contain_text("This message was deleted.")
    slack.hide_file(hidden["files"][0]["id"])
    page.reload()
    expect(page.get_by_text("This file is hidden: the plan's limit is reached.")).to_be_visible()


def test_an_answer_that_grows_in_a_thread_keeps_its_pictures_and_the_readers_place(
    bot: SmallBot, ada: Person, opens: Opens, tmp_path: Path
):
    (tmp_path / "cat.png").write_bytes(picture())
    asked = ada.uploads(Workspace.EMOJI, tmp_path / "cat.png")
    image = {"type": "image", "slack_file": {"id": asked["files"][0]["id"]}, "alt_text": "cat.png"}

    def shown(number: int) -> list[dict]:
        done = [section(f"*picture {each}*\nanimals", accessory=image) for each in range(number)]
        return [section(f"{number} of 40"), *done, actions(button("Right", "right"))]

    ts = bot.posts(*shown(12), thread_ts=asked["ts"])
    page = opens()
    page.locator("#channel .reply-link").click()
    thumbnail = page.locator("#thread .accessory img").first
    expect(thumbnail).to_be_visible()
    thumbnail.evaluate("node => { node.untouched = true }")
    scroller = page.locator("#thread .messages")
    scroller.evaluate("node => { node.scrollTop = 150 }")
    for number in (20, 30, 40):
        bot.edits(ts, *shown(number))
    expect(page.locator("#thread .block-section").first).to_have_text("40 of 40")
    expect(page.locator("#thread .accessory img")).to_have_count(40)
    assert thumbnail.evaluate("node => node.untouched === true && node.naturalWidth === 160")
    assert scroller.evaluate("node => node.scrollTop") == 150
