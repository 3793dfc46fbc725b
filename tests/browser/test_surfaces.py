"""Modals and the app's Home."""

import pytest
from playwright.sync_api import Locator, Page, expect

from sandbox.slack.person import Person
from sandbox.slack.server import LocalSlack
from sandbox.slack.workspace import Workspace
from tests.browser.small_bot import SmallBot, entry, form


@pytest.fixture
def modal(bot: SmallBot, page: Page) -> Locator:
    box = page.get_by_role("combobox", name="Message #emoji")
    box.fill("/train")
    box.press("Enter")
    dialog = page.get_by_role("dialog", name="Train a classifier")
    expect(dialog).to_be_visible()
    bot.next()
    return dialog


def choose_data(modal: Locator) -> None:
    modal.get_by_role("combobox", name="Data set").click()
    modal.get_by_role("option", name="Pets").click()


def test_a_required_field_that_is_empty_is_asked_for(modal: Locator):
    modal.get_by_role("button", name="Train").click()
    expect(modal.get_by_text("Please complete this required field.")).to_have_count(1)
    expect(modal.get_by_role("combobox", name="Data set")).to_be_focused()


def test_the_apps_errors_stand_below_their_fields(modal: Locator):
    choose_data(modal)
    modal.get_by_role("button", name="Train").click()
    expect(modal.get_by_text("The learning rate is at most 1.")).to_be_visible()
    expect(modal.get_by_label("Learning rate")).to_have_attribute("aria-invalid", "true")
    expect(modal.get_by_role("combobox", name="Data set")).to_have_value("Pets")


def test_a_mended_form_is_sent_and_closed(bot: SmallBot, modal: Locator, page: Page):
    choose_data(modal)
    modal.get_by_label("Learning rate").fill("0.01")
    modal.get_by_label("Note").fill("two\nlines")
    modal.get_by_role("button", name="Train").click()
    values = bot.next()["view"]["state"]["values"]
    assert values["data"]["data"]["selected_option"]["value"] == "pets"
    assert (values["rate"]["rate"]["value"], values["note"]["note"]["value"]) == ("0.01", "two\nlines")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_escape_closes_the_modal_and_gives_the_focus_back(modal: Locator, page: Page):
    page.keyboard.press("Escape")
    expect(modal).to_have_count(0)
    expect(page.get_by_role("combobox", name="Message #emoji")).to_be_focused()


def test_escape_closes_an_open_list_before_the_modal(modal: Locator, page: Page):
    modal.get_by_role("combobox", name="Data set").click()
    expect(modal.get_by_role("option", name="Pets")).to_be_visible()
    page.keyboard.press("Escape")
    expect(modal.get_by_role("option", name="Pets")).to_be_hidden()
    expect(modal).to_be_visible()


def test_what_was_typed_outlives_an_update_except_in_an_input_that_is_a_new_one(
    bot: SmallBot, modal: Locator, slack: LocalSlack
):
    modal.get_by_label("Learning rate").fill("0.5")
    modal.get_by_label("Note").fill("kept")
    view = form()
    extra = entry("extra", "Layers", {"type": "plain_text_input"})
    blocks = [view["blocks"][0], extra, {**view["blocks"][1], "block_id": "rate#2"}, *view["blocks"][2:]]
    bot.client.views_update(view_id=Person(slack.url, Workspace.ADA).modal()["id"], view={**view, "blocks": blocks})

    expect(modal.get_by_label("Layers")).to_be_visible()
    expect(modal.get_by_label("Learning rate")).to_have_value("7")
    expect(modal.get_by_label("Note")).to_have_value("kept")
    expect(modal.get_by_label("Note")).to_be_focused()


def test_a_pushed_modal_leads_back_to_what_was_typed(modal: Locator, page: Page):
    modal.get_by_label("Learning rate").fill("0.5")
    modal.get_by_role("button", name="Advanced").click()
    above = page.get_by_role("dialog", name="Advanced")
    above.get_by_role("button", name="Back").click()
    expect(modal.get_by_label("Learning rate")).to_have_value("0.5")


def test_the_focus_stays_inside_of_the_modal(modal: Locator, page: Page):
    for _ in range(12):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement === document.body || !!document.activeElement.closest('dialog')")


def test_a_modal_is_there_again_after_a_reload(modal: Locator, page: Page):
    page.reload()
    expect(page.get_by_role("dialog", name="Train a classifier")).to_be_visible()


def test_home_is_drawn_by_the_app_and_its_buttons_work(bot: SmallBot, page: Page):
    page.get_by_role("button", name="Home").click()
    home = page.get_by_role("region", name="App Home")
    expect(home).to_contain_text("Nothing waits for you")
    home.get_by_role("button", name="Train").click()
    heard = bot.next()
    assert (heard["actions"][0]["action_id"], heard["view"]["type"]) == ("begin", "home")


def test_home_leads_to_the_messages_with_the_app(bot: SmallBot, page: Page):
    page.get_by_role("button", name="Home").click()
    page.get_by_role("main").get_by_role("button", name="Messages").click()
    expect(page.get_by_role("combobox", name="Message ")).to_be_focused()
    bot.client.chat_postMessage(channel=Workspace.ADA, text="Your job is done")
    expect(page.get_by_text("Your job is done")).to_be_visible()
